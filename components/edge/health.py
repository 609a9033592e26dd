"""Whether a region answers, as the world sees it."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions

from components.alarms import alarm
from components.component import Component
from components.naming import Names
from settings.edge import FailoverSettings

READINESS_PATH = "/readyz"
API_HEALTH_PATH = "/api/health"
OBSERVERS = ("first", "second")


@dataclass(frozen=True, kw_only=True, slots=True)
class RegionHealthArgs:
    names: Names
    region: str
    load_balancer_host: Input[str]
    api_host: Input[str]
    failover: FailoverSettings
    alert_topic_arn: Input[str]


class RegionHealth(Component):
    """Watches a region's pages and its API from many places, and decides when DNS stops answering with them.

    Two observers with checkers in different places watch each part. One failed check suffices for an observer,
    which keeps detection short; both must fail for the part to count as down, which keeps false alarms away.
    """

    pages: Output[str]
    """Check that decides over the region's load balancer."""

    api: Output[str]
    """Check that decides over the region's API."""

    region: Output[str]
    """Check over both parts, for people: at most one of the four observers may be mistaken."""

    def __init__(self, name: str, args: RegionHealthArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:edge:RegionHealth", name, args, opts)
        pages = self._observers("pages", args, host=args.load_balancer_host, path=READINESS_PATH)
        api = self._observers("api", args, host=args.api_host, path=API_HEALTH_PATH)

        self.pages = self._calculated("pages", args, pages, healthy=1)
        self.api = self._calculated("api", args, api, healthy=1)
        self.region = self._calculated("region", args, [*pages, *api], healthy=len(pages) + len(api) - 1)

        self._tell("pages", args, self.pages, "its load balancer does not answer; DNS sends visitors elsewhere")
        self._tell("api", args, self.api, "its API does not answer; DNS sends requests elsewhere")
        self._tell("region", args, self.region, "two or more of its four observers see a failure")
        self.publish()

    def _observers(self, part: str, args: RegionHealthArgs, *, host: Input[str], path: str) -> list[Output[str]]:
        return [
            aws.route53.HealthCheck(
                self.named(f"{part}-{observer}"),
                type="HTTPS",
                fqdn=host,
                port=443,
                resource_path=path,
                enable_sni=True,
                measure_latency=True,
                request_interval=args.failover.interval_seconds,
                failure_threshold=args.failover.failure_threshold,
                regions=_checkers(args.failover.checker_regions, index),
                tags={"Name": args.names.of(f"{args.region}-{part}-{observer}")},
                opts=self.own(),
            ).id
            for index, observer in enumerate(OBSERVERS)
        ]

    def _calculated(
        self, part: str, args: RegionHealthArgs, observers: list[Output[str]], *, healthy: int
    ) -> Output[str]:
        return aws.route53.HealthCheck(
            self.named(part),
            type="CALCULATED",
            child_healthchecks=observers,
            child_health_threshold=healthy,
            tags={"Name": args.names.of(f"{args.region}-{part}")},
            opts=self.own(),
        ).id

    def _tell(self, part: str, args: RegionHealthArgs, check: Output[str], trouble: str) -> None:
        alarm(
            self.named(f"{part}-unhealthy"),
            says=f"{args.region}: {trouble}",
            namespace="AWS/Route53",
            metric="HealthCheckStatus",
            dimensions={"HealthCheckId": check},
            statistic="Minimum",
            comparison="LessThanThreshold",
            threshold=1,
            periods=1,
            missing="breaching",
            topic_arn=args.alert_topic_arn,
            opts=self.own(),
        )


def _checkers(regions: tuple[str, ...], observer: int) -> list[str]:
    """The checkers of one observer, dealt out in turn so that each observer sees several continents."""
    return sorted(regions[observer :: len(OBSERVERS)])
