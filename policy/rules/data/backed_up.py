"""Each table, database and bucket that customers live by is backed up, in each of its regions."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Link, Unlink, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.backup._examples import DAILY_PLAN, FAR, selection
from policy.rules.dynamodb._examples import CARTS
from policy.rules.s3._examples import ARN, MODELS, READ_BY_EDGE, policy_of
from policy.subject import Subject
from policy.views.buckets import BUCKET, BUCKETS, holds_what_customers_get
from policy.views.stated import stated
from policy.views.stores import CLUSTER, PLAN, SELECTION, TABLE, regions, selections


def check(subject: Subject) -> Iterator[Complaint]:
    for service, region, resource in _parts(subject):
        plans = [plan for one in selections(subject, service, region, resource) for plan in one.links("planId", PLAN)]
        if not plans:
            yield wrong("", f"to be selected by a backup plan in {region}")


def _parts(subject: Subject) -> list[tuple[str, str, str]]:
    """What AWS Backup has to name: service, region and the end of the ARN."""
    home = subject.region or ""
    if subject.type == TABLE:
        return [("dynamodb", region, f"table/{stated(subject, 'name')}") for region in sorted(regions(subject))]
    if subject.type == CLUSTER:
        return [("rds", home, f"cluster:{stated(subject, 'clusterIdentifier')}")]
    if not holds_what_customers_get(subject):
        raise NotApplicable("no distribution serves it: logs, exports, packages, or files that soon go")
    return [("s3", home, str(stated(subject, "bucket")))]


def _table(region: str) -> str:
    return f"arn:aws:dynamodb:{region}:123456789012:table/carts"


BASE = Declared(type=CLUSTER, name="base", props={"clusterIdentifier": "base"})
HOME = selection(_table("eu-west-2"), "arn:aws:rds:eu-west-2:123456789012:cluster:base", ARN)
HOME_NAME = HOME.name

RULE = Rule(
    id="data-backed-up",
    on=(TABLE, CLUSTER, *BUCKETS),
    scope=Scope.STACK,
    severity=Severity.HIGH,
    controls=("DynamoDB.4", "RDS.26"),
    why="What somebody deletes or encrypts is gone, replicas included",
    mend="Add its ARN to the resources of the region's backup selection",
    check=check,
    examples=Examples(
        accepted=[
            CARTS, BASE, MODELS, policy_of("models", READ_BY_EDGE), DAILY_PLAN, Declared(type=PLAN, name="far"),
            Declared(type=PLAN, name="near"), HOME, selection("arn:aws:dynamodb:*:*:table/*", region=FAR),
        ],
        refused=Change("resources[0]", _table("ap-south-1"), on=HOME_NAME),
        unknown=Change("resources[0]", None, on=HOME_NAME),
        absent=Absent(Drop(f"selection-{FAR}"), Verdict.REFUSED, "AWS backs nothing up by itself"),
        not_applicable=[Declared(type=BUCKET, name="logs")],
        stronger=[
            Change("resources", ["*"], on=HOME_NAME), Link("resources", ["carts", "base", "models"], on=HOME_NAME),
        ],
        also_refused=[
            Change("resources[1]", "arn:aws:rds:eu-west-2:123456789012:cluster:other", on=HOME_NAME),
            Change("resources[2]", f"{ARN}-other", on=HOME_NAME), Unlink("planId", on=HOME_NAME),
            Change("notResources", [ARN], on=HOME_NAME),
            Change("conditions", [{"stringEquals": [{"key": "aws:ResourceTag/backup", "value": "yes"}]}], on=HOME_NAME),
        ],
    ),
    breaks=[
        Break(on=SELECTION, path="resources[*]", value="arn:aws:s3:::elsewhere"),
        Break(on=SELECTION, path="resources", value=["arn:aws:s3:::elsewhere"]),
        Break(on=SELECTION, path="planId", unlink=True),
    ],
)  # fmt: skip
