"""Every kind of configuration that must be refused is, at the exact path, with what was found and what is allowed."""

from typing import Any

import pytest

from tests.settings.samples import LONDON, OHIO, problems, settings


def with_ohio(**changed: Any) -> list[dict[str, Any]]:
    """The two regions, the second one changed."""
    return [LONDON, {**OHIO, **changed}]


REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "no primary": ({"regions": [{**LONDON, "primary": False}, OHIO]}, "storefront:regions", "no primary region"),
    "two primaries": (
        {"regions": with_ohio(primary=True)},
        "storefront:regions[1].primary",
        "a second primary region beside storefront:regions[0]",
    ),
    "a region that does not exist": (
        {"regions": with_ohio(name="us-eest-2")},
        "storefront:regions[1].name",
        "us-east-2",
    ),
    "a region that lacks a service": (
        {"regions": with_ohio(name="ap-southeast-6")},
        "storefront:regions[1].name",
        "this one lacks",
    ),
    "the same region twice": (
        {"regions": with_ohio(name="eu-west-2")},
        "storefront:regions[1].name",
        "as in storefront:regions[0]",
    ),
    "canaries without a site": (
        {"edge": {"distribution": {"enabled": False}}},
        "storefront:operations.canaries",
        "without a distribution",
    ),
    "protection of a distribution that is not": (
        {"edge": {"distribution": {"enabled": False}, "shield_advanced": True}, "operations": {"canaries": False}},
        "storefront:edge.shield_advanced",
        "true without a distribution",
    ),
    "a proxy without its secret": (
        {"data": {"replication": False, "relational": {"data_api": False, "secret_rotation_days": None}}},
        "storefront:data.replication",
        "true without replication",
    ),
    "a rotation of one of several passwords": (
        {"data": {"replication": False, "relational": {"data_api": False, "proxy": False}}},
        "storefront:data.replication",
        "30 without replication",
    ),
    "a schema in one of several databases": (
        {"data": {"replication": False, "relational": {"proxy": False, "secret_rotation_days": None}}},
        "storefront:data.replication",
        "true without replication",
    ),
    "overlapping address blocks": (
        {"regions": with_ohio(cidr="10.0.128.0/17")},
        "storefront:regions[1].cidr",
        'overlaps "10.0.0.0/16" of storefront:regions[0]',
    ),
    "too small an address block": (
        {"regions": with_ohio(cidr="10.1.0.0/21")},
        "storefront:regions[1].cidr",
        "/16 to /20",
    ),
    "a public address block": (
        {"regions": with_ohio(cidr="8.8.0.0/16")},
        "storefront:regions[1].cidr",
        "a private address block",
    ),
    "an address block with host bits": (
        {"regions": with_ohio(cidr="10.1.0.1/16")},
        "storefront:regions[1].cidr",
        "10.1.0.1/16",
    ),
    "too few zones for the warehouse": (
        {"regions": [{**LONDON, "network": {"zones": 2}}, OHIO]},
        "storefront:regions[0].network.zones",
        "found 2; allowed: at least 3 in the home region",
    ),
    "too few inherited zones for the warehouse": (
        {"region_defaults": {"network": {"zones": 2}}, "data": {"home": "us-east-2"}},
        "storefront:region_defaults.network.zones",
        "found 2; allowed: at least 3 in the home region",
    ),
    "more addresses than a budget tells": (
        {"operations": {"alert_emails": [f"person-{number}@example.com" for number in range(11)]}},
        "storefront:operations.alert_emails",
        "a list of at most 10",
    ),
    "a single zone": (
        {"regions": with_ohio(network={"zones": 1})},
        "storefront:regions[1].network.zones",
        "found 1; allowed: greater than or equal to 2",
    ),
    "more zones than the region has": (
        {"regions": with_ohio(network={"zones": 4})},
        "storefront:regions[1].network.zones",
        "at most 3, the zones of us-east-2",
    ),
    "a zone that the network does not span": (
        {"regions": with_ohio(render={"zone_letters": ["a", "f"]})},
        "storefront:regions[1].render.zone_letters",
        "found f; allowed: some of a, b, c",
    ),
    "a minimum over the desired size": (
        {"regions": with_ohio(web={"min_instances": 9})},
        "storefront:regions[1].web.min_instances",
        "found 9, 3, 60; allowed: min_instances ≤ desired_instances ≤ max_instances",
    ),
    "a desired size over the maximum": (
        {"regions": with_ohio(render={"desired_instances": 21})},
        "storefront:regions[1].render.desired_instances",
        "found 0, 21, 20",
    ),
    "an off-peak minimum over the usual one": (
        {"regions": with_ohio(web={"off_peak": {"min_instances": 4}})},
        "storefront:regions[1].web.off_peak.min_instances",
        "no more than min_instances (3)",
    ),
    "a spot share over 100": (
        {"regions": with_ohio(web={"spot_share_percent": 101})},
        "storefront:regions[1].web.spot_share_percent",
        "found 101; allowed: less than or equal to 100",
    ),
    "a spot share under 0": (
        {"region_defaults": {"render": {"spot_share_percent": -1}}},
        "storefront:region_defaults.render.spot_share_percent",
        "found -1; allowed: greater than or equal to 0",
    ),
    "a failover slower than the limit": (
        {"edge": {"failover": {"record_ttl_seconds": 60}}},
        "storefront:edge.failover.record_ttl_seconds",
        "12.2 s detection + 5 s propagation + 60 s TTL; allowed: at most limit_seconds (30 s)",
    ),
    "a failover threshold that breaks the limit": (
        {"edge": {"failover": {"failure_threshold": 3}}},
        "storefront:edge.failover.failure_threshold",
        "55.2 s",
    ),
    "a domain with a final dot": ({"domain": "shop.example.com."}, "storefront:domain", "without a final dot"),
    "a domain too long for a certificate": (
        {"domain": f"{'a' * 50}.example"},
        "storefront:domain",
        "at most 57 characters",
    ),
    "a domain of one label": ({"domain": "localhost"}, "storefront:domain", "a domain name"),
    "a domain in capitals": ({"domain": "Shop.example.com"}, "storefront:domain", "in lower case"),
    "expiry before the move to Glacier": (
        {"data": {"assets": {"discontinued_expire_days": 10}}},
        "storefront:data.assets.discontinued_expire_days",
        "discontinued_to_glacier_days < discontinued_expire_days",
    ),
    "too short a stay in cold storage": (
        {"data": {"backups": {"monthly_retention_days": 97, "monthly_to_cold_storage_days": 8}}},
        "storefront:data.backups.monthly_retention_days",
        "at least 90 days after",
    ),
    "too short a retention of backups": (
        {"data": {"relational": {"backup_retention_days": 3}}},
        "storefront:data.relational.backup_retention_days",
        "found 3; allowed: greater than or equal to 7",
    ),
    "too short a retention of the audit trail": (
        {"security": {"audit_retention_days": 30}},
        "storefront:security.audit_retention_days",
        "found 30; allowed: greater than or equal to 90",
    ),
    "a retention that CloudWatch does not know": (
        {"operations": {"log_retention_days": 31}},
        "storefront:operations.log_retention_days",
        "30, 60",
    ),
    "a budget of nothing": (
        {"operations": {"budget_usd_per_month": 0}},
        "storefront:operations.budget_usd_per_month",
        "found 0; allowed: greater than 0",
    ),
    "a negative budget": (
        {"operations": {"budget_usd_per_month": -5}},
        "storefront:operations.budget_usd_per_month",
        "found -5; allowed: greater than 0",
    ),
    "a misspelt key": (
        {"regions": with_ohio(web={"min_instance": 2})},
        "storefront:regions[1].web.min_instance",
        "'min_instances' was probably meant",
    ),
    "an unknown key of the top": ({"reigons": []}, "storefront:reigons", "'regions' was probably meant"),
    "a retired primary": (
        {"regions": [{**LONDON, "state": "retired"}, OHIO], "data": {"home": "us-east-2"}},
        "storefront:regions[0].state",
        '"retired" in the primary region',
    ),
    "a retired home": (
        {"regions": with_ohio(state="retired"), "data": {"home": "us-east-2"}},
        "storefront:regions[1].state",
        '"retired" in the home region',
    ),
    "a home that is no region": (
        {"data": {"home": "eu-west-1"}},
        "storefront:data.home",
        "one of the regions: eu-west-2",
    ),
    "no region in DNS": (
        {"regions": [{**LONDON, "state": "draining"}]},
        "storefront:regions",
        "at least one region with state: active",
    ),
    "no regions": ({"regions": []}, "storefront:regions", "a list of at least 1 item"),
    "a number that is text": (
        {"operations": {"budget_usd_per_month": "100"}},
        "storefront:operations.budget_usd_per_month",
        'found "100"; allowed: a valid number',
    ),
    "a group that is none": ({"edge": {"dns": 5}}, "storefront:edge.dns", "found 5; allowed: a group of keys"),
    "an account that is none": ({"account": {"id": "1234"}}, "storefront:account.id", 'found "1234"'),
    "a country served by no region": (
        {"edge": {"dns": {"residency": {"DE": "eu-central-1"}}}},
        "storefront:edge.dns.residency.DE",
        "an active region: eu-west-2, us-east-2",
    ),
    "an adopted zone without its id": (
        {"edge": {"dns": {"zone": "adopt"}}},
        "storefront:edge.dns.zone",
        "zone_id when zone is adopt",
    ),
    "connections that CloudFront keeps too long": (
        {"edge": {"distribution": {"keep_alive_seconds": 30}}},
        "storefront:edge.distribution.keep_alive_seconds",
        "less than the load balancers' idle_timeout_seconds (30)",
    ),
    "connections that a load balancer drops too early": (
        {"regions": with_ohio(load_balancer={"idle_timeout_seconds": 25})},
        "storefront:regions[1].load_balancer.idle_timeout_seconds",
        "more than edge.distribution.keep_alive_seconds (25)",
    ),
    "an adopted cost monitor without its ARN": (
        {"operations": {"cost_anomalies": "adopt"}},
        "storefront:operations.cost_anomalies",
        "anomaly_monitor_arn when cost_anomalies is adopt",
    ),
    "a promise without a figure": (
        {"promises": {"region_failover_seconds": {}}},
        "storefront:promises.region_failover_seconds.promised",
        "nothing",
    ),
    "a promise that nobody computes": (
        {"promises": {"region_failover_second": {"promised": 30}}},
        "storefront:promises.region_failover_second",
        "region_failover_seconds",
    ),
    "a surge that shrinks": (
        {"load": {"surge": {"from_users": 2400, "to_users": 200}}},
        "storefront:load.surge.from_users",
        "from_users < to_users",
    ),
    "a peak below the average": (
        {"load": {"users_at_once": 5000}},
        "storefront:load.users_at_once",
        "users_at_peak ≥ users_at_once",
    ),
    "a country by its name": (
        {"load": {"countries_left_out": ["China"]}},
        "storefront:load.countries_left_out[0]",
        "China",
    ),
}


