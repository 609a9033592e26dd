"""The signatures of a zone, and the keys that make them, are in use."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import get
from policy.views.edge import SIGNING, SIGNING_KEY

WANTED = {SIGNING: ("signingStatus", "SIGNING"), SIGNING_KEY: ("status", "ACTIVE")}


def check(subject: Subject) -> Iterator[Complaint]:
    path, wanted = WANTED[subject.type]
    if get(subject.props, path, wanted) != wanted:
        yield wrong(path, wanted, found=get(subject.props, path))


RULE = Rule(
    id="route53-dnssec-active",
    on=(SIGNING, SIGNING_KEY),
    severity=Severity.MEDIUM,
    why="Answers that are not signed can be forged, and resolvers that expect signatures refuse the zone",
    mend="Set signingStatus to SIGNING and the status of the key signing key to ACTIVE",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=SIGNING, name="signatures", props={"signingStatus": "SIGNING"}),
            Declared(type=SIGNING_KEY, name="key", props={"name": "platform", "status": "ACTIVE"}),
        ],
        refused=Change("signingStatus", "NOT_SIGNING", on="signatures"),
        unknown=Change("signingStatus", None, on="signatures"),
        absent=Absent(Remove("status", on="key"), Verdict.ACCEPTED, "a key is active until it is told otherwise"),
        also_refused=[Change("status", "INACTIVE", on="key")],
    ),
    breaks=[
        Break(on=SIGNING, path="signingStatus", value="NOT_SIGNING"),
        Break(on=SIGNING_KEY, path="status", value="INACTIVE"),
    ],
)
