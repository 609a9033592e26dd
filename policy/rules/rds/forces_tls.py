"""The database itself refuses clear text."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import each, get
from policy.views.clusters import PARAMETERS

FORCING = {"postgresql": "rds.force_ssl", "mysql": "require_secure_transport"}
ON = {"1", "on", "true"}


def check(subject: Subject) -> Iterator[Complaint]:
    family = str(get(subject.props, "family"))
    parameter = FORCING["mysql" if "mysql" in family else "postgresql"]
    values = [
        str(get(one, "value", "")).lower()
        for _, one in each(subject.props, "parameters")
        if get(one, "name") == parameter
    ]
    if not values or not set(values) <= ON:
        yield wrong("parameters", f"{parameter} on")


RULE = Rule(
    id="rds-forces-tls",
    on=PARAMETERS,
    severity=Severity.MEDIUM,
    controls=("RDS.38",),
    why="A client that connects past the proxy in clear text exposes what it reads",
    mend="Set rds.force_ssl to 1 in the parameter group",
    check=check,
    examples=Examples(
        accepted=one(
            PARAMETERS,
            family="aurora-postgresql16",
            parameters=[{"name": "log_connections", "value": "1"}, {"name": "rds.force_ssl", "value": "1"}],
        ),
        refused=Change("parameters[1].value", "0"),
        unknown=Change("parameters[1].value", None),
        absent=Absent(Remove("parameters"), Verdict.REFUSED, "Aurora PostgreSQL 16 takes clear text by default"),
        also_refused=[Change("parameters[1].name", "ssl"), Change("family", "aurora-mysql8.0")],
        stronger=[Change("parameters[1].value", "on")],
    ),
    breaks=[
        Break(
            on=PARAMETERS,
            path="parameters",
            value=[{"name": "rds.force_ssl", "value": "0", "applyMethod": "immediate"}],
        )
    ],
)