@pytest.mark.parametrize(("changed", "path", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_is_refused_at_its_path(changed: dict[str, Any], path: str, says: str) -> None:
    found = problems(**changed)

    assert [problem.path for problem in found] == [path], f"one error was made, these were reported: {found}"
    assert says in str(found[0]), "the message says what was found and what is allowed"


@pytest.mark.parametrize("key", ["domain", "account", "regions"])
def test_required_keys_are_asked_for(key: str) -> None:
    found = problems(**{key: None})

    assert [problem.path for problem in found] == [f"storefront:{key}"], "a key without a value is as good as none"


def test_every_error_is_reported_at_once() -> None:
    found = problems(
        domain="shop",
        regions=[
            {**LONDON, "name": "eu-wst-2", "render": {"zone_letters": ["c"]}},
            {**OHIO, "cidr": "10.0.64.0/18", "network": {"zones": 4, "nat_gatways": 1}, "web": {"max_instances": 2}},
        ],
        data={"assets": {"discontinued_to_glacier_days": 2000}},
        edge={"failover": {"failure_threshold": 2}},
        operations={"budget_usd_per_month": 0},
        securty={},
    )

    assert [problem.path for problem in found] == [
        "storefront:data.assets.discontinued_to_glacier_days",
        "storefront:domain",
        "storefront:edge.failover.failure_threshold",
        "storefront:operations.budget_usd_per_month",
        "storefront:regions[0].name",
        "storefront:regions[1].cidr",
        "storefront:regions[1].network.nat_gatways",
        "storefront:regions[1].network.zones",
        "storefront:regions[1].web.max_instances",
        "storefront:securty",
    ], "a reader mends all of them in one go, and finds none that is not his"


def test_an_inherited_error_is_reported_once_where_it_is_written() -> None:
    found = problems(region_defaults={"web": {"spot_share_percent": 200, "max_instances": 1}, "netwrk": {}})

    assert [problem.path for problem in found] == [
        "storefront:region_defaults.netwrk",
        "storefront:region_defaults.web.max_instances",
        "storefront:region_defaults.web.spot_share_percent",
    ], "two regions inherit these errors; the reader has one place to mend"


def test_a_conflict_with_an_inherited_value_is_reported_in_the_region() -> None:
    found = problems(
        region_defaults={"web": {"min_instances": 5, "desired_instances": 5}},
        regions=with_ohio(web={"max_instances": 4}),
    )

    assert [problem.path for problem in found] == ["storefront:regions[1].web.max_instances"], (
        "the region made it wrong"
    )


def test_two_zones_are_enough_where_no_warehouse_stands() -> None:
    two = {"zones": 2}
    assert problems(regions=with_ohio(network=two)) == [], "the warehouse stands in London"
    assert problems(region_defaults={"network": two}, data={"analytics": {"enabled": False}}) == []


def test_a_mended_value_raises_no_second_error() -> None:
    found = problems(regions=with_ohio(web={"min_instances": 9, "desired_instances": "many", "max_instances": 50}))

    assert [problem.path for problem in found] == ["storefront:regions[1].web.desired_instances"], (
        "what stands in for a wrong value is not the reader's"
    )


def test_regions_override_defaults_key_by_key() -> None:
    chosen = settings(
        region_defaults={"web": {"min_instances": 2, "off_peak": {"time_zone": "Europe/London"}}},
        regions=with_ohio(web={"desired_instances": 4, "off_peak": None}),
    )
    london, ohio = chosen.regions

    assert (london.web.min_instances, ohio.web.min_instances) == (2, 2), "both inherit what they do not state"
    assert (london.web.desired_instances, ohio.web.desired_instances) == (3, 4), "one states its own"
    assert london.web.off_peak is not None, "the group is inherited"
    assert ohio.web.off_peak is None, "null overrides a group"
