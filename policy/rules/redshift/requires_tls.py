"""Whoever asks the warehouse does so over TLS."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.redshift._types import WORKGROUP
from policy.subject import Subject
from policy.values import each, get, truth

PARAMETERS = "configParameters"
NAMES = {"require_ssl", "use_fips_ssl"}
"""Either refuses clear text."""


def check(subject: Subject) -> Iterator[Complaint]:
    on = {
        str(get(one, "parameterKey"))
        for _, one in each(subject.props, PARAMETERS)
        if truth(get(one, "parameterValue", default=False))
    }
    if not NAMES & on:
        yield wrong(PARAMETERS, "require_ssl true")


RULE = Rule(
    id="redshift-requires-tls",
    on=WORKGROUP,
    severity=Severity.MEDIUM,
    controls=("RedshiftServerless.2",),
    why="Answers of the warehouse hold customers' orders, and cross the network in clear text",
    mend="Set the configuration parameter require_ssl to true",
    check=check,
    examples=Examples(
        accepted=one(
            WORKGROUP,
            configParameters=[
                {"parameterKey": "auto_mv", "parameterValue": "true"},
                {"parameterKey": "require_ssl", "parameterValue": "true"},
            ],
        ),
        refused=Change(f"{PARAMETERS}[1].parameterValue", "false"),
        unknown=Change(f"{PARAMETERS}[1].parameterValue", None),
        absent=Absent(Remove(PARAMETERS), Verdict.REFUSED, "what AWS sets by itself has changed over the years"),
        also_refused=[Change(f"{PARAMETERS}[1].parameterKey", "query_group")],
        stronger=[Change(f"{PARAMETERS}[1].parameterKey", "use_fips_ssl")],
    ),
    breaks=[
        Break(
            on=WORKGROUP, path=PARAMETERS, value=[{"parameterKey": "require_ssl", "parameterValue": "false"}],
        ),
    ],
)  # fmt: skip
