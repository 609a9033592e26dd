"""What the edge is built from in tests: regions, their origins, and the whole edge over them."""

from dataclasses import dataclass, replace
from ipaddress import IPv4Network

import pulumi_aws as aws
from pulumi import Output, ResourceOptions

from components.edge.domain import Domain, DomainArgs
from components.edge.edge import Edge, EdgeArgs
from components.interfaces import BucketRef, Origin, OriginVerification
from components.places import Places
from preview.graph import Graph, Node
from settings.account import AccountSettings, AlarmThresholds
from settings.edge import DnsSettings, EdgeSettings
from settings.platform import Settings
from settings.region import RegionSettings
from tests.engine import ACCOUNT, build, ground, known

DOMAIN = "shop.example.com"
ZONE = "Z0123456789ABC"
RECORD = "aws:route53/record:Record"
CHECK = "aws:route53/healthCheck:HealthCheck"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A region of the test and whether it serves."""

    region: str
    serves: bool = True


LONDON, TOKYO, SYDNEY = (
    Standing(region="eu-west-2"),
    Standing(region="ap-northeast-1"),
    Standing(region="ap-southeast-2"),
)


def draining(standing: Standing) -> Standing:
    return Standing(region=standing.region, serves=False)


def origin(standing: Standing) -> Origin:
    region = standing.region
    return Origin(
        region=region,
        serves=standing.serves,
        load_balancer_dns=known(f"lb.{region}.elb.amazonaws.com"),
        load_balancer_arn=known(f"arn:aws:elasticloadbalancing:{region}:{ACCOUNT}:loadbalancer/app/shop/1"),
        api_endpoint_host=known(f"abc.execute-api.{region}.amazonaws.com"),
        api_domain_target=known(f"d-abc.execute-api.{region}.amazonaws.com"),
        models=_bucket("models", region),
        site=_bucket("site", region),
    )


def edge(*regions: Standing, settings: EdgeSettings | None = None, home: str = "eu-west-2") -> Graph:
    """The graph of an edge over these regions, `home` being the one whose buckets come first."""
    return build(
        lambda place: _edge([origin(standing) for standing in regions or (LONDON, TOKYO)], settings, home, place),
        region="us-east-1",
    )


def edge_behind(rule: str) -> Graph:
    """The graph of an edge whose region is ready once a resource called `rule` stands."""

    def program(place: ResourceOptions) -> None:
        ready = aws.sns.Topic(rule, opts=place).arn
        late = origin(LONDON)
        host = Output.all(late.load_balancer_dns, ready).apply(lambda values: values[0])
        _edge([replace(late, load_balancer_dns=host)], None, LONDON.region, place)

    return build(program, region="us-east-1")


def domain(*regions: str, dns: DnsSettings | None = None, protect: bool = False) -> Graph:
    """The graph of the site's domain with a certificate for each of these regions."""
    chosen = Settings(
        domain=DOMAIN,
        account=AccountSettings(id=ACCOUNT),
        regions=tuple(
            RegionSettings(name=name, cidr=IPv4Network(f"10.{index}.0.0/16"), primary=index == 0)
            for index, name in enumerate(regions)
        ),
    )

    def program() -> None:
        grounds = {name: ground(name) for name in chosen.region_names}
        args = DomainArgs(domain=DOMAIN, dns=dns or DnsSettings(), regions=regions, grounds=grounds, protect=protect)
        Domain("domain", args, Places(chosen))

    return build(lambda _place: program(), region="us-west-1")


def named(graph: Graph, name: str) -> Node:
    """The one custom resource with a logical name."""
    (node,) = [node for node in graph.named(name) if node.custom]
    return node


def _edge(origins: list[Origin], settings: EdgeSettings | None, home: str, place: ResourceOptions) -> Edge:
    args = EdgeArgs(
        settings=settings or EdgeSettings(),
        thresholds=AlarmThresholds(),
        domain=DOMAIN,
        zone_id=known(ZONE),
        certificate_arn=known(f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/1"),
        origins=origins,
        home=home,
        verification=_verification(),
        ground=ground("us-east-1"),
    )
    return Edge("edge", args, place)


def _bucket(role: str, region: str) -> BucketRef:
    name = f"{region}-{role}"
    return BucketRef(name=known(name), arn=f"arn:aws:s3:::{name}", domain=known(f"{name}.s3.{region}.amazonaws.com"))


def _verification() -> OriginVerification:
    value = Output.secret("s" * 32)
    return OriginVerification(header="x-origin-verify", current=value, accepted=(value,), accepted_digests=value)
