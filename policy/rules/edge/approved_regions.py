"""Everything stands in a region that was approved for it."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict
from policy.rule import WHOLE_STACK, Break, Complaint, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.values import get
from policy.views.stores import TABLE, replicas

APPROVED = frozenset(
    {
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ca-central-1",
        "eu-central-1",
        "eu-north-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
    }
)
"""Regions that every account has from its first day. One that has to be opted into is a decision about data, and has a
token service of its own (AWS Account Management guide, "Enable or disable Regions")."""

PROVIDER = "pulumi:providers:aws"


def check(subject: Subject) -> Iterator[Complaint]:
    """Resources stand where their provider says, which is `structure-one-place`'s; tables say more themselves."""
    for provider in subject.stack.of_type(PROVIDER):
        yield from _judged(provider, "region", get(provider.props, "region"))
    for table in subject.stack.of_type(TABLE):
        for at, path, region in replicas(table):
            yield from _judged(at, f"{path}regionName", region)


def _judged(at: Subject, path: str, region: str | None) -> Iterator[Complaint]:
    if region not in APPROVED:
        yield wrong(path, f"one of {', '.join(sorted(APPROVED))}", found=region, at=at)


RULE = Rule(
    id="edge-approved-regions",
    on=WHOLE_STACK,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    why="Customers' data comes to lie under a law that nobody has looked at",
    mend="Use a provider of an approved region, or approve the region in this rule",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=PROVIDER, name="there", props={"region": "eu-west-2"}, region=None),
            Declared(type=TABLE, name="sessions", props={"replicas": [{"regionName": "us-east-1"}]}),
        ],
        refused=Change("region", "cn-north-1", on="there"),
        unknown=Change("region", None, on="there"),
        absent=Absent(Remove("region", on="there"), Verdict.REFUSED, "whoever runs the program decides then"),
        stronger=[Change("replicas", [], on="sessions")],
        also_refused=[
            Change("replicas[0].regionName", "me-south-1", on="sessions"),
        ],
    ),
    breaks=[
        Break(on=PROVIDER, path="region", value="me-south-1"),
        Break(
            on=TABLE, path="replicas[*].regionName", value="me-south-1",
            also=("data-backed-up", "dynamodb-everywhere", "kms-own-key", "operations-table-throttles"),
        ),
    ],
)  # fmt: skip
