"""The server that is made into an image stands in a network of ours, and does not outlive its build."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.imagebuilder._examples import BUILDER, BUILDER_PROPS
from policy.subject import Subject
from policy.values import get, truth


def check(subject: Subject) -> Iterator[Complaint]:
    stated = set(subject.props)  # AWS makes subnet and group up: whether they are there is all that counts
    for name, expected in (("subnetId", "a private subnet"), ("securityGroupIds", "a group that lets nobody in")):
        if name not in stated:
            yield wrong(name, expected)
    if "keyPair" in stated:
        yield wrong("keyPair", "none: nobody logs in")
    if not truth(get(subject.props, "terminateInstanceOnFailure", False)):
        yield wrong("terminateInstanceOnFailure", "true")


RULE = Rule(
    id="imagebuilder-builder-inside",
    on=BUILDER,
    severity=Severity.MEDIUM,
    why="Left to AWS's default a build runs in the default network, and one that fails leaves its server running",
    mend="Name a private subnet and a closed security group, no key pair, and set terminateInstanceOnFailure",
    check=check,
    examples=Examples(
        accepted=one(BUILDER, **BUILDER_PROPS),
        refused=Change("terminateInstanceOnFailure", value=False),
        also_refused=[
            Remove("subnetId"),
            Remove("securityGroupIds"),
            Change("keyPair", "laptop"),
            Remove("terminateInstanceOnFailure"),
        ],
        unknown=Change("terminateInstanceOnFailure", None),
        absent=Absent(Remove("subnetId"), Verdict.REFUSED, "Image Builder takes the default network"),
    ),
    breaks=[
        Break(on=BUILDER, path="terminateInstanceOnFailure", value=False),
        Break(on=BUILDER, path="securityGroupIds"),
    ],
)
