import json
from typing import Any

from components.data.asset_replication import AssetReplication, AssetReplicationArgs
from components.places import Places
from preview.graph import Graph, Node
from tests.components.data.regions import build_across, grounds, origin, settings
from tests.engine import names
from tests.limits import too_long

LONDON, VIRGINIA, TOKYO = "eu-west-2", "us-east-1", "ap-northeast-1"
CONFIG = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


def replication(*regions: str) -> Graph:
    chosen = settings(regions)

    def program(places: Places) -> None:
        origins = {region: origin(region) for region in regions}
        args = AssetReplicationArgs(home=regions[0], origins=origins, ground=grounds(chosen))
        AssetReplication("assets", args, places)

    return build_across(chosen, program)


def rules(graph: Graph, name: str) -> list[dict[str, Any]]:
    return graph.named(name)[0].inputs["rules"]


def role(graph: Graph, region: str) -> list[dict[str, Any]]:
    node = graph.named(f"assets-{region}-role-policy")[0]
    return json.loads(node.inputs["policy"])["Statement"]


def priorities(node: Node) -> dict[str, int]:
    return {rule["id"]: rule["priority"] for rule in node.inputs["rules"]}


def test_models_go_from_every_region_to_every_other() -> None:
    graph = replication(LONDON, VIRGINIA, TOKYO)
    for region in (LONDON, VIRGINIA, TOKYO):
        others = sorted({LONDON, VIRGINIA, TOKYO} - {region})
        assert [rule["id"] for rule in rules(graph, f"assets-{region}-models")] == others


def test_the_site_goes_from_the_home_region_alone() -> None:
    graph = replication(LONDON, VIRGINIA)
    sites = [node for node in graph.of_type(CONFIG) if node.name.endswith("-site")]
    assert [node.region for node in sites] == [LONDON], "deployments go to the home region"


def test_copies_arrive_in_time_under_the_key_of_their_region() -> None:
    [rule] = rules(replication(LONDON, TOKYO), f"assets-{LONDON}-models")
    destination = rule["destination"]
    assert destination["replicationTime"] == {"status": "Enabled", "time": {"minutes": 15}}
    assert destination["metrics"] == {"status": "Enabled", "eventThreshold": {"minutes": 15}}
    assert f":{TOKYO}:" in destination["encryptionConfiguration"]["replicaKmsKeyId"], "a key serves its own region"


def test_deletions_and_changes_of_replicas_are_copied_too() -> None:
    [rule] = rules(replication(LONDON, TOKYO), f"assets-{LONDON}-models")
    assert rule["deleteMarkerReplication"] == {"status": "Enabled"}
    assert rule["sourceSelectionCriteria"]["replicaModifications"] == {"status": "Enabled"}
    assert rule["sourceSelectionCriteria"]["sseKmsEncryptedObjects"] == {"status": "Enabled"}


def test_a_new_region_leaves_the_rules_of_the_others_as_they_are() -> None:
    before = {node.name: priorities(node) for node in replication(LONDON, TOKYO).of_type(CONFIG)}
    after = {node.name: priorities(node) for node in replication(LONDON, VIRGINIA, TOKYO).of_type(CONFIG)}
    for name, was in before.items():
        assert was.items() <= after[name].items(), "a rule keeps its priority whichever regions come"


def test_the_role_reaches_its_buckets_and_no_other() -> None:
    granted = role(replication(LONDON, TOKYO), LONDON)
    arns = {arn for statement in granted for arn in statement["Resource"] if arn.startswith("arn:aws:s3")}
    buckets = {arn.split(":::")[1].split("/")[0] for arn in arns}
    source, target = names(LONDON), names(TOKYO)
    assert buckets == {f.bucket(role) for f in (source, target) for role in ("models", "site")}
    assert "*" not in arns


def test_the_role_only_reads_at_the_source() -> None:
    granted = role(replication(LONDON, TOKYO), LONDON)
    writing = [s for s in granted if any(a.startswith(("s3:Replicate", "s3:PutObject")) for a in s["Action"])]
    assert writing
    assert all(LONDON not in arn for statement in writing for arn in statement["Resource"])


def test_keys_are_used_through_s3_of_their_regions() -> None:
    keys = [s for s in role(replication(LONDON, TOKYO), LONDON) if s["Action"][0].startswith("kms:")]
    through = {json.dumps(s["Condition"]["StringEquals"]["kms:ViaService"]) for s in keys}
    assert through == {f'"s3.{LONDON}.amazonaws.com"', f'["s3.{TOKYO}.amazonaws.com"]'}
    assert all("kms:ResourceAliases" in s["Condition"]["ForAnyValue:StringEquals"] for s in keys)


def test_many_regions_fit_a_role_and_need_three_alarms_each() -> None:
    regions = [LONDON, VIRGINIA, TOKYO, "ap-southeast-2", "ap-south-1", "us-west-2", "eu-central-1", "eu-west-1"]
    graph = replication(*regions)
    policies = [n.inputs["policy"] for n in graph.of_type("aws:iam/rolePolicy:RolePolicy")]
    assert max(len(policy.replace(" ", "")) for policy in policies) < 10_240 // 2, "16 regions must fit as well"
    assert len(graph.of_type(ALARM)) == 3 * len(regions), "failures and delay of models, failure or delay of the site"


def test_delay_is_watched_where_copies_arrive_and_failure_where_they_leave() -> None:
    alarms = {node.name: node for node in replication(LONDON, TOKYO).of_type(ALARM)}
    late, failed = alarms[f"assets-{TOKYO}-site-late"], alarms[f"assets-{LONDON}-site-failed"]
    assert (late.region, failed.region) == (TOKYO, LONDON), "S3 publishes the two metrics in different regions"
    assert names(TOKYO).bucket("site") in late.inputs["metricQueries"][0]["expression"]
    assert late.inputs["threshold"] == 15 * 60


def test_a_single_region_copies_nothing() -> None:
    graph = replication(LONDON)
    assert graph.of_type(CONFIG) == []
    assert graph.of_type(ALARM) == []


def test_names_fit_in_the_region_with_the_longest_name() -> None:
    graph = replication("ap-northeast-1", "ap-southeast-1")
    assert [problem for node in graph for problem in too_long(node)] == []
