"""A global database spans regions, one cluster in each."""

from collections.abc import Iterator

from policy.examples import Absent, Add, Drop, Examples, Unlink, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.rules.rds._examples import DATABASE, member
from policy.subject import Subject
from policy.views.clusters import CLUSTER, GLOBAL, members


def check(subject: Subject) -> Iterator[Complaint]:
    regions = [one.region for one in members(subject)]
    if len(set(regions)) < 2:
        yield wrong("", "clusters in two regions or more", found=len(set(regions)))
    for one in subject.stack.of_type(CLUSTER):
        if not one.links("globalClusterIdentifier", GLOBAL):
            yield wrong("globalClusterIdentifier", "this stack's global database", at=one)
    for one in members(subject):
        if regions.count(one.region) > 1:
            yield wrong("globalClusterIdentifier", "the only cluster of the database in its region", at=one)


RULE = Rule(
    id="rds-global-regions",
    on=GLOBAL,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    why="A copy in the writer's own region is lost with it, and a cluster left out keeps orders of its own",
    mend="Declare one cluster of the global database in each region, under that region's provider",
    check=check,
    examples=Examples(
        accepted=[DATABASE, member("home", "eu-west-2"), member("away", "us-east-1")],
        refused=Drop("away"),
        also_refused=[Add(member("again", "us-east-1"))],
        unknown=None,
        absent=Absent(
            Unlink("globalClusterIdentifier", on="away"), Verdict.REFUSED, "a cluster stands alone by default"
        ),
    ),
    breaks=[Break(on=CLUSTER, path="globalClusterIdentifier", unlink=True)],
)
