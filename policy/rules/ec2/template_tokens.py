"""Instances answer questions about themselves to holders of a session token alone (IMDSv2)."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, Rule, Severity, wrong
from policy.rules.ec2._examples import INSTANCE, TEMPLATE, TEMPLATE_PROPS
from policy.subject import Subject
from policy.values import get


def check(subject: Subject) -> Iterator[Complaint]:
    options = get(subject.props, "metadataOptions", {})
    if get(options, "httpEndpoint") != "disabled" and get(options, "httpTokens") != "required":
        yield wrong("metadataOptions.httpTokens", "required", found=get(options, "httpTokens"))


RULE = Rule(
    id="ec2-template-tokens",
    on=(TEMPLATE, INSTANCE),
    severity=Severity.HIGH,
    controls=("EC2.8", "EC2.170", "AutoScaling.3"),
    why="A server that can be made to fetch an address gives the keys of its role away",
    mend="Set httpTokens to required",
    check=check,
    examples=Examples(
        accepted=one(TEMPLATE, **TEMPLATE_PROPS),
        refused=Change("metadataOptions.httpTokens", "optional"),
        unknown=Change("metadataOptions.httpTokens", None),
        absent=Absent(Remove("metadataOptions"), Verdict.REFUSED, "EC2's default is optional, whatever the image says"),
        stronger=[Change("metadataOptions", {"httpEndpoint": "disabled"})],
    ),
)
