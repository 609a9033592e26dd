"""Each cluster of a global database is encrypted with its region's copy of one key."""

from collections.abc import Iterator

from policy.examples import Absent, Declared, Examples, Link, Unlink, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.rules.rds._examples import DATABASE
from policy.subject import Subject
from policy.views.clusters import CLUSTER, GLOBAL, KEY, REPLICA_KEY, members, origin


def check(subject: Subject) -> Iterator[Complaint]:
    keys = {one.urn: one.links("kmsKeyId", KEY, REPLICA_KEY) for one in members(subject)}
    origins = [origin(key).urn for found in keys.values() for key in found]
    usual = max(sorted(set(origins)), key=origins.count, default=None)
    for one in members(subject):
        here = [key for key in keys[one.urn] if key.region == one.region]
        if not here:
            yield wrong("kmsKeyId", "a key of this stack, in the cluster's own region", at=one)
        elif origin(here[0]).urn != usual:
            yield wrong("kmsKeyId", "the region's copy of the key that the other clusters use", at=one)


def _member(name: str, region: str, key: str) -> Declared:
    links = {"globalClusterIdentifier": ["database"], "kmsKeyId": [key]}
    return Declared(type=CLUSTER, name=name, region=region, links=links)


RULE = Rule(
    id="rds-global-keys",
    on=GLOBAL,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    why="A secondary under another key, or under one in another region, is open to others or cannot start",
    mend="Take kmsKeyId of every cluster from its region's replica of the data key",
    check=check,
    examples=Examples(
        accepted=[
            DATABASE,
            Declared(type=KEY, name="data"),
            Declared(type=REPLICA_KEY, name="copy", region="us-east-1", links={"primaryKeyArn": ["data"]}),
            Declared(type=REPLICA_KEY, name="third", region="us-west-2", links={"primaryKeyArn": ["data"]}),
            Declared(type=KEY, name="other", region="us-east-1"),
            _member("home", "eu-west-2", "data"),
            _member("away", "us-east-1", "copy"),
            _member("further", "us-west-2", "third"),
        ],
        refused=Link("kmsKeyId", ["data"], on="away"),
        unknown=None,
        absent=Absent(Unlink("kmsKeyId", on="away"), Verdict.REFUSED, "AWS takes its own key"),
        also_refused=[Link("kmsKeyId", ["other"], on="away")],
    ),
    breaks=[Break(on=CLUSTER, path="kmsKeyId", unlink=True)],
)
