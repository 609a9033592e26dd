// After the cache: what a file name stands for never changes, and a model says what it is.
var TYPES = {
    avif: 'image/avif',
    glb: 'model/gltf-binary',
    gltf: 'model/gltf+json',
    jpeg: 'image/jpeg',
    jpg: 'image/jpeg',
    ktx2: 'image/ktx2',
    obj: 'model/obj',
    png: 'image/png',
    webp: 'image/webp',
};

function handler(event) {
    var response = event.response;
    var headers = response.headers;
    if (response.statusCode === 200 || response.statusCode === 206 || response.statusCode === 304) {
        headers['cache-control'] = { value: 'public, max-age=31536000, immutable' };
    }
    var type = TYPES[event.request.uri.split('.').pop().toLowerCase()];
    var said = headers['content-type'];
    if (type && said && said.value.endsWith('octet-stream')) {
        headers['content-type'] = { value: type };
    }
    return response;
}
