"""How a load balancer's listener tells who came through the edge."""

from collections.abc import Iterator
from typing import Any

from policy.subject import Subject
from policy.values import each, get
from policy.views.edge import share_secret

HARMLESS = ("fixed-response", "redirect")
CHECKER = "Amazon-Route53-Health-Check-Service"


def forwards(rule: Subject) -> bool:
    """Whether it leads requests on to servers, with or without asking who sends them."""
    return any(get(action, "type") not in HARMLESS for _, action in each(rule.props, "actions"))


def _headers(rule: Subject) -> Iterator[tuple[str, Any]]:
    for _, condition in each(rule.props, "conditions"):
        header = get(condition, "httpHeader")
        if header is not None:
            yield str(get(header, "httpHeaderName")).lower(), header


def proves(rule: Subject, front: Subject) -> bool:
    """Whether it asks for a header that a distribution sends, made of a secret that both depend on."""
    sent = {
        str(get(header, "name")).lower()
        for _, origin in each(front.props, "origins")
        for _, header in each(origin, "customHeaders")
    }
    return share_secret(rule, "conditions", front) and any(name in sent for name, _ in _headers(rule))


def from_checkers(rule: Subject) -> bool:
    """Whether it forwards one path alone, and that to who says to be Route 53's checker."""
    paths = [
        path for _, one in each(rule.props, "conditions") for _, path in each(one, "pathPattern.values")
    ]  # fmt: skip
    agents = [
        agent for name, header in _headers(rule) if name == "user-agent" for _, agent in each(header, "values")
    ]  # fmt: skip
    return all(agent.startswith(CHECKER) for agent in agents) and bool(agents) and _exact(paths)


def _exact(paths: list[str]) -> bool:
    return len(paths) == 1 and not set(paths[0]) & {"*", "?"}
