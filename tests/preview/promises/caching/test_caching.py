"""What the caches keep from the buckets."""

from dataclasses import replace
from functools import cache
from itertools import pairwise
from math import exp
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preview.facts import rows
from preview.graph import UNKNOWN, Graph, Node
from preview.promises.caching.hierarchy import Files, Flow, Network, Store, flow, popularity
from preview.promises.caching.model import HITS, LOAD, MODEL, SHIELD, findings, reached
from preview.promises.caching.request_stream import count, interval
from preview.promises.caching.traffic import counted, reaching, traffic
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.exhibit import Chart, Table
from preview.promises.promise import Verdict, judged
from preview.promises.users.cities import served
from preview.promises.users.edge_locations import edge_locations, nearest_location
from tests.preview.promises.small import graph as small_graph
from tests.preview.promises.small import node

HOUR, DAY, FOREVER = 3600.0, 86_400.0, 1e12
DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
LOAD_EXPECTED = {
    "users_at_once": 1000,
    "asset_requests_per_user_minute": 20,
    "asset_kilobytes": 40,
    "models_per_user_hour": 12,
    "catalogue_models": 2000,
    "uploads_per_day": 20,
    "model_megabytes": 50,
    "preview_kilobytes": 300,
    "popularity_exponent": 0.9,
    "countries_left_out": ["CN"],
}


def percent(deployed: Deployed, promise: str = HITS.id) -> float:
    return reached(deployed)[promise].value


def verdict(deployed: Deployed, promise: str) -> Verdict:
    (found,) = [finding for finding in findings(deployed) if finding.promise.id == promise]
    return judged(deployed, finding=found).verdict


# --- the approximation ------------------------------------------------------------------------------------------------


def files(number: Any, rate: Any, *, lifetime: float = FOREVER, size: float = 1) -> Files:
    amount = np.atleast_1d(np.asarray(number, dtype=np.float64))
    return Files(
        number=amount,
        rate=np.broadcast_to(np.asarray(rate, dtype=np.float64), amount.shape),
        size=np.full(amount.shape, float(size)),
        lifetime=np.full(amount.shape, float(lifetime)),
        sort=np.zeros(amount.shape, dtype=np.intp),
    )


def network(
    edges: int, regional: int = 1, *, keeps: float = FOREVER, upper: float = FOREVER, **rooms: float
) -> Network:
    """So many edge locations with as many users each, dealt out to regional caches."""
    return Network(
        share=np.full(edges, 1 / edges),
        number=np.ones(edges),
        parent=np.arange(edges) % regional,
        regional=regional,
        passed_over=None,
        edge=Store(retention=keeps, room=rooms.get("edge_room", FOREVER)),
        upper=Store(retention=upper, room=rooms.get("upper_room", FOREVER)),
    )


def test_a_cache_that_never_forgets_asks_once_in_a_lifetime() -> None:
    through = flow(files(1, 0.01, lifetime=300), network(1))
    assert through.past_edges().sum() == pytest.approx((1 - exp(-3)) / 300)
    assert through.unshielded().sum() == pytest.approx(through.compulsory().sum())


def test_a_cache_that_forgets_asks_after_every_longer_gap() -> None:
    through = flow(files(1, 0.01), network(1, keeps=200))
    assert through.past_edges().sum() == pytest.approx(0.01 * exp(-2))


def test_a_cache_above_that_forgets_as_soon_answers_nothing_of_a_single_one_below() -> None:
    through = flow(files(1, 0.01), network(1, keeps=200, upper=200))
    assert through.shielded().sum() == pytest.approx(through.past_edges().sum())


def test_every_regional_cache_asks_the_bucket_once_and_origin_shield_once_for_all() -> None:
    through = flow(files(1, 10, lifetime=DAY), network(26, 13))
    assert through.unshielded().sum() * DAY == pytest.approx(13)
    assert through.shielded().sum() * DAY == pytest.approx(1)


def test_edge_locations_pass_over_the_regional_cache_next_to_the_bucket() -> None:
    through = flow(files(1, 10, lifetime=DAY), replace(network(26, 13), passed_over=0))
    assert through.unshielded().sum() * DAY == pytest.approx(12 + 2)


