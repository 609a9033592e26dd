"""One region of the platform, in each of its states."""

import json
from functools import cache
from typing import Any

import pytest
from pulumi import Output, ResourceOptions

from components.contract import RegionOutputs
from components.interfaces import Certificates, GlobalDatabase, OriginVerification, Tables
from components.region.artifact_store import ServiceArtifact
from components.region.region import Region, RegionArgs
from components.region.tokens import Tokens
from components.region.watch import LONGEST_RULE, MOST_CHILDREN
from preview.graph import Graph
from settings.account import OperationsSettings
from settings.data import DataSettings
from settings.edge import FirewallSettings
from settings.region import RegionSettings
from tests.engine import build, ground, known, names

STATEFUL = {
    "aws:s3/bucket:Bucket", "aws:s3/bucketVersioning:BucketVersioning", "aws:s3/bucketPolicy:BucketPolicy",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "aws:s3/bucketLogging:BucketLogging",
    "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration", "aws:s3/bucketNotification:BucketNotification",
}  # fmt: skip


def settings(**changes: Any) -> RegionSettings:
    described = {"name": "eu-west-2", "cidr": "10.0.0.0/16", "primary": True, **changes}
    return RegionSettings.model_validate_json(json.dumps(described))


def arguments(state: str = "active", *, primary: bool = True, home: bool = True, tokens: bool = True) -> RegionArgs:
    value = Output.secret("a")
    elsewhere = "ap-northeast-1"
    return RegionArgs(
        settings=settings(state=state, primary=primary),
        state=state,
        data=DataSettings(),
        operations=OperationsSettings(),
        firewall=FirewallSettings(),
        domain="shop.example.com",
        ground=ground(),
        certificates=Certificates(arn=known("arn:aws:acm:eu-west-2:123456789012:certificate/1")),
        tables=Tables(catalogue="catalogue", carts="carts", sessions="sessions"),
        database=database(),
        verification=OriginVerification(
            header="x-origin-verify", current=value, accepted=(value, value), accepted_digests=value
        ),
        artifacts=[
            ServiceArtifact(service=service, version="1", sha256="0" * 64, path=__file__)
            for service in ("storefront", "render")
        ],
        primary="eu-west-2" if primary else elsewhere,
        home="eu-west-2" if home else elsewhere,
        tokens=Tokens(issuer="https://issuer.example.com", audiences=["site"]) if tokens else None,
    )


@cache
def region(state: str = "active", *, primary: bool = True, home: bool = True) -> tuple[Graph, dict[str, Any]]:
    seen: dict[str, Any] = {}

    def program(place: ResourceOptions) -> None:
        here = Region("eu-west-2", arguments(state, primary=primary, home=home), place)
        seen.update(origin=here.origin, database=here.database, standing=here.standing)

    return build(program), seen


def database() -> GlobalDatabase:
    return GlobalDatabase(
        id=known("orders"),
        engine="aurora-postgresql",
        engine_version="16.8",
        database_name="shop",
        master_username="owner",
        master_password=Output.secret("p"),
        master_secret_name=names().of("master"),
        master_secret_arn=known("arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:master-AbCdEf"),
    )


def urns(graph: Graph) -> set[str]:
    return {node.urn for node in graph}


def test_an_active_region_serves() -> None:
    _, seen = region("active")
    assert seen["origin"].serves


def test_a_draining_region_leaves_dns_and_keeps_everything() -> None:
    active, _ = region("active")
    draining, seen = region("draining")
    assert not seen["origin"].serves
    assert urns(active) == urns(draining), "what is still asked must still be answered"


def test_a_retired_region_keeps_its_files_and_nothing_else() -> None:
    graph, seen = region("retired")
    kept = {node.type for node in graph if node.custom and not node.type.startswith("pulumi:")}
    assert kept <= STATEFUL
    assert "aws:s3/bucket:Bucket" in kept, "models have no other definition"
    assert (seen["origin"], seen["database"], seen["standing"]) == (None, None, None)


def test_what_a_retired_region_keeps_is_what_it_had() -> None:
    assert urns(region("retired")[0]) <= urns(region("active")[0]), "a renamed bucket would be replaced, and emptied"


def test_a_move_of_the_writer_creates_and_deletes_nothing() -> None:
    assert urns(region(primary=True)[0]) == urns(region(primary=False)[0])


def test_only_the_home_region_cares_for_the_database() -> None:
    here = {n.name for n in region(home=True)[0]} - {n.name for n in region(home=False)[0]}
    assert here
    assert all(name.startswith("eu-west-2-functions-database-care") for name in here)


def heard() -> set[str]:
    """The alarms that the region's state is made of, without the region's name."""
    (state,) = region()[0].of_type("aws:cloudwatch/compositeAlarm:CompositeAlarm")
    return {urn.rpartition("::")[2].removeprefix("eu-west-2-") for urn in state.property_dependencies["alarmRule"]}


@pytest.mark.parametrize(
    "alarm",
    [
        "load-balancer-server-errors", "load-balancer-balancer-errors", "load-balancer-latency",
        "load-balancer-too-few-servers", "load-balancer-rejected-connections", "network-nat-ports",
        "web-cpu-high", "web-at-limit", "render-failed", "render-waiting", "functions-carts-errors",
        "functions-throttles", "functions-failed-events", "functions-lost-events", "functions-intake-dead-letters",
        "api-errors", "watch-visitor-success",
    ],
)  # fmt: skip
def test_the_composite_alarm_hears_whatever_makes_a_region_sick(alarm: str) -> None:
    assert alarm in heard()


def test_the_composite_alarm_hears_the_database() -> None:
    assert any(alarm.startswith("database-") for alarm in heard())


@pytest.mark.parametrize("alarm", ["load-balancer-unhealthy-servers", "render-work-without-worker", "firewall-blocked"])
def test_what_heals_itself_or_is_no_fault_of_the_region_is_not_heard(alarm: str) -> None:
    assert region()[0].named(f"eu-west-2-{alarm}"), "the alarm itself exists"
    assert alarm not in heard()


def test_the_composite_alarm_has_room_for_more() -> None:
    (state,) = region()[0].of_type("aws:cloudwatch/compositeAlarm:CompositeAlarm")
    assert len(heard()) <= MOST_CHILDREN // 2
    assert len(state.inputs["alarmRule"]) <= LONGEST_RULE // 2


def test_other_stacks_can_subscribe_to_what_customers_are_told() -> None:
    _, seen = region()
    assert RegionOutputs.__annotations__.keys() == seen["standing"].outputs(seen["origin"]).keys()
    assert "notifications_topic_arn" in RegionOutputs.__annotations__


def test_everything_is_under_the_region() -> None:
    graph, _ = region()
    loose = [n.urn for n in graph if "storefront:region:Region" not in n.urn and n.type[:6] != "pulumi"]
    assert loose == []


def test_a_region_stays_within_the_number_of_resources_that_a_deployment_bears() -> None:
    graph, _ = region(home=False)
    assert len([n for n in graph if n.custom]) <= 305, "previews and deployments take their time by the resource"


def test_a_region_whose_tokens_nobody_issues_is_refused() -> None:
    with pytest.raises(ValueError, match="accepts no tokens"):
        build(lambda place: Region("eu-west-2", arguments(tokens=False), place))
