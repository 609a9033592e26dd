"""What a load balancer does without its firewall is stated: it lets nobody through."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, Rule, Severity, wrong
from policy.rules.elb._examples import BALANCER, BALANCER_PROPS
from policy.subject import Subject
from policy.values import get, truth


def check(subject: Subject) -> Iterator[Complaint]:
    choice = get(subject.props, "enableWafFailOpen")
    if choice is None or truth(choice):
        yield wrong("enableWafFailOpen", "false, stated", found=choice)


RULE = Rule(
    id="elb-waf-fail-open",
    on=BALANCER,
    severity=Severity.MEDIUM,
    controls=("resilience:no-fail-open-choice",),
    why="An outage of the firewall is the moment at which nobody has decided whether the shop is open or safe",
    mend="State enableWafFailOpen false: the other regions take over",
    check=check,
    examples=Examples(
        accepted=one(BALANCER, **BALANCER_PROPS),
        refused=Change("enableWafFailOpen", True),
        unknown=Change("enableWafFailOpen", None),
        absent=Absent(Remove("enableWafFailOpen"), Verdict.REFUSED, "AWS fails closed, but then nobody has chosen it"),
    ),
)
