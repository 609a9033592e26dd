"""A public load balancer forwards only what proves that it came through the edge, and health checks."""

from collections.abc import Iterator
from typing import Any

from policy.examples import Absent, Change, Declared, Drop, Examples, Remove, Unlink, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.cloudfront._examples import SERVER, SITE
from policy.subject import Subject
from policy.values import each, get
from policy.views.edge import BALANCER, DISTRIBUTION, distributions_to, is_public
from policy.views.edge_proof import CHECKER, HARMLESS, forwards, from_checkers, proves

LISTENER = "aws:lb/listener:Listener"
LISTENER_RULE = "aws:lb/listenerRule:ListenerRule"


def check(subject: Subject) -> Iterator[Complaint]:
    """The proof is a header that the distribution sends and the rule asks for, both made of one secret."""
    balancers = [one for one in subject.links("loadBalancerArn", BALANCER) if is_public(one)]
    if not balancers:
        raise NotApplicable("the internet does not reach it")
    for position, action in each(subject.props, "defaultActions"):
        if get(action, "type") not in HARMLESS:
            yield wrong(f"defaultActions[{position}].type", "fixed-response or redirect", found=get(action, "type"))
    fronts = [front for balancer in balancers for front in distributions_to(subject.stack, balancer)]
    for rule in subject.users("listenerArn", LISTENER_RULE):
        if forwards(rule) and not from_checkers(rule) and not any(proves(rule, front) for front in fronts):
            yield wrong("conditions", "the secret header that the distribution sends to its origins", at=rule)


def forward(*conditions: dict[str, Any]) -> dict[str, Any]:
    return {"conditions": [{"pathPattern": {"values": ["/orders"]}}, *conditions], "actions": [{"type": "forward"}]}


PROOF = {"httpHeader": {"httpHeaderName": "X-Origin-Verify"}}
AGENT = {"httpHeader": {"httpHeaderName": "User-Agent", "values": [f"{CHECKER}*"]}}
SENDS = {**SITE, "origins": [{**SERVER, "customHeaders": [{"name": "x-origin-verify"}]}]}
RULE = Rule(
    id="edge-balancer-proof",
    on=LISTENER,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    why="Anybody's distribution comes from CloudFront's addresses too, and goes round our web ACL",
    mend="Forward only with a condition on the secret header that the distribution sends, and refuse by default",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=BALANCER, name="balancer"),
            Declared(type=LISTENER, name="https", links={"loadBalancerArn": ["balancer"]},
                     props={"protocol": "HTTPS", "defaultActions": [{"type": "fixed-response"}]}),
            Declared(type="aws:kms/ciphertext:Ciphertext", name="secret"),
            Declared(type=DISTRIBUTION, name="site", props=SENDS, links={"origins": ["balancer", "secret"]}),
            Declared(type=LISTENER_RULE, name="orders", props=forward(PROOF),
                     links={"listenerArn": ["https"], "conditions": ["secret"]}),
            Declared(type=LISTENER_RULE, name="health", props=forward(AGENT), links={"listenerArn": ["https"]}),
        ],
        refused=Change("defaultActions[0].type", "forward", on="https"),
        unknown=Change("defaultActions[0].type", None, on="https"),
        absent=Absent(Remove("conditions[1]", on="orders"), Verdict.REFUSED, "a rule forwards to whom it does not ask"),
        not_applicable=[Declared(type=LISTENER, props={"loadBalancerArn": "arn:aws:elasticloadbalancing:elsewhere"})],
        stronger=[Drop("health")],
        also_refused=[
            Drop("secret"), Drop("site"), Unlink("conditions", on="orders"),
            Change("conditions[0].pathPattern.values", ["/*"], on="health"),
            Change("conditions[1].httpHeader.values", ["*"], on="health"),
            Change("origins[0].customHeaders[0].name", "x-other", on="site"),
        ],
    ),
    breaks=[
        Break(on=LISTENER, path="defaultActions[0].type", value="forward",
              where=lambda props: props["protocol"] == "HTTPS"),
        Break(on=LISTENER_RULE, path="conditions", unlink=True),
        Break(on=LISTENER_RULE, path="conditions[0].pathPattern.values", value=["/*"],
              where=lambda props: props["priority"] == 10),
    ],
)  # fmt: skip
