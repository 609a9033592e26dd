import json

from tests.components.region.test_database import ALARM, only, part

PROXY = "aws:rds/proxy:Proxy"


def test_the_proxy_takes_iam_over_tls_alone() -> None:
    proxy = only(part(), PROXY)
    assert proxy["requireTls"]
    assert proxy["defaultAuthScheme"] == "IAM_AUTH"
    assert [auth["iamAuth"] for auth in proxy["auths"]] == ["REQUIRED"]


def test_the_proxy_reads_the_replica_of_the_secret_in_its_own_region() -> None:
    (auth,) = only(part(), PROXY)["auths"]
    assert auth["secretArn"] == "arn:aws:secretsmanager:eu-west-2:123456789012:secret:storefront-test-master-AbCdEf"


def test_the_proxy_may_use_one_secret_and_one_user() -> None:
    policies = [json.loads(n.inputs["policy"]) for n in part().of_type("aws:iam/rolePolicy:RolePolicy")]
    resources = {r for p in policies for s in p["Statement"] for r in s["Resource"]}
    assert any(r.endswith("secret:storefront-test-master-??????") for r in resources)
    assert "*" not in resources


def test_reads_have_an_endpoint_of_their_own() -> None:
    assert only(part(), "aws:rds/proxyEndpoint:ProxyEndpoint")["targetRole"] == "READ_ONLY"


def test_what_moved_into_the_proxy_s_component_is_recognised() -> None:
    moved = [n for n in part() if (n.parent or "").endswith("storefront:region:DatabaseProxy::eu-west-2-database")]
    assert len(moved) == 9
    (database,) = part().of_type("storefront:region:Database")
    assert {n.aliases for n in moved} == {(database.urn,)}, "each stood right under the database, and is not replaced"


def test_the_target_waits_for_the_instances() -> None:
    graph = part()
    (target,) = graph.of_type("aws:rds/proxyTarget:ProxyTarget")
    assert {n.urn for n in graph.of_type("aws:rds/clusterInstance:ClusterInstance")} <= set(target.dependencies), (
        "a cluster without instances is no target"
    )


def test_waiting_and_a_full_pool_ring() -> None:
    alarms = {n.name.removeprefix("eu-west-2-database-") for n in part().of_type(ALARM)}
    assert {"pool-wait", "pool-full"} <= alarms
