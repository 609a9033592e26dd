"""Every resource belongs to a component, and to a provider that is stated."""

from collections.abc import Iterator

from policy.examples import Absent, Add, Declared, Drop, Examples, Verdict
from policy.rule import WHOLE_STACK, Break, Complaint, Rule, Scope, Severity, wrong
from policy.subject import Subject

COMPONENTS = ("storefront:", "awsx:")
NO_RESOURCE = (*COMPONENTS, "pulumi:")


def check(subject: Subject) -> Iterator[Complaint]:
    for one in subject.stack:
        if one.type.startswith(NO_RESOURCE):
            continue
        if not any(above.type.startswith(COMPONENTS) for above in one.ancestors()):
            yield wrong("", "a component as its parent", at=one)
        if one.type.startswith("aws:") and not one.region:
            yield wrong("", "the provider of a region", at=one)


QUEUE = "aws:sqs/queue:Queue"

RULE = Rule(
    id="structure-parent",
    on=WHOLE_STACK,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="A resource without a component inherits neither a place nor protection, and is found by nobody",
    mend="Create it inside a component, with the component's own options",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type="storefront:region:Queue", name="component"),
            Declared(type=QUEUE, name="work", parent="component"),
        ],
        refused=Add(Declared(type=QUEUE, name="stray")),
        unknown=None,
        absent=Absent(Drop("work"), Verdict.ACCEPTED, "a component may be empty"),
        also_refused=[Add(Declared(type=QUEUE, name="default", parent="component", region=None))],
    ),
    breaks=[Break(on="storefront:account:Money", path="")],
)
