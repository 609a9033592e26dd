"""Each secret is renewed by itself, before it is a quarter old."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Unlink, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Setting, Severity, wrong
from policy.subject import Subject
from policy.values import get
from policy.views.stores import SECRET

ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"
DAYS, SCHEDULE = "rotationRules.automaticallyAfterDays", "rotationRules.scheduleExpression"
UNIT_DAYS = {"hour": 1 / 24, "hours": 1 / 24, "day": 1, "days": 1}


def check(subject: Subject) -> Iterator[Complaint]:
    rotations = subject.users("secretId", ROTATION)
    if not rotations:
        yield wrong("", "a SecretRotation")
    most = subject.settings["days"]
    for rotation in rotations:
        days = _days(rotation)
        if days is None or days > most:
            yield wrong(DAYS, f"at most {most:g}, or a scheduleExpression as often", found=days, at=rotation)


def _days(rotation: Subject) -> float | None:
    """Days between two rotations; a cron expression can say no longer than a month or a year, by its month field."""
    days = get(rotation.props, DAYS)
    if days is not None:
        return float(days)
    kind, _, inside = str(get(rotation.props, SCHEDULE, "")).rstrip(")").partition("(")
    fields = inside.split()
    if kind == "rate" and len(fields) == len(("value", "unit")):
        return float(fields[0]) * UNIT_DAYS.get(fields[1], float("inf"))
    if kind == "cron" and len(fields) > len(("minutes", "hours", "day")):
        return {"*": 31.0, "*/1": 31.0, "1/2": 62.0, "*/2": 62.0, "1/3": 92.0, "*/3": 92.0}.get(fields[3], 366.0)
    return None


RULE = Rule(
    id="secretsmanager-secret-rotated",
    on=SECRET,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    controls=("SecretsManager.1", "SecretsManager.4"),
    why="A secret that somebody once saw opens the door for ever",
    mend="Give the secret a SecretRotation with automaticallyAfterDays of 90 or fewer",
    check=check,
    settings={"days": Setting(says="Days between two rotations", default=90, minimum=1, maximum=365)},
    examples=Examples(
        accepted=[
            Declared(type=SECRET, name="secret"),
            Declared(
                type=ROTATION,
                name="rotation",
                props={"rotationRules": {"automaticallyAfterDays": 90}},
                links={"secretId": ["secret"]},
            ),
        ],
        refused=Change(DAYS, 91, on="rotation"),
        unknown=Change(DAYS, None, on="rotation"),
        absent=Absent(Drop("rotation"), Verdict.REFUSED, "a secret stays as it is until it is told otherwise"),
        stronger=[
            Change("rotationRules", rules, on="rotation")
            for rules in (
                {"automaticallyAfterDays": 30.0},
                {"scheduleExpression": "rate(10 days)"},
                {"scheduleExpression": "cron(0 4 1 * ? *)"},
            )
        ],
        also_refused=[
            Unlink("secretId", on="rotation"),
            Change("rotationRules", {"scheduleExpression": "rate(200 days)"}, on="rotation"),
            Change("rotationRules", {"scheduleExpression": "cron(0 4 1 1 ? *)"}, on="rotation"),
        ],
    ),
    breaks=[Break(on=ROTATION, path=DAYS, value=365), Break(on=ROTATION, path="secretId", unlink=True)],
)