def test_popularity_in_groups_is_that_of_every_rank() -> None:
    number, share = popularity(20_000, 0.9)
    ranks = np.arange(1, 20_001) ** -0.9
    assert number.sum() == pytest.approx(20_000)
    assert number @ share == pytest.approx(1)
    assert share[0] == pytest.approx(1 / ranks.sum(), rel=1e-4)
    assert (number @ share**2) == pytest.approx((ranks**2).sum() / ranks.sum() ** 2, rel=0.01)


@st.composite
def hierarchies(draw: st.DrawFn, *, limited: bool = True) -> Network:
    """Regional caches keep files at least as long as edge locations, and have the room of all that ask them."""
    edges, keeps, room = draw(st.integers(1, 8)), draw(st.floats(HOUR, 10 * DAY)), draw(st.floats(1, 2e3))
    more_time, more_room = draw(st.floats(1, 10)), draw(st.floats(1, 10))
    return network(
        edges,
        draw(st.integers(1, 4)),
        keeps=keeps,
        upper=more_time * keeps,
        edge_room=room if limited else FOREVER,
        upper_room=edges * more_room * room if limited else FOREVER,
    )


@st.composite
def demands(draw: st.DrawFn) -> Files:
    number, share = popularity(1000, draw(st.floats(0.4, 1.4)))
    return files(number, draw(st.floats(1e-4, 10)) * share, lifetime=draw(st.floats(60, 400 * DAY)))


def grown(store: Store, factor: float) -> list[Store]:
    return [replace(store, retention=factor * store.retention), replace(store, room=factor * store.room)]


SLACK = 1 + 1e-5
FACTORS = st.floats(1, 20)
often = settings(max_examples=80, deadline=None)


@given(asked=demands(), caches=hierarchies())
@often
def test_no_layer_adds_requests_and_origin_shield_never_raises_what_the_bucket_gets(
    asked: Files, caches: Network
) -> None:
    through = flow(asked, caches)
    for more, less in pairwise([asked.requests, through.past_edges(), through.unshielded(), through.shielded()]):
        assert (less <= more * SLACK).all()


@given(asked=demands(), caches=hierarchies(limited=False), factor=FACTORS)
@often
def test_longer_lifetimes_never_lower_hits(asked: Files, caches: Network, factor: float) -> None:
    before, after = flow(asked, caches), flow(replace(asked, lifetime=factor * asked.lifetime), caches)
    assert (after.past_edges() <= before.past_edges() * SLACK).all()
    assert (after.shielded() <= before.shielded() * SLACK).all()


@given(asked=demands(), caches=hierarchies(), factor=FACTORS)
@often
def test_more_capacity_at_the_edge_never_lowers_its_hits(asked: Files, caches: Network, factor: float) -> None:
    before = flow(asked, caches).past_edges().sum()
    for more in grown(caches.edge, factor):
        assert flow(asked, replace(caches, edge=more)).past_edges().sum() <= before * SLACK


@given(asked=demands(), caches=hierarchies(), factor=FACTORS)
@often
def test_more_capacity_behind_it_never_lowers_what_is_kept_from_the_bucket(
    asked: Files, caches: Network, factor: float
) -> None:
    before = flow(asked, caches)
    for more in grown(caches.upper, factor):
        after = flow(asked, replace(caches, upper=more))
        assert after.unshielded().sum() <= before.unshielded().sum() * SLACK
        assert after.shielded().sum() <= before.shielded().sum() * SLACK


# --- against what others measured -------------------------------------------------------------------------------------


@cache
def measured() -> dict[str, float]:
    return {row["id"]: float(row["value"]) for row in rows("measured_caching")}


def tiers(room: float) -> Flow:
    """The edge caches and the upper cache of a published simulation; one request per second."""
    found = measured()
    number, share = popularity(int(found["tiers.files"]), found["tiers.exponent"])
    edges = int(found["tiers.edges"])
    return flow(files(number, share), network(edges, edge_room=found["tiers.edge_room"], upper_room=room))


@pytest.mark.parametrize("room", [5_000, 20_000, 60_000])
def test_a_published_simulation_of_cache_tiers_is_met_within_a_point(room: int) -> None:
    through = tiers(room)
    edges, origin = through.past_edges().sum(), through.unshielded().sum()
    assert 100 * (1 - edges) == pytest.approx(measured()["tiers.edge_hits"], abs=0.2)
    assert 100 * (1 - origin / edges) == pytest.approx(measured()[f"tiers.upper_{room}"], abs=1)


