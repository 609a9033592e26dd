"""Traffic to S3 and DynamoDB stays in the network, by gateway endpoints."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Unlink, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.rules.vpc._examples import TIERS, network
from policy.subject import Subject
from policy.values import get
from policy.views.network import VPC, attached
from policy.views.stated import stated

ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
ROUTED = "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
SERVICES = ("s3", "dynamodb")


def check(subject: Subject) -> Iterator[Complaint]:
    gateways = [one for one in attached(subject, "vpcId", ENDPOINT) if _is_gateway(one)]
    served = {str(get(one.props, "serviceName")).rpartition(".")[2] for one in gateways}
    for service in SERVICES:
        if service not in served:
            yield wrong("", f"a gateway endpoint for {service} with route tables of this network")


def _is_gateway(endpoint: Subject) -> bool:
    routed = endpoint.links("routeTableIds") or endpoint.users("vpcEndpointId", ROUTED)
    return bool(routed) and stated(endpoint, "vpcEndpointType") in {None, "Gateway"}


def _endpoint(service: str) -> Declared:
    props = {"serviceName": f"com.amazonaws.eu-west-2.{service}", "vpcEndpointType": "Gateway"}
    return Declared(type=ENDPOINT, name=service, props=props, links={"vpcId": ["vpc"], "routeTableIds": TIERS})


RULE = Rule(
    id="vpc-gateway-endpoints",
    on=VPC,
    scope=Scope.STACK,
    severity=Severity.LOW,
    why="Without them every byte to buckets and tables leaves through a NAT gateway, past any endpoint policy",
    mend="Give the network a VpcEndpoint of type Gateway for each of the two services, with all route tables",
    check=check,
    examples=Examples(
        accepted=[*network(), *map(_endpoint, SERVICES)],
        refused=Unlink("routeTableIds", on="s3"),
        also_refused=[Change("serviceName", "com.amazonaws.eu-west-2.sqs", on="dynamodb"), Drop("dynamodb")],
        unknown=Change("serviceName", None, on="s3"),
        absent=Absent(Drop("s3"), Verdict.REFUSED, "a network has no endpoints until it is given some"),
    ),
    breaks=[
        Break(on=ENDPOINT, path="routeTableIds", unlink=True, where=lambda one: "routeTableIds" in one),
        Break(on=ENDPOINT, path="", where=lambda one: one["serviceName"].endswith(".dynamodb")),
    ],
)
