"""The warehouse's first user does not bear a name that everybody tries."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, Rule, Severity, wrong
from policy.rules.redshift._types import NAMESPACE
from policy.subject import Subject
from policy.values import get

NAME = "adminUsername"
USUAL = {"admin", "administrator", "awsuser", "root", "user"}


def check(subject: Subject) -> Iterator[Complaint]:
    if str(get(subject.props, NAME, "admin")).lower() in USUAL:
        yield wrong(NAME, "a name of our own")


RULE = Rule(
    id="redshift-administrator",
    on=NAMESPACE,
    severity=Severity.MEDIUM,
    controls=("RedshiftServerless.5",),
    why="A usual name is half of what somebody who guesses passwords has to guess",
    mend="Choose another adminUsername",
    check=check,
    examples=Examples(
        accepted=one(NAMESPACE, adminUsername="analytics_admin"),
        refused=Change(NAME, "admin"),
        unknown=Change(NAME, None),
        absent=Absent(Remove(NAME), Verdict.REFUSED, "AWS calls the first user admin"),
        also_refused=[Change(NAME, "AwsUser")],
    ),
)
