"""What the platform needs of AWS's quotas, and what the account grants."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import NoCredentialsError
from botocore.stub import Stubber
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from preview.facts.quotas import quota, quota_ids
from preview.graph import Graph
from preview.promises.capacity.demand import whereabouts
from preview.promises.capacity.fleets import of_web
from preview.promises.capacity.limits import comfortable
from preview.promises.capacity.limits.api import behind
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.figure import Kind, Reading, figure
from preview.quotas import Need, Standing, __main__, needs
from preview.quotas.account import AccountError, ServiceQuotas, account_id, require_one_of, with_applied
from preview.quotas.shown import show

REGION = "eu-west-2"


def by_quota(graph: Graph, region: str | None) -> dict[str, float]:
    return needed_of(Deployed(graph), region)


def need(needed: float, *, identifier: str = "ec2.elastic_ips", region: str | None = REGION) -> Need:
    count = Reading(value=needed, unit="addresses", urn="urn", path="number of addresses")
    return Need(quota=quota(identifier, region), region=region, needed=figure("n", "", Kind.BOUND, "n", n=count))


@pytest.fixture
def known(prod: Graph) -> Deployed:
    """Five regions whose sizes stand here."""
    deployed = Deployed(prod)
    mix = "mixedInstancesPolicy.instancesDistribution"
    changes: dict[tuple[str, str], float] = {}
    for region in deployed.running:
        for group in of_web(deployed, region):
            changes |= {(group.urn, "maxSize"): 60, (group.urn, f"{mix}.onDemandBaseCapacity"): 3}
            changes |= {(group.urn, f"{mix}.onDemandPercentageAboveBaseCapacity"): 30}
        changes |= {(node.urn, "reservedConcurrentExecutions"): 300 for node in behind(deployed, region)}
    return deployed.altered(changes)


def needed_of(deployed: Deployed, region: str | None) -> dict[str, float]:
    return {need.quota.id: need.needed.value for need in needs(deployed) if need.region == region}


# --- what is needed ---------------------------------------------------------------------------------------------------


def test_processors_are_those_of_the_fleets_at_their_largest_and_a_tenth_to_replace_them(known: Deployed) -> None:
    needed = needed_of(known, REGION)
    above_the_base = 60 * 1.1 - 3
    assert needed["ec2.standard_on_demand"] == pytest.approx((3 + above_the_base * 0.30) * 2)
    assert needed["ec2.standard_spot"] == pytest.approx(above_the_base * 0.70 * 2)
    assert needed["ec2.graphics_spot"] == pytest.approx(20 * 1.1 * 8)  # the largest of its types has eight
    assert "ec2.graphics_on_demand" not in needed


def test_a_class_of_instances_without_a_known_quota_is_said(prod: Graph) -> None:
    group = next(node for node in prod.of_type("aws:autoscaling/group:Group") if node.region == REGION)
    path = "mixedInstancesPolicy.launchTemplate.overrides"
    mixed = Deployed(prod).altered({(group.urn, path): [{"instanceType": "m7g.large"}, {"instanceType": "g5.xlarge"}]})
    with pytest.raises(UndeclaredError, match="mixes classes"):
        needs(mixed)


def test_addresses_and_gateways_follow_the_zones(prod: Graph, staging: Graph) -> None:
    for graph, gateways in ((prod, 3), (staging, 1)):
        assert by_quota(graph, REGION)["ec2.elastic_ips"] == gateways
        assert by_quota(graph, REGION)["vpc.nat_gateways"] == 1  # in each zone


def test_functions_need_what_they_reserve_and_what_must_stay_unreserved(known: Deployed, staging: Graph) -> None:
    assert needed_of(known, REGION)["lambda.concurrency"] == 300 + 50 + 100
    assert by_quota(staging, REGION)["lambda.concurrency"] == 100


def test_databases_count_with_the_readers_that_scaling_may_add(prod: Graph, staging: Graph) -> None:
    assert by_quota(prod, REGION)["rds.instances"] == 6 + 1
    assert by_quota(staging, REGION)["rds.instances"] == 2 + 1


def test_a_list_of_aws_fills_a_security_group(prod: Graph) -> None:
    fullest = next(n for n in needs(Deployed(prod)) if n.quota.id == "vpc.security_group_rules" and n.region == REGION)
    assert fullest.needed.value == 55
    assert fullest.standing is Standing.TIGHT


def test_tables_and_secrets_count_in_each_region_that_has_a_copy(prod: Graph) -> None:
    for region in Deployed(prod).running:
        assert by_quota(prod, region)["dynamodb.tables"] == 3
        assert by_quota(prod, region)["secretsmanager.secrets"] == 2


def test_what_is_global_counts_once(prod: Graph) -> None:
    of_account = by_quota(prod, None)
    assert of_account["iam.roles"] == len(prod.of_type("aws:iam/role:Role"))
    assert of_account["route53.health_checks"] == 35
    assert of_account["cloudfront.distributions"] == 1
    assert of_account["s3.buckets"] == len(prod.of_type("aws:s3/bucket:Bucket"))


def test_the_promised_users_take_their_part_of_what_is_granted_by_the_second(prod: Graph) -> None:
    pledge = {"promised": 1_000_000}
    deployed = Deployed(prod).altered({(prod.urn, "service_levels.promises.users_at_once"): pledge})
    share = whereabouts(deployed)[REGION].value / 100
    assert needed_of(deployed, None)["cloudfront.requests"] == pytest.approx(1_000_000 * (20.2 + 6 + 2) / 60)
    assert needed_of(deployed, REGION)["apigateway.rate"] == pytest.approx(1_000_000 * 2 / 60 * share)


def test_regions_differ_in_what_they_grant(prod: Graph) -> None:
    granted = {n.region: n.granted for n in needs(Deployed(prod)) if n.quota.id == "rds.instances"}
    assert granted["ap-south-1"] == 20
    assert granted["eu-west-2"] == 40


def test_every_quota_of_the_table_is_needed_by_some_stack(prod: Graph) -> None:
    needed = {each.quota.id for each in needs(Deployed(prod))}
    assert set(quota_ids()) - needed == {"ec2.graphics_on_demand"}


def test_a_need_shows_where_it_comes_from(prod: Graph) -> None:
    for each in needs(Deployed(prod)):
        urns = {reading.urn for reading in each.needed.readings()}
        assert urns, each.quota.id


def test_a_stack_without_anything_to_count_needs_little(staging: Graph) -> None:
    deployed = Deployed(staging)
    kept = {"aws:lb/loadBalancer:LoadBalancer", "aws:route53/record:Record"}
    bare = deployed.without(node.urn for node in staging if node.custom and node.type not in kept)
    assert {each.quota.id for each in needs(bare)} == {"elb.load_balancers", "route53.records"}


# --- what to ask for --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("needed", "standing"),
    [(0, Standing.WITHIN), (4, Standing.WITHIN), (4.5, Standing.TIGHT), (5, Standing.TIGHT), (5.1, Standing.SHORT)],
)
def test_a_quota_is_tight_above_four_fifths(needed: float, standing: Standing) -> None:
    assert need(needed).standing is standing


def test_an_increase_is_asked_for_with_one_command() -> None:
    assert need(12).request == (
        "aws service-quotas request-service-quota-increase --service-code ec2"
        " --quota-code L-0263D0A3 --desired-value 15 --region eu-west-2"
    )
    assert need(4).request is None


def test_quotas_of_the_account_are_raised_in_virginia() -> None:
    request = need(300, identifier="route53.health_checks", region=None).request
    assert request is not None
    assert request.endswith("--region us-east-1")


def test_what_aws_never_raises_is_not_asked_for() -> None:
    burst = need(9_000, identifier="apigateway.burst")
    assert (burst.standing, burst.increase, burst.request) == (Standing.SHORT, None, None)


@given(st.floats(0.5, 1e7))
def test_an_increase_leaves_a_fifth_free_and_is_easy_to_say(needed: float) -> None:
    asked = comfortable(needed)
    assert needed <= asked * 0.8 * (1 + 1e-9)
    assert asked <= max(needed / 0.8 * 1.1, needed / 0.8 + 1) + 1e-6
    assert len(f"{asked:.0f}".rstrip("0")) <= 2


# --- the account's own ------------------------------------------------------------------------------------------------


@pytest.fixture
def client() -> Any:
    made: Any = cast(Any, boto3).client(
        "service-quotas", region_name=REGION, aws_access_key_id="id", aws_secret_access_key="key"
    )
    return made


@pytest.fixture
def stub(client: Any) -> Iterator[Any]:
    with Stubber(client) as stubber:
        yield stubber


def listed(*values: tuple[str, float], more: str | None = None) -> dict[str, Any]:
    page: dict[str, Any] = {"Quotas": [{"QuotaCode": code, "Value": value} for code, value in values]}
    return page if more is None else {**page, "NextToken": more}


def asked(client: Any, *wanted: Need) -> tuple[Need, ...]:
    return with_applied(wanted, lambda _region: cast(ServiceQuotas, client))


def test_an_applied_quota_counts_in_place_of_the_default(client: Any, stub: Any) -> None:
    stub.add_response("list_service_quotas", listed(("L-0263D0A3", 20.0)), {"ServiceCode": "ec2", "MaxResults": 100})
    (found,) = asked(client, need(12))
    assert (found.applied, found.standing) == (20.0, Standing.WITHIN)


def test_the_list_is_read_page_by_page_until_all_are_found(client: Any, stub: Any) -> None:
    first = {"ServiceCode": "ec2", "MaxResults": 100}
    stub.add_response("list_service_quotas", listed(("L-0", 1.0), more="next"), first)
    stub.add_response("list_service_quotas", listed(("L-0263D0A3", 7.0), more="last"), {**first, "NextToken": "next"})
    (found,) = asked(client, need(12))
    assert (found.applied, found.standing) == (7.0, Standing.SHORT)


def test_a_quota_that_the_list_leaves_out_is_at_the_default(client: Any, stub: Any) -> None:
    stub.add_response("list_service_quotas", listed())
    expected = {"ServiceCode": "ec2", "QuotaCode": "L-0263D0A3"}
    stub.add_response("get_aws_default_service_quota", {"Quota": {"QuotaCode": "L-0263D0A3", "Value": 5.0}}, expected)
    (found,) = asked(client, need(4))
    assert found.applied == 5.0


def test_a_quota_that_aws_does_not_list_stays_unknown(client: Any, stub: Any) -> None:
    stub.add_response("list_service_quotas", listed())
    stub.add_client_error("get_aws_default_service_quota", "NoSuchResourceException")
    uncoded = need(300, identifier="cloudfront.origins", region=None)
    one, other = asked(client, need(4), uncoded)
    assert (one.applied, other.applied) == (None, None)
    assert one.granted == 5


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("UnrecognizedClientException", "not enabled"),
        ("AccessDeniedException", "servicequotas:ListServiceQuotas"),
        ("ServiceException", "did not answer"),
    ],
)
def test_what_goes_wrong_is_said_for_people(client: Any, stub: Any, code: str, said: str) -> None:
    stub.add_client_error("list_service_quotas", code)
    with pytest.raises(AccountError, match=said):
        asked(client, need(4))


class Caller:
    """An account's identity; without one, the lack of credentials."""

    def __init__(self, account: str | None) -> None:
        self.account: str | None = account

    def get_caller_identity(self) -> dict[str, Any]:
        if self.account is None:
            raise NoCredentialsError
        return {"Account": self.account}


