"""How long the edge keeps an answer, and which headers it adds."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Output, ResourceOptions

from components.component import Component

DAY_SECONDS = 86_400
TWO_YEARS_SECONDS = 63_072_000
PAGE_SECONDS = 300
CATALOGUE_SECONDS = 10
LONGEST_CATALOGUE_SECONDS = 60

PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(self), usb=(), xr-spatial-tracking=(self)"
BUCKET_HEADERS = (
    "x-amz-replication-status",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-bucket-key-enabled",
    "x-amz-version-id",
)
"""What buckets tell about keys and versions is nobody's business."""

CacheKey = aws.cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginArgsDict
SecurityHeaders = aws.cloudfront.ResponseHeadersPolicySecurityHeadersConfigArgsDict


@dataclass(frozen=True, kw_only=True, slots=True)
class PoliciesArgs:
    domain: str
    asset_ttl_days: int
    connects_to: tuple[str, ...]
    """Origins beside the site that its pages talk to, e.g. that of the sign-in."""


class Policies(Component):
    """Says for pages, models and services what is cached and how browsers must treat it."""

    page_cache: Output[str]
    model_cache: Output[str]
    catalogue_cache: Output[str]
    page_headers: Output[str]
    model_headers: Output[str]
    service_headers: Output[str]

    def __init__(self, name: str, args: PoliciesArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:edge:Policies", name, args, opts)
        longest = args.asset_ttl_days * DAY_SECONDS
        self.page_cache = self._cache("pages", usual=PAGE_SECONDS, longest=DAY_SECONDS)
        self.model_cache = self._cache("models", usual=longest, longest=longest)
        self.catalogue_cache = self._cache(
            "catalogue", usual=CATALOGUE_SECONDS, longest=LONGEST_CATALOGUE_SECONDS, queries=("cursor", "limit")
        )
        self.page_headers = self._headers("pages", _page_security(args.connects_to), permissions=PERMISSIONS)
        self.model_headers = self._headers("models", _file_security(), cors=_viewer_cors(args.domain))
        self.service_headers = self._headers("services", _file_security())
        self.publish()

    def _cache(self, what: str, *, usual: int, longest: int, queries: Sequence[str] = ()) -> Output[str]:
        return aws.cloudfront.CachePolicy(
            self.named(f"{what}-cache"),
            comment=f"How long {what} stay at the edge",
            min_ttl=0,
            default_ttl=usual,
            max_ttl=longest,
            parameters_in_cache_key_and_forwarded_to_origin=_cache_key(queries),
            opts=self.own(),
        ).id

    def _headers(
        self,
        what: str,
        security: SecurityHeaders,
        *,
        permissions: str = "",
        cors: aws.cloudfront.ResponseHeadersPolicyCorsConfigArgsDict | None = None,
    ) -> Output[str]:
        added = {"permissions-policy": permissions} if permissions else {}
        return aws.cloudfront.ResponseHeadersPolicy(
            self.named(f"{what}-headers"),
            comment=f"What browsers are told with {what}",
            security_headers_config=security,
            cors_config=cors,
            custom_headers_config={
                "items": [{"header": header, "value": value, "override": True} for header, value in added.items()]
            }
            if added
            else None,
            remove_headers_config={"items": [{"header": header} for header in ("server", *BUCKET_HEADERS)]},
            opts=self.own(),
        ).id


def _cache_key(queries: Sequence[str]) -> CacheKey:
    """Only what changes the answer: every further part of the key costs hits."""
    return {
        "cookies_config": {"cookie_behavior": "none"},
        "headers_config": {"header_behavior": "none"},
        "query_strings_config": {"query_string_behavior": "whitelist", "query_strings": {"items": list(queries)}}
        if queries
        else {"query_string_behavior": "none"},
        "enable_accept_encoding_brotli": True,
        "enable_accept_encoding_gzip": True,
    }


def _page_security(connects_to: Sequence[str]) -> SecurityHeaders:
    policy = "; ".join(
        [
            "default-src 'none'",
            "base-uri 'none'",
            " ".join(["connect-src 'self' blob:", *connects_to]),
            "font-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "img-src 'self' data: blob:",
            "manifest-src 'self'",
            # The decoders of compressed models are WebAssembly in workers.
            "script-src 'self' 'wasm-unsafe-eval'",
            "style-src 'self'",
            "worker-src 'self' blob:",
            "upgrade-insecure-requests",
        ]
    )
    return _security(policy, referrer="strict-origin-when-cross-origin")


def _file_security() -> SecurityHeaders:
    """For what is no page: nothing of it may run, whatever it contains."""
    return _security("default-src 'none'; frame-ancestors 'none'; sandbox", referrer="no-referrer")


def _security(content_policy: str, *, referrer: str) -> SecurityHeaders:
    return {
        "content_security_policy": {"content_security_policy": content_policy, "override": True},
        "content_type_options": {"override": True},
        "frame_options": {"frame_option": "DENY", "override": True},
        "referrer_policy": {"referrer_policy": referrer, "override": True},
        "strict_transport_security": {
            "access_control_max_age_sec": TWO_YEARS_SECONDS,
            "include_subdomains": True,
            "preload": True,
            "override": True,
        },
    }


def _viewer_cors(domain: str) -> aws.cloudfront.ResponseHeadersPolicyCorsConfigArgsDict:
    """The site's viewer may read models, in ranges and with their sizes, from either of the site's host names."""
    return {
        "access_control_allow_credentials": False,
        "access_control_allow_headers": {"items": ["*"]},
        "access_control_allow_methods": {"items": ["GET", "HEAD", "OPTIONS"]},
        "access_control_allow_origins": {"items": [f"https://{domain}", f"https://www.{domain}"]},
        "access_control_expose_headers": {
            "items": ["Accept-Ranges", "Content-Encoding", "Content-Length", "Content-Range", "ETag"]
        },
        "access_control_max_age_sec": DAY_SECONDS,
        "origin_override": True,
    }
