"""No secret shows among what the stack exports."""

from collections.abc import Iterator

from pulumi_policy.proxy import UnknownValueError

from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.views.payloads import lines, secrets_in

STACK = "pulumi:pulumi:Stack"


def check(subject: Subject) -> Iterator[Complaint]:
    """All that is known is judged first: what AWS makes up does not hide the rest."""
    unknown: UnknownValueError | None = None
    for name in sorted(subject.props):
        try:
            kinds = {kind for line in lines(subject.props[name]) for kind in secrets_in(line)}
        except UnknownValueError as error:
            unknown = unknown or error
            continue
        for kind in sorted(kinds):
            yield wrong(name, f"no secret; what shows there is {kind}")
    if unknown:
        raise unknown


KEY = "AKIA" + "QWERTYUIOPASDF23"

RULE = Rule(
    id="secrets-in-outputs",
    on=STACK,
    scope=Scope.STACK,
    severity=Severity.CRITICAL,
    why="Whoever may read the stack's outputs, or the log of a deployment, reads the secret",
    mend="Export the name of the secret, and change the secret: it has been seen",
    check=check,
    examples=Examples(
        accepted=[Declared(type=STACK, props={"site_url": "https://shop.example.com"}, region=None)],
        refused=Change("site_url", f"https://shop.example.com/?key={KEY}"),
        unknown=Change("site_url", None),
        absent=Absent(Remove("site_url"), Verdict.ACCEPTED, "a stack that exports nothing shows nothing"),
        also_refused=[Change("database", "postgres://storefront:correct-horse@db.example.com/shop")],
    ),
    breaks=[Break(on=STACK, path="site_url", value=f"https://shop.example.com/?key={KEY}")],
)
