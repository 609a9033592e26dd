"""The account layer as a whole: guards everywhere, singletons once, each one switchable."""

import pytest

from tests.components.account.stage import graph_of

GUARDS = {
    "threat_detection": "aws:guardduty/detector:Detector",
    "security_hub": "aws:securityhub/account:Account",
    "configuration_recorder": "aws:cfg/recorder:Recorder",
    "vulnerability_scanning": "aws:inspector2/enabler:Enabler",
    "access_analyzer": "aws:accessanalyzer/analyzer:Analyzer",
    "disk_encryption": "aws:ebs/encryptionByDefault:EncryptionByDefault",
    "sharing_blocks": "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess",
}
ONCE = {
    "trail": "aws:cloudtrail/trail:Trail",
    "public_access_block": "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
}


@pytest.mark.parametrize("token", GUARDS.values(), ids=GUARDS.keys())
def test_every_place_has_every_guard(token: str) -> None:
    regions = sorted(str(node.region) for node in graph_of().of_type(token))

    assert regions == ["eu-west-2", "us-east-1", "us-east-2"], "an unwatched region is where an intruder goes"


@pytest.mark.parametrize("token", ONCE.values(), ids=ONCE.keys())
def test_singletons_exist_once_at_home(token: str) -> None:
    assert [node.region for node in graph_of().of_type(token)] == ["eu-west-2"], "the account has one, in its home"


@pytest.mark.parametrize("ownership", ["adopt", "off"])
@pytest.mark.parametrize(("guard", "token"), {**GUARDS, **ONCE}.items())
def test_what_somebody_else_owns_is_not_created(guard: str, token: str, ownership: str) -> None:
    graph = graph_of(security={guard: ownership})

    assert not graph.of_type(token), "a landing zone may own it; a second one fails at AWS"


def test_everything_can_be_off() -> None:
    graph = graph_of(security=dict.fromkeys([*GUARDS, *ONCE], "off"), operations={"cost_anomalies": "off"})
    kinds = {node.type for node in graph if node.custom and not node.type.startswith("pulumi:")}

    assert kinds == {
        "aws:budgets/budget:Budget",
        "aws:cloudwatch/dashboard:Dashboard",
        "aws:cloudwatch/eventRule:EventRule",
        "aws:cloudwatch/eventTarget:EventTarget",
    }, "money, the overview and AWS's own health notices remain"


def test_a_moved_primary_changes_nothing() -> None:
    moved = graph_of(
        data={"home": "eu-west-2"},
        regions=[
            {"name": "eu-west-2", "cidr": "10.0.0.0/16"},
            {"name": "us-east-2", "cidr": "10.1.0.0/16", "primary": True},
        ],
    )

    assert moved.described() == graph_of().described(), "the account does not care where the writer is"


def test_another_region_only_adds() -> None:
    before = {node.urn: node for node in graph_of()}
    after = graph_of(
        regions=[
            {"name": "eu-west-2", "cidr": "10.0.0.0/16", "primary": True},
            {"name": "us-east-2", "cidr": "10.1.0.0/16"},
            {"name": "ap-northeast-1", "cidr": "10.2.0.0/16"},
        ]
    )
    kept = {node.urn: node for node in after if node.urn in before}
    changed = {node.name for node in kept.values() if node.custom and node.inputs != before[node.urn].inputs}

    assert kept.keys() == before.keys(), "no resource goes when a region comes"
    assert changed == {
        "account-trail-trail",  # records the new region's data
        "account-eu-west-2-hub-gathers",  # gathers its findings
        "account-overview-dashboard",  # shows it
    }, "and nothing else of them is touched"
