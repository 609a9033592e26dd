"""The content delivery network in front of all regions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions

from components.alarms import alarm
from components.component import Component
from components.edge.policies import Policies, PoliciesArgs
from components.edge.viewer_functions import ViewerFunctions, ViewerFunctionsArgs
from components.interfaces import Origin, OriginVerification
from settings.account import AlarmThresholds
from settings.edge import DistributionSettings
from settings.geography import aws_regions

Bucket = Literal["models", "site"]
OriginDict = aws.cloudfront.DistributionOriginArgsDict
Behaviour = aws.cloudfront.DistributionOrderedCacheBehaviorArgsDict

# Managed by AWS, with the same identifiers in every account: CloudFront developer guide, "Use managed … policies".
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_VIEWER_EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
CORS_FOR_BUCKETS = "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf"

READ = ["GET", "HEAD"]
READ_AND_ASK = ["GET", "HEAD", "OPTIONS"]
EVERYTHING = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]

FAILOVER_STATUSES = [403, 404, 500, 502, 503, 504]
"""403 and 404 too: what one bucket does not have yet, its replica may."""

ERROR_PAGES = {403: "403", 404: "404", 500: "5xx", 502: "5xx", 503: "5xx", 504: "5xx"}
MISSING_SECONDS, FAILING_SECONDS = 10, 1
WAY_TO_ORIGIN_MILLISECONDS = 300
"""What the distance between edge and region may add; the median of two regions on different continents is less."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DistributionArgs:
    domain: str
    certificate_arn: Input[str]
    web_acl_arn: Input[str]
    origins: Sequence[Origin]
    home: str
    verification: OriginVerification
    settings: DistributionSettings
    thresholds: AlarmThresholds
    connects_to: tuple[str, ...]
    alert_topic_arn: Input[str]


