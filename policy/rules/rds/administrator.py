"""A cluster's first user does not bear a name that everybody tries."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, NotApplicable, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import get
from policy.views.clusters import CLUSTER

NAME = "masterUsername"
USUAL = {"admin", "administrator", "awsuser", "mysql", "postgres", "postgresql", "rdsadmin", "root", "user"}


def check(subject: Subject) -> Iterator[Complaint]:
    name = get(subject.props, NAME)
    if name is None:
        raise NotApplicable("because a copy, or a secondary of a global database, has the users of what it copies")
    if str(name).lower() in USUAL:
        yield wrong(NAME, "a name of our own")


RULE = Rule(
    id="rds-administrator",
    on=CLUSTER,
    severity=Severity.MEDIUM,
    controls=("RDS.24",),
    why="A usual name is half of what somebody who guesses passwords has to guess",
    mend="Choose another masterUsername",
    check=check,
    examples=Examples(
        accepted=one(CLUSTER, masterUsername="platform_admin"),
        refused=Change(NAME, "postgres"),
        unknown=Change(NAME, None),
        absent=Absent(Remove(NAME), Verdict.NOT_APPLICABLE, "only the first cluster of a database has its own users"),
        not_applicable=one(CLUSTER, engine="aurora-postgresql"),
        also_refused=[Change(NAME, "Admin")],
    ),
    breaks=[Break(on=CLUSTER, path=NAME, value="postgres", where=lambda inputs: NAME in inputs)],
)
