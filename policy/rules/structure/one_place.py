"""What is under a component stands in the component's region."""

from collections.abc import Iterator
from contextlib import suppress

from pulumi_policy.proxy import UnknownValueError

from policy.examples import Absent, Add, Change, Declared, Examples, Remove, Verdict
from policy.rule import WHOLE_STACK, Break, Complaint, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.views.placement import REGION, below, place

SPANNING = frozenset({
    "storefront:account:Account",
    "storefront:data:AssetReplication",
    "storefront:data:Backups",
    "storefront:data:Data",
    "storefront:data:Durability",
    "storefront:data:GlobalTables",
    "storefront:edge:Domain",
    "storefront:foundation:Foundation",
})  # fmt: skip
"""Components that are made to span regions; any other stands in one."""


def check(subject: Subject) -> Iterator[Complaint]:
    components = [one for one in subject.stack if one.type.startswith("storefront:") and one.type not in SPANNING]
    astray: dict[str, str] = {}
    for component in components:
        here = place(component)
        for one in below(subject.stack).get(component.urn, ()):
            if one.region != here:
                astray[one.urn] = f"the provider of {here}, where its component stands"
    for one in subject.stack:
        with suppress(UnknownValueError):  # unset: AWS takes the provider's
            said = one.props.get("region") if one.region else None
            if said is not None and said != one.region:
                astray[one.urn] = f"no region of its own: its provider's is {one.region}"
    for urn, expected in sorted(astray.items()):
        yield wrong("region", expected, at=subject.stack.subject(urn))


QUEUE = "aws:sqs/queue:Queue"

RULE = Rule(
    id="structure-one-place",
    on=WHOLE_STACK,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    why="A resource that stands elsewhere than its component fails with a region that nobody thinks of",
    mend="Let the resource inherit its component's provider, and give it no region of its own",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=REGION, name="london"),
            *(Declared(type=QUEUE, name=f"queue-{at}", parent="london") for at in (1, 2, 3)),
            Declared(type=QUEUE, name="stated", parent="london", props={"region": "eu-west-2"}),
            Declared(type="storefront:data:Data", name="data"),
            Declared(type=QUEUE, name="far", parent="data", region="us-east-1"),
        ],
        refused=Add(Declared(type=QUEUE, name="astray", parent="london", region="us-east-1")),
        unknown=None,
        absent=Absent(Remove("region", on="stated"), Verdict.ACCEPTED, "a resource stands in its provider's region"),
        also_refused=[Change("region", "eu-west-1", on="stated")],
    ),
    breaks=[Break(on=QUEUE, path="region", value="us-east-1")],
)