class Distribution(Component):
    """Serves pages and models from the edge, and leads everything else to the nearest healthy region.

    Pages and models fail over within one request, from one region's bucket to another's. That covers GET, HEAD and
    OPTIONS only, so the services, which take writes, rely on DNS. An error page replaces the body of an answer on
    every path, also the services', and never its status.
    """

    id: Output[str]
    arn: Output[str]
    domain_name: Output[str]
    zone_id: Output[str]

    def __init__(self, name: str, args: DistributionArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:edge:Distribution", name, args, opts)
        policies = Policies(self.named("policies"), _policies(args), self.own())
        functions = ViewerFunctions(self.named("functions"), ViewerFunctionsArgs(), self.own())
        members = _members(args.origins, args.home)
        distribution = aws.cloudfront.Distribution(
            self.named("distribution"),
            comment=args.domain,
            enabled=True,
            aliases=[args.domain, f"www.{args.domain}"],
            http_version="http2and3",
            is_ipv6_enabled=True,
            price_class=args.settings.price_class,
            viewer_certificate={
                "acm_certificate_arn": args.certificate_arn,
                "ssl_support_method": "sni-only",
                "minimum_protocol_version": args.settings.minimum_tls,
            },
            web_acl_id=args.web_acl_arn,
            origins=[*_services(args), *_buckets(args, members, self._bucket_access())],
            origin_groups=_groups(members),
            default_root_object="index.html",
            default_cache_behavior=_pages(members, policies, functions),
            ordered_cache_behaviors=_behaviours(members, policies, functions),
            custom_error_responses=_error_pages(),
            restrictions={"geo_restriction": {"restriction_type": "none"}},
            wait_for_deployment=True,
            retain_on_delete=False,
            opts=self.own(),
        )
        self.id, self.arn = distribution.id, distribution.arn
        self.domain_name, self.zone_id = distribution.domain_name, distribution.hosted_zone_id
        self._watch(args)
        self.publish()

    def _bucket_access(self) -> Output[str]:
        return aws.cloudfront.OriginAccessControl(
            self.named("bucket-access"),
            description="Signs what the distribution asks of buckets",
            origin_access_control_origin_type="s3",
            signing_behavior="always",
            signing_protocol="sigv4",
            opts=self.own(),
        ).id

    def _watch(self, args: DistributionArgs) -> None:
        aws.cloudfront.MonitoringSubscription(
            self.named("metrics"),
            distribution_id=self.id,
            monitoring_subscription={
                "realtime_metrics_subscription_config": {"realtime_metrics_subscription_status": "Enabled"}
            },
            opts=self.own(),
        )
        wanted = args.thresholds
        self._alarm(args, "server-errors", "5xxErrorRate", wanted.server_error_percent, "of answers are 5xx")
        self._alarm(args, "errors", "TotalErrorRate", 5 * wanted.server_error_percent, "of answers are 4xx or 5xx")
        self._alarm(
            args, "hits", "CacheHitRate", wanted.cache_hit_percent, "of requests are served by the cache", low=True
        )
        slow = wanted.latency_p95_milliseconds + WAY_TO_ORIGIN_MILLISECONDS
        self._alarm(args, "origin-latency", "OriginLatency", slow, "ms pass until an origin answers", statistic="p90")

    def _alarm(
        self,
        args: DistributionArgs,
        role: str,
        metric: str,
        threshold: float,
        what: str,
        *,
        low: bool = False,
        statistic: str = "Average",
    ) -> None:
        unit = "" if statistic == "p90" else " %"
        alarm(
            self.named(role),
            says=f"{args.domain}: {'less' if low else 'more'} than {threshold:g}{unit} {what}",
            namespace="AWS/CloudFront",
            metric=metric,
            dimensions={"DistributionId": self.id, "Region": "Global"},
            statistic=statistic,
            comparison="LessThanThreshold" if low else "GreaterThanThreshold",
            threshold=threshold,
            # A cold cache after a release warms within a quarter of an hour.
            period_seconds=300 if low else 60,
            topic_arn=args.alert_topic_arn,
            opts=self.own(),
        )


def _members(origins: Sequence[Origin], home: str) -> list[Origin]:
    """The two regions whose buckets serve: home, then the first by name, and a draining region only for want of others.

    The edge caches, so being near matters less here than that a region's coming and going changes little.
    """
    return sorted(origins, key=lambda origin: (not origin.serves, origin.region != home, origin.region))[:2]


def _policies(args: DistributionArgs) -> PoliciesArgs:
    return PoliciesArgs(domain=args.domain, asset_ttl_days=args.settings.asset_ttl_days, connects_to=args.connects_to)


def _services(args: DistributionArgs) -> list[OriginDict]:
    return [_service(label, args) for label in ("origin", "api")]


def _service(label: str, args: DistributionArgs) -> OriginDict:
    """No Origin Shield: it would ask from one place, and the name would always lead to the region next to that."""
    settings = args.settings
    return {
        "origin_id": label,
        "domain_name": f"{label}.{args.domain}",
        "connection_attempts": settings.connection_attempts,
        "connection_timeout": settings.connection_timeout_seconds,
        "custom_origin_config": {
            "http_port": 80,
            "https_port": 443,
            "origin_protocol_policy": "https-only",
            "origin_ssl_protocols": ["TLSv1.2"],
            "origin_read_timeout": settings.read_timeout_seconds,
            "origin_keepalive_timeout": settings.keep_alive_seconds,
        },
        "custom_headers": [{"name": args.verification.header, "value": _proof(args)}],
    }


def _proof(args: DistributionArgs) -> Output[str]:
    """What CloudFront sends, resolved once every region accepts it: a rotation must refuse nobody."""
    hosts = [host for origin in args.origins for host in (origin.load_balancer_dns, origin.api_domain_target)]
    return Output.all(args.verification.current, *hosts).apply(lambda values: str(values[0]))


def _buckets(args: DistributionArgs, members: Sequence[Origin], access: Output[str]) -> list[OriginDict]:
    return [_bucket(kind, member, args.settings, access) for kind in ("models", "site") for member in members]


def _bucket(kind: Bucket, member: Origin, settings: DistributionSettings, access: Output[str]) -> OriginDict:
    bucket: OriginDict = {
        "origin_id": f"{kind}-{member.region}",
        "domain_name": (member.models if kind == "models" else member.site).domain,
        "origin_access_control_id": access,
        "connection_attempts": settings.connection_attempts,
        "connection_timeout": settings.connection_timeout_seconds,
    }
    if settings.origin_shield:
        nearest = aws_regions()[member.region].origin_shield
        bucket["origin_shield"] = {"enabled": True, "origin_shield_region": nearest}
    return bucket


def _groups(members: Sequence[Origin]) -> list[aws.cloudfront.DistributionOriginGroupArgsDict]:
    """A group has exactly two members; with a single region there is none."""
    if len(members) < 2:
        return []
    return [
        {
            "origin_id": kind,
            "failover_criteria": {"status_codes": FAILOVER_STATUSES},
            "members": [{"origin_id": f"{kind}-{member.region}"} for member in members],
        }
        for kind in ("models", "site")
    ]


def _target(kind: Bucket, members: Sequence[Origin]) -> str:
    return kind if len(members) > 1 else f"{kind}-{members[0].region}"


def _pages(
    members: Sequence[Origin], policies: Policies, functions: ViewerFunctions
) -> aws.cloudfront.DistributionDefaultCacheBehaviorArgsDict:
    return {
        "target_origin_id": _target("site", members),
        "viewer_protocol_policy": "redirect-to-https",
        "allowed_methods": READ,
        "cached_methods": READ,
        "compress": True,
        "cache_policy_id": policies.page_cache,
        "response_headers_policy_id": policies.page_headers,
        "function_associations": [{"event_type": "viewer-request", "function_arn": functions.site_arn}],
    }


def _behaviours(members: Sequence[Origin], policies: Policies, functions: ViewerFunctions) -> list[Behaviour]:
    return [
        _uncached("/api/*", "api", policies),
        {
            "path_pattern": "/assets/*",
            "target_origin_id": _target("models", members),
            "viewer_protocol_policy": "redirect-to-https",
            "allowed_methods": READ_AND_ASK,
            "cached_methods": READ,
            # CloudFront compresses up to 10 MB and no model formats; models arrive compressed in the bucket.
            "compress": True,
            "cache_policy_id": policies.model_cache,
            "origin_request_policy_id": CORS_FOR_BUCKETS,
            "response_headers_policy_id": policies.model_headers,
            "function_associations": [{"event_type": "viewer-response", "function_arn": functions.assets_arn}],
        },
        {
            "path_pattern": "/catalogue/*",
            "target_origin_id": "origin",
            "viewer_protocol_policy": "https-only",
            "allowed_methods": READ,
            "cached_methods": READ,
            "compress": True,
            "cache_policy_id": policies.catalogue_cache,
            "response_headers_policy_id": policies.service_headers,
        },
        _uncached("/orders*", "origin", policies),
        _uncached("/sessions*", "origin", policies),
    ]


def _uncached(path: str, origin: str, policies: Policies) -> Behaviour:
    """The origin sees all of the request but its host: certificate and routing there go by the origin's own name."""
    return {
        "path_pattern": path,
        "target_origin_id": origin,
        "viewer_protocol_policy": "https-only",
        "allowed_methods": EVERYTHING,
        "cached_methods": READ,
        "compress": True,
        "cache_policy_id": CACHING_DISABLED,
        "origin_request_policy_id": ALL_VIEWER_EXCEPT_HOST,
        "response_headers_policy_id": policies.service_headers,
    }


def _error_pages() -> list[aws.cloudfront.DistributionCustomErrorResponseArgsDict]:
    return [
        {
            "error_code": status,
            "response_code": status,
            "response_page_path": f"/errors/{page}.html",
            "error_caching_min_ttl": MISSING_SECONDS if status < 500 else FAILING_SECONDS,
        }
        for status, page in ERROR_PAGES.items()
    ]