def facebook(room: float) -> float:
    """Hit ratio of one edge cache with room for so many photos, in percent."""
    found = measured()
    number, share = popularity(int(found["facebook.photos"]), found["facebook.exponent"])
    requests = found["facebook.requests"] * (1 - found["facebook.browsers"] / 100) / found["facebook.edges"]
    month = files(number, requests / (30 * DAY) * share, lifetime=30 * DAY)
    return 100 * (1 - flow(month, network(1, edge_room=room)).past_edges().sum() / month.requests.sum())


@cache
def facebook_room() -> float:
    """The room that explains the measured hit ratio: the one figure that is fitted."""
    low, high = 1e2, 1e6
    for _ in range(40):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if facebook(middle) < measured()["facebook.edge"] else (low, middle)
    return low


@pytest.mark.parametrize(("factor", "found"), [(2, "facebook.edge_doubled"), (3, "facebook.edge_tripled")])
def test_the_hit_ratios_of_greater_edge_caches_at_facebook_are_met_within_a_point(factor: int, found: str) -> None:
    assert facebook(factor * facebook_room()) == pytest.approx(measured()[found], abs=1)


def test_unlimited_room_at_facebook_would_answer_what_was_found_by_replay() -> None:
    low, high = measured()["facebook.edge_unlimited_low"], measured()["facebook.edge_unlimited_high"]
    assert low <= facebook(FOREVER) <= high


# --- against a stream of requests -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edges", "regional", "room"),
    [(12, 6, FOREVER), (10, 2, FOREVER), (10, 2, 200), (3, 1, 150)],
    ids=["many regional caches", "few", "little room", "hardly any room"],
)
def test_the_approximation_agrees_with_a_stream_of_requests(edges: int, regional: int, room: float) -> None:
    number, share = popularity(1000, 0.8, exact=200, per_decade=200)
    asked = files(number, 0.02 * share, lifetime=60 * DAY)
    caches = network(edges, regional, keeps=DAY, upper=3 * DAY, edge_room=room, upper_room=2 * room)
    through = flow(asked, caches)
    runs = [count(asked, caches, seed=seed, fineness=24) for seed in range(1, 5)]
    for name in ("past_edges", "unshielded", "shielded"):
        streamed = np.mean([getattr(run, name).sum() for run in runs])
        assert getattr(through, name)().sum() == pytest.approx(streamed, rel=0.08), name


def test_the_stream_of_the_stack_agrees_and_repeats_exactly_by_seed(graph: Graph) -> None:
    observed = traffic(Deployed(graph))
    asked = observed.files.requests.sum()
    streamed = [100 * (1 - reaching(observed, run) / asked) for run in counted(observed, seeds=4)]
    low, high = interval(streamed)
    assert low <= observed.answered(observed.reaching()) <= high
    assert streamed == [100 * (1 - reaching(observed, run) / asked) for run in counted(observed, seeds=4)]
    assert len(set(streamed)) == len(streamed)


# --- the stacks -------------------------------------------------------------------------------------------------------


def test_prod_keeps_all_three_promises(prod: Graph) -> None:
    deployed = Deployed(prod)
    assert [judged(deployed, finding).verdict for finding in findings(deployed)] == [Verdict.KEPT] * 3


def test_behind_origin_shield_site_files_are_asked_for_once_every_five_minutes(prod: Graph) -> None:
    observed = traffic(Deployed(prod))
    site = observed.files.sort == 0
    copies = 200 * observed.sorts[0].behaviour.keys.value
    assert observed.reaching()[site].sum() == pytest.approx(copies / 300, rel=0.001)


def test_users_are_served_by_the_nearest_edge_location(graph: Graph) -> None:
    deployed = Deployed(graph)
    price_class = deployed.only("aws:cloudfront/distribution:Distribution").inputs["priceClass"]
    used = {nearest_location(city, price_class).code for city in served(deployed)}
    caches = traffic(deployed).flow.network
    assert len(caches.number) == len(used) < len(edge_locations("PriceClass_All"))
    assert caches.share @ caches.number == pytest.approx(1)


