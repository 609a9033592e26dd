// Before the cache: one host name for every page, and the document behind every path.
function handler(event) {
    var request = event.request;
    var host = request.headers.host.value;
    if (host.startsWith('www.')) {
        return {
            statusCode: 301,
            statusDescription: 'Moved Permanently',
            headers: {
                location: { value: 'https://' + host.slice(4) + request.uri + query(request.querystring) },
                'cache-control': { value: 'public, max-age=86400' },
            },
        };
    }
    request.uri = document(request.uri);
    return request;
}

function document(path) {
    if (path.endsWith('/')) {
        return path + 'index.html';
    }
    return path.slice(path.lastIndexOf('/')).includes('.') ? path : path + '/index.html';
}

// Names and values arrive as the visitor wrote them, encoded.
function query(given) {
    var pairs = [];
    for (var name in given) {
        var values = given[name].multiValue || [given[name]];
        values.forEach(function (one) {
            pairs.push(one.value === '' ? name : name + '=' + one.value);
        });
    }
    return pairs.length ? '?' + pairs.join('&') : '';
}
