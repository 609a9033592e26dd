"""A distribution for examples: pages from buckets of two regions, services from a server."""

from typing import Any

SERVER: dict[str, Any] = {
    "originId": "services",
    "domainName": "origin.example.com",
    "connectionAttempts": 2,
    "connectionTimeout": 3,
    "customOriginConfig": {
        "httpPort": 80,
        "httpsPort": 443,
        "originProtocolPolicy": "https-only",
        "originSslProtocols": ["TLSv1.2"],
        "originReadTimeout": 15,
    },
}
BUCKETS: list[dict[str, Any]] = [
    {
        "originId": f"site-{place}",
        "domainName": f"site-{place}.s3.amazonaws.com",
        "originAccessControlId": "E2QWRUHAPOMQZL",
        "connectionAttempts": 2,
        "connectionTimeout": 3,
    }
    for place in ("near", "far")
]
GROUP: dict[str, Any] = {
    "originId": "site",
    "members": [{"originId": "site-near"}, {"originId": "site-far"}],
    "failoverCriteria": {"statusCodes": [500, 502, 503, 504]},
}
PAGES: dict[str, Any] = {
    "targetOriginId": "site",
    "viewerProtocolPolicy": "redirect-to-https",
    "allowedMethods": ["GET", "HEAD"],
}
SERVICES: dict[str, Any] = {
    "pathPattern": "/orders*",
    "targetOriginId": "services",
    "viewerProtocolPolicy": "https-only",
    "allowedMethods": ["GET", "HEAD", "POST"],
}
SHOWN: dict[str, Any] = {
    "acmCertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1",
    "sslSupportMethod": "sni-only",
    "minimumProtocolVersion": "TLSv1.2_2021",
}
SITE: dict[str, Any] = {
    "enabled": True,
    "aliases": ["example.com", "www.example.com"],
    "defaultRootObject": "index.html",
    "origins": [SERVER, *BUCKETS],
    "originGroups": [GROUP],
    "defaultCacheBehavior": PAGES,
    "orderedCacheBehaviors": [SERVICES],
    "viewerCertificate": SHOWN,
}