def test_the_figures_rest_on_lifetimes_keys_origin_shield_and_the_price_class(graph: Graph) -> None:
    paths = {reading.path.rpartition(".")[2] for reading in reached(Deployed(graph))[HITS.id].readings()}
    assert {"defaultTtl", "minTtl", "enabled", "priceClass", "cookieBehavior", "headerBehavior"} <= paths
    assert {"enableAcceptEncodingGzip", "queryStringBehavior", "popularity_exponent", "users_at_once"} <= paths


def keyed(deployed: Deployed) -> dict[tuple[str, str], Any]:
    policies = deployed.of_type("aws:cloudfront/cachePolicy:CachePolicy")
    path = "parametersInCacheKeyAndForwardedToOrigin.cookiesConfig.cookieBehavior"
    return {(policy.urn, path): "all" for policy in policies}


def unshielded(deployed: Deployed) -> dict[tuple[str, str], Any]:
    distribution = deployed.only("aws:cloudfront/distribution:Distribution")
    return {
        (distribution.urn, f"origins.{index}.originShield.enabled"): False
        for index in range(len(distribution.inputs["origins"]))
    }


def test_files_that_are_not_cached_break_the_hit_ratio(prod: Graph) -> None:
    deployed = Deployed(prod)
    distribution = deployed.only("aws:cloudfront/distribution:Distribution")
    changed = deployed.altered({(distribution.urn, "defaultCacheBehavior.cachePolicyId"): DISABLED})
    assert percent(changed) < 30
    assert verdict(changed, HITS.id) is Verdict.BROKEN


def test_cookies_in_the_cache_key_break_the_load_of_the_buckets(prod: Graph) -> None:
    deployed = Deployed(prod)
    assert verdict(deployed.altered(keyed(deployed)), LOAD.id) is Verdict.BROKEN


def test_origin_shield_switched_off_breaks_its_promise_and_says_what_it_would_save(prod: Graph) -> None:
    deployed = Deployed(prod)
    changed = deployed.altered(unshielded(deployed))
    (found,) = [finding for finding in findings(changed) if finding.promise is SHIELD]
    assert found.reached is not None
    assert found.achievable is not None
    assert found.reached.value == 0
    assert found.achievable.value == pytest.approx(percent(deployed, SHIELD.id))
    assert judged(changed, found).verdict is Verdict.BROKEN


@pytest.mark.parametrize("ending", ["pages-cache", "models-cache"])
def test_longer_lifetimes_raise_the_hit_ratio(prod: Graph, ending: str) -> None:
    deployed = Deployed(prod)
    (policy,) = [
        each for each in deployed.of_type("aws:cloudfront/cachePolicy:CachePolicy") if each.name.endswith(ending)
    ]
    hits = [percent(deployed.altered({(policy.urn, "defaultTtl"): ttl})) for ttl in (60, 300, HOUR, DAY)]
    assert hits == sorted(hits)
    assert hits[0] < hits[-1]


def test_fewer_edge_locations_answer_more_of_the_requests(staging: Graph) -> None:
    deployed = Deployed(staging)
    urn = deployed.only("aws:cloudfront/distribution:Distribution").urn
    hits = [
        percent(deployed.altered({(urn, "priceClass"): f"PriceClass_{name}"}), HITS.id)
        for name in ("All", "200", "100")
    ]
    assert hits == sorted(hits)


@pytest.mark.parametrize(
    ("load", "values"), [("users_at_once", (10_000, 1000, 100)), ("catalogue_models", (1000, 20_000, 400_000))]
)
def test_fewer_users_and_more_models_lower_the_hit_ratio(prod: Graph, load: str, values: tuple[int, ...]) -> None:
    deployed = Deployed(prod)
    path = (deployed.graph.urn, f"service_levels.load.{load}")
    hits = [percent(deployed.altered({path: value})) for value in values]
    assert hits == sorted(hits, reverse=True)


def test_after_an_invalidation_of_everything_the_hit_ratio_recovers(prod: Graph) -> None:
    (chart,) = [each for each in findings(Deployed(prod))[0].exhibits if each.id == "cache-once-emptied"]
    assert isinstance(chart, Chart)
    everything, released = ([share for _, share in series.points] for series in chart.series)
    assert everything == sorted(everything)
    assert everything[-1] == pytest.approx(percent(Deployed(prod)), abs=0.1)
    assert min(released) == pytest.approx(percent(Deployed(prod)), abs=0.1)


