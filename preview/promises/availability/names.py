"""The regions that a name of DNS leads to, and how long a failed one stays among them."""

from dataclasses import dataclass

from preview.facts import fact
from preview.graph import Node
from preview.promises.availability.region import API_DOMAIN, LOAD_BALANCER
from preview.promises.deployed import Deployed
from preview.promises.failover.health_checks import Failure, turn
from preview.promises.figure import Figure, Kind, figure

RECORD = "aws:route53/record:Record"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What DNS may answer with: a region's entrance."""

    region: str
    record: Node
    entrance: Node
    failover: Figure | None
    """Likely seconds until visitors of the failed region are led elsewhere; None where no health check decides."""


def answers(deployed: Deployed, name: str) -> list[Answer]:
    """The regions that a name may lead to by latency, through names that lead to other names."""
    found: list[Answer] = []
    for record in [each for each in deployed.of_type(RECORD) if each.inputs.get("name") == name]:
        if record.inputs.get("latencyRoutingPolicies"):
            found += _answer(deployed, record, str(record.inputs["latencyRoutingPolicies"][0].get("region")))
        elif all(policy.get("country") == "*" for policy in record.inputs.get("geolocationRoutingPolicies") or ()):
            found += [answer for text in record.inputs.get("records") or () for answer in answers(deployed, str(text))]
    return found


def _answer(deployed: Deployed, record: Node, region: str) -> list[Answer]:
    named = deployed.references(record, "records", "aliases")
    entrances = [node for node in named if node.type in (LOAD_BALANCER, API_DOMAIN)]
    failover = _failover(deployed, record, region)
    return [Answer(region=region, record=record, entrance=each, failover=failover) for each in entrances[:1]]


def _failover(deployed: Deployed, record: Node, region: str) -> Figure | None:
    for check in deployed.references(record, "healthCheckId"):
        turned = turn(deployed, check, region, Failure.HANGS, Kind.ESTIMATE)
        if turned.detects:
            alias = record.inputs.get("aliases")
            return figure(
                f"{region} leaves DNS",
                "s",
                Kind.ESTIMATE,
                "detection + propagation + ttl",
                detection=turned.detection,
                propagation=fact("r53.health_propagation_assumed"),
                ttl=fact("r53.alias_ttl") if alias else deployed.number(record, "ttl", "s"),
            )
    return None
