"""Somebody is told when a region's copy falls behind the writer."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Setting, Severity, wrong
from policy.rules.rds._examples import DATABASE, member
from policy.subject import Subject
from policy.values import get
from policy.views.alarms import ALARM, watching
from policy.views.clusters import CLUSTER

LAG = ("AuroraGlobalDBReplicationLag", "AuroraGlobalDBRPOLag")
SELECT = "SELECT MAX({}) FROM SCHEMA(\"AWS/RDS\", DBClusterIdentifier, SourceRegion) WHERE DBClusterIdentifier = '{}'"


def check(subject: Subject) -> Iterator[Complaint]:
    if not subject.links("globalClusterIdentifier"):
        raise NotApplicable("because it stands alone and has nobody to fall behind")
    most = subject.settings["seconds"] * 1000
    found = {alarm.subject.urn: alarm.subject for alarm, _ in watching(subject, "AWS/RDS", *LAG)}
    if not found:
        yield wrong("", "an alarm on AuroraGlobalDBReplicationLag, in its region: any cluster may become a secondary")
    for alarm in found.values():
        threshold = float(get(alarm.props, "threshold"))
        if threshold > most:
            yield wrong("threshold", f"at most {most:g} ms", found=threshold, at=alarm)


def _alarm(name: str, region: str) -> Declared:
    queries = [{"id": "all", "expression": SELECT.format(LAG[0], "shop"), "period": 60}]
    props = {"metricQueries": queries, "threshold": 5000}
    return Declared(type=ALARM, name=name, region=region, props=props)


RULE = Rule(
    id="rds-global-lag",
    on=CLUSTER,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="Orders that have not reached another region are lost with the writer's",
    mend="Add an alarm on the lag of the region's copy, below the loss that was promised",
    check=check,
    settings={"seconds": Setting(says="Seconds of data that may be lost", default=60, minimum=1, maximum=3600)},
    examples=Examples(
        accepted=[
            DATABASE,
            member("home", "eu-west-2", clusterIdentifier="shop"),
            member("away", "us-east-1", clusterIdentifier="shop"),
            _alarm("home-lag", "eu-west-2"),
            _alarm("away-lag", "us-east-1"),
        ],
        refused=Change("threshold", 60_001, on="away-lag"),
        unknown=Change("threshold", None, on="away-lag"),
        absent=Absent(Drop("away-lag"), Verdict.REFUSED, "AWS reports the lag and tells nobody"),
        not_applicable=[Declared(type=CLUSTER)],
        also_refused=[Change("metricQueries[0].expression", SELECT.format(LAG[0], "other"), on="away-lag")],
        stronger=[Change("threshold", 1000.0, on="away-lag")],
    ),
    breaks=[
        Break(
            on=ALARM,
            path="threshold",
            value=600_000,
            where=lambda inputs: LAG[0] in str(inputs.get("metricQueries")),
        ),
        Break(on=ALARM, path="", where=lambda inputs: LAG[0] in str(inputs.get("metricQueries"))),
    ],
)
