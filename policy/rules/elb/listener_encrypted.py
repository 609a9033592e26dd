"""Listeners speak TLS; one of HTTP only ever sends its callers to HTTPS."""

from collections.abc import Iterator
from typing import Any

from policy.examples import Change, Declared, Examples
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.rules.elb._examples import LISTENER, LISTENER_RULE
from policy.subject import Subject
from policy.values import each, get


def check(subject: Subject) -> Iterator[Complaint]:
    protocol = get(subject.props, "protocol")
    if protocol in {"HTTPS", "TLS", "QUIC"}:
        return
    if protocol != "HTTP":
        yield wrong("protocol", "HTTPS", found=protocol)
        return
    for one, prop in (
        (subject, "defaultActions"),
        *((r, "actions") for r in subject.users("listenerArn", LISTENER_RULE)),
    ):
        for position, action in each(one.props, prop):
            if not _to_https(action):
                yield wrong(f"{prop}[{position}]", "a redirect to HTTPS", found=get(action, "type"), at=one)


def _to_https(action: Any) -> bool:
    return get(action, "type") == "redirect" and get(action, "redirect.protocol") == "HTTPS"


REDIRECT = {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}
FORWARD = {"type": "forward", "targetGroupArn": "arn:aws:elasticloadbalancing:eu-west-2:1:targetgroup/web/1"}

RULE = Rule(
    id="elb-listener-encrypted",
    on=LISTENER,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    controls=("ELB.1", "ELB.18"),
    why="What is answered over HTTP, sessions among it, can be read and changed on the way",
    mend="Use HTTPS, or let every action of the HTTP listener redirect to it",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=LISTENER, name="https", props={"protocol": "HTTPS", "defaultActions": [FORWARD]}),
            Declared(type=LISTENER, name="http", props={"protocol": "HTTP", "defaultActions": [REDIRECT]}),
            Declared(type=LISTENER_RULE, name="old", props={"actions": [REDIRECT]}, links={"listenerArn": ["http"]}),
            Declared(type=LISTENER_RULE, name="site", props={"actions": [FORWARD]}, links={"listenerArn": ["https"]}),
        ],
        refused=Change("protocol", "HTTP", on="https"),
        also_refused=[
            Change("defaultActions[0].redirect.protocol", "HTTP", on="http"),
            Change("actions", [FORWARD], on="old"),
            Change("protocol", "TCP", on="https"),
        ],
        unknown=Change("protocol", None, on="https"),
        absent=None,
    ),
    breaks=[
        Break(on=LISTENER, path="defaultActions[*].redirect.protocol", value="HTTP"),
        Break(
            on=LISTENER, path="protocol", value="HTTP", also=("edge-origin-certificate",),
            where=lambda one: one["port"] == 443,
        ),
    ],
)  # fmt: skip
