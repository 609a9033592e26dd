from typing import Any

from components.data.data import Data, DataArgs
from components.places import Places
from preview.graph import SECRET, Graph, Node
from settings import Settings
from tests.components.data.regions import build_across, grounds, settings

LONDON, OHIO = "eu-west-2", "us-east-2"
CIPHERTEXT = "aws:kms/ciphertext:Ciphertext"
SECRETS = "aws:secretsmanager/secret:Secret"


def data(*regions: str, generation: int = 1, **chosen: Any) -> Graph:
    stack = settings(regions or (LONDON, OHIO), **chosen)
    edge = stack.edge.model_copy(update={"origin_verification_generation": generation})
    return _data(stack.model_copy(update={"edge": edge}))


def _data(chosen: Settings) -> Graph:
    def program(places: Places) -> None:
        Data("data", DataArgs(chosen=chosen, ground=grounds(chosen)), places)

    return build_across(chosen, program)


def one(graph: Graph, name: str) -> Node:
    [node] = [node for node in graph.named(name) if node.custom]
    return node


def contexts(graph: Graph) -> dict[str, str]:
    slots = [node for node in graph.of_type(CIPHERTEXT) if node.name.startswith("data-origin")]
    return {node.name.rpartition("-")[2]: node.inputs["context"]["generation"] for node in slots}


def test_the_global_database_is_encrypted_and_guarded() -> None:
    cluster = one(data(), "data-relational-cluster")
    assert cluster.inputs["storageEncrypted"] is True
    assert cluster.inputs["deletionProtection"] is True
    assert cluster.protect
    assert cluster.region == LONDON


def test_the_engines_version_is_that_of_the_settings() -> None:
    cluster = one(data(relational={"engine_version": "16.6"}), "data-relational-cluster")
    assert (cluster.inputs["engine"], cluster.inputs["engineVersion"]) == ("aurora-postgresql", "16.6")


def test_secrets_are_replicated_under_the_key_of_each_region() -> None:
    graph = data(LONDON, OHIO, "ap-northeast-1")
    for node in graph.of_type(SECRETS):
        replicas = {replica["region"]: replica["kmsKeyId"] for replica in node.inputs["replicas"]}
        assert set(replicas) == {OHIO, "ap-northeast-1"}
        assert all(f":{region}:" in key for region, key in replicas.items()), "a key serves its own region"


def test_no_secret_stands_in_the_graph() -> None:
    versions = data().of_type("aws:secretsmanager/secretVersion:SecretVersion")
    assert len(versions) == 2
    assert all(node.inputs["secretString"] == SECRET for node in versions)


def test_rotation_keeps_what_it_made_of_the_master_secret() -> None:
    graph = data()
    assert one(graph, "data-relational-secret-value").ignore_changes == ("secretString", "versionStages")
    assert one(graph, "data-origin-secret-value").ignore_changes == (), "a new generation must reach the canaries"


def test_two_generations_are_accepted_from_the_start() -> None:
    assert contexts(data(generation=1)) == {"odd": "1", "even": "0"}


def test_a_new_generation_replaces_the_older_value_alone() -> None:
    before, after = contexts(data(generation=4)), contexts(data(generation=5))
    assert {slot for slot in before if before[slot] != after[slot]} == {"odd"}
    assert before["even"] == after["even"] == "4", "what the edge sends until now stays accepted"


def test_what_spans_regions_stands_in_the_home_region() -> None:
    alarms = "aws:cloudwatch/metricAlarm:MetricAlarm"
    own = [node for node in data() if node.custom and node.type.startswith("aws:") and node.type != alarms]
    assert {node.region for node in own} == {LONDON}


def test_moving_the_writer_changes_nothing_here() -> None:
    chosen = settings((LONDON, OHIO), home=LONDON)
    moved = chosen.model_copy(
        update={"regions": tuple(r.model_copy(update={"primary": r.name == OHIO}) for r in chosen.regions)}
    )
    assert _data(chosen).nodes == _data(moved).nodes


def test_everything_belongs_to_the_layer() -> None:
    tops = [node.name for node in data() if node.parent is None and not node.type.startswith("pulumi:providers:")]
    assert tops == ["data"]