def test_without_credentials_it_says_how_to_sign_in() -> None:
    with pytest.raises(AccountError, match="AWS_PROFILE"):
        account_id(Caller(None))


def test_another_account_than_the_stacks_is_not_asked() -> None:
    stack = ["123456789012"]
    require_one_of(account_id(Caller("123456789012")), stack)
    with pytest.raises(AccountError, match="belong to account 999999999999"):
        require_one_of(account_id(Caller("999999999999")), stack)


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch, staging: Graph) -> None:
    def record(*_given: object) -> Graph:
        return staging

    monkeypatch.setattr(__main__, "record", record)
    monkeypatch.setenv("COLUMNS", "200")  # test runners set a narrow one


@pytest.mark.usefixtures("recorded")
def test_the_command_prints_the_fullest_first_and_what_to_ask_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert __main__.main(["--stack", "staging"]) == 0
    printed = capsys.readouterr().out
    assert printed.index("All G and VT Spot Instance Requests") < printed.index("EC2-VPC Elastic IPs")
    assert "--service-code ec2 --quota-code L-3819A6DF --desired-value 22 --region eu-west-2" in printed
    assert "from memory or at second hand" in printed


@pytest.mark.usefixtures("recorded")
def test_the_file_holds_every_need_with_its_source(tmp_path: Path) -> None:
    file = tmp_path / "quotas.json"
    __main__.main(["--json", str(file)])
    written = json.loads(file.read_text("utf-8"))
    assert written["account"] is None
    ips = next(n for n in written["needs"] if n["code"] == "L-0263D0A3" and n["region"] == REGION)
    assert (ips["default"], ips["needed"], ips["standing"]) == (5, 1, "within")
    assert ips["source"].startswith("docs.aws.amazon.com/vpc/")


@pytest.mark.usefixtures("recorded")
def test_without_credentials_the_command_ends_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("preview.quotas.account.identity", lambda: Caller(None))
    assert __main__.main(["--account"]) == 1
    assert "no AWS credentials" in capsys.readouterr().err


def test_defaults_do_not_fail_a_stack_but_the_account_does() -> None:
    short, fixed = need(12), need(9_000, identifier="apigateway.burst")
    assert not __main__.failed([short, need(4)], asked=False)
    assert __main__.failed([short], asked=True)
    assert __main__.failed([fixed], asked=False)


def test_what_nobody_checked_is_marked() -> None:
    screen = Console(width=160, record=True, file=Path("/dev/null").open("w"))  # noqa: SIM115 - lives for the test
    show(screen, [need(4_900, identifier="cloudwatch.alarms")], stack="test")
    printed = screen.export_text()
    assert "5,000*" in printed
    assert "not checked" in printed
