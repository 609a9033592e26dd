"""No secret shows in user data, environments, parameters or definitions, however they are encoded."""

import base64
from collections.abc import Iterator
from contextlib import suppress

from pulumi_policy.proxy import UnknownValueError

from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Severity, wrong
from policy.rules.secrets._clear import CANARY, CLEAR, FUNCTION, PARAMETER, TEMPLATE
from policy.subject import Subject
from policy.values import get
from policy.views.payloads import lines, secrets_in


def check(subject: Subject) -> Iterator[Complaint]:
    if subject.type == PARAMETER and get(subject.props, "type") == "SecureString":
        raise NotApplicable("because its value is encrypted")
    for prop in CLEAR[subject.type]:
        kinds = {kind for line in lines(get(subject.props, prop), _label(subject)) for kind in secrets_in(line)}
        for kind in sorted(kinds):
            yield wrong(prop, f"no secret; what shows there is {kind}")


def _label(subject: Subject) -> str:
    """What a parameter's value is said to be: the last step of its own name."""
    with suppress(UnknownValueError):
        return str(get(subject.props, "name", "")).rpartition("/")[2] if subject.type == PARAMETER else ""
    return ""


SCRIPT = base64.b64encode(b"#!/bin/bash\nexport CATALOGUE_TABLE=storefront-catalogue\n").decode()
TELLING = base64.b64encode(b"#!/bin/bash\nexport DATABASE_PASSWORD=correct-horse-battery\n").decode()
KEY = "AKIA" + "QWERTYUIOPASDF23"
VARIABLE = "environment.variables.CARTS_TABLE"

RULE = Rule(
    id="secrets-in-clear",
    on=tuple(CLEAR),
    severity=Severity.CRITICAL,
    why="Whoever may describe a resource, or reads its history in AWS Config, reads the secret",
    mend="Keep it in Secrets Manager, let the workload fetch it by its role, and change it: it has been seen",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=FUNCTION, props={"environment": {"variables": {"CARTS_TABLE": "carts"}}}),
            Declared(type=TEMPLATE, name="server", props={"userData": SCRIPT}),
            Declared(type=PARAMETER, name="flag", props={"type": "String", "value": "on"}),
            Declared(type=PARAMETER, name="named", props={"type": "String", "name": "/shop/password", "value": "on"}),
        ],
        refused=Change("userData", TELLING, on="server"),
        unknown=Change("userData", None, on="server"),
        absent=Absent(Remove("environment"), Verdict.ACCEPTED, "a function without variables shows nothing"),
        not_applicable=[Declared(type=PARAMETER, props={"type": "SecureString", "value": KEY})],
        stronger=[
            Change("environment.variables.SECRET_ARN", "arn:aws:secretsmanager:eu-west-2:123456789012:secret:master")
        ],
        also_refused=[
            Change(VARIABLE, KEY),
            Change("environment.variables.API_TOKEN", "Zx81kqPm22LmQr"),
            Change("environment.variables.DB_PASS", "Zx81kqPm22LmQr"),
            Change("value", "correct-horse-battery", on="named"),
            Change("value", "-----BEGIN EC PRIVATE KEY-----", on="flag"),
            Change("value", "postgres://storefront:correct-horse@db.example.com/shop", on="flag"),
        ],
    ),
    breaks=[
        Break(on=TEMPLATE, path="userData", value=TELLING),
        Break(on=FUNCTION, path="environment.variables.DATABASE_PASSWORD", value="correct-horse-battery"),
        Break(on=CANARY, path="runConfig.environmentVariables.KEY", value=KEY),
    ],
)