def test_the_sorts_of_file_add_up_to_all_requests(prod: Graph) -> None:
    (table,) = [each for each in findings(Deployed(prod))[0].exhibits if isinstance(each, Table)]
    per_second = [float(row[3] or 0) for row in table.rows]
    assert sum(per_second) == pytest.approx(1000 * 20 / 60 + 1000 * 12 / 3600 * 2.25)


def test_what_the_page_draws_has_titles_and_as_many_cells_as_columns(prod: Graph) -> None:
    for exhibit in (each for finding in findings(Deployed(prod)) for each in finding.exhibits):
        if isinstance(exhibit, Table):
            assert all(len(row) == len(exhibit.columns) for row in exhibit.rows), exhibit.id
        if isinstance(exhibit, Chart):
            assert exhibit.x.title
            assert exhibit.y.title


# --- graphs that lack something ---------------------------------------------------------------------------------------


def policy(name: str, ttl: int) -> Node:
    return node("aws:cloudfront/cachePolicy:CachePolicy", name, region="us-east-1", defaultTtl=ttl)


def shop(*policies: Node, **changes: Any) -> Deployed:
    """A distribution with one region's buckets behind it, and these cache policies."""
    inputs: dict[str, Any] = {
        "origins": [{"originId": "models-eu-west-2"}, {"originId": "site-eu-west-2"}],
        "defaultCacheBehavior": {"targetOriginId": "site-eu-west-2", "cachePolicyId": UNKNOWN},
        "orderedCacheBehaviors": [{"targetOriginId": "models-eu-west-2", "cachePolicyId": UNKNOWN}],
    }
    bucket = node("aws:s3/bucket:Bucket", "models")
    distribution = replace(
        node("aws:cloudfront/distribution:Distribution", "edge", **{**inputs, **changes}),
        property_dependencies={
            "origins": (bucket.urn,),
            "defaultCacheBehavior": tuple(each.urn for each in policies if "pages" in each.name),
            "orderedCacheBehaviors": tuple(each.urn for each in policies if "pages" not in each.name),
        },
    )
    return Deployed(small_graph(bucket, distribution, *policies, load=LOAD_EXPECTED))


PAGES, MODELS = policy("edge-pages-cache", 300), policy("edge-models-cache", 31_536_000)


def test_a_single_region_without_origin_groups_is_read_as_well() -> None:
    observed = traffic(shop(PAGES, MODELS))
    assert [sort.lifetime.value for sort in observed.sorts] == [300] + [100 * DAY] * 4
    assert observed.sorts[-1].behaviour.region == "eu-west-2"


def test_without_a_behaviour_of_their_own_models_are_kept_like_pages() -> None:
    observed = traffic(shop(PAGES, orderedCacheBehaviors=None))
    assert {sort.lifetime.value for sort in observed.sorts} == {300}


def test_a_cache_policy_of_aws_is_known() -> None:
    (finding, *_) = findings(
        shop(MODELS, defaultCacheBehavior={"targetOriginId": "site-eu-west-2", "cachePolicyId": DISABLED})
    )
    assert finding.reached is not None
    assert finding.reached.value < 30


@pytest.mark.parametrize(
    ("deployed", "says"),
    [
        (Deployed(small_graph(load=LOAD_EXPECTED)), "declares no distribution"),
        (shop(PAGES, MODELS, origins=[]), "leads to no bucket"),
        (shop(PAGES, MODELS, policy("edge-other", 1), priceClass="PriceClass_1"), "PriceClass_1"),
        (shop(PAGES, policy("edge-a", 1), policy("edge-b", 1)), "which of 2 cache policies"),
        (shop(MODELS), "which of 0 cache policies"),
        (
            shop(MODELS, defaultCacheBehavior={"targetOriginId": "site-eu-west-2", "cachePolicyId": "other"}),
            "no cache policy 'other'",
        ),
        (Deployed(replace(shop(PAGES, MODELS).graph, outputs={})), "load"),
    ],
    ids=["no distribution", "no bucket", "price class", "ambiguous", "no policy", "unknown policy", "no load"],
)
def test_what_is_missing_is_said(deployed: Deployed, says: str) -> None:
    with pytest.raises(UndeclaredError, match=says):
        MODEL.reached(deployed)
