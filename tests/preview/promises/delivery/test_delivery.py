"""How soon a model is visible: bytes, connections, caches, and what moves each."""

from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from preview.facts import fact, rows
from preview.graph import Graph
from preview.promises.delivery.levels import ORIGINAL, PREVIEW, STANDARD, delivery, levels
from preview.promises.delivery.model import MODEL, VISIBLE
from preview.promises.delivery.path import path, straight
from preview.promises.delivery.transfer import transfer_s
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.exhibit import Chart, Table
from preview.promises.promise import Verdict, judged
from preview.promises.sensitivity import effects
from preview.promises.users import access
from preview.promises.users.access import BITS_PER_BYTE, BITS_PER_MEGABIT, Line, connections, download_mbps
from preview.promises.users.cities import cities
from preview.promises.users.edge_locations import DISTRIBUTION
from preview.promises.users.ways import ways
from preview.promises.users.weighted import Floats, percentile
from tests.preview.promises import small
from tests.preview.promises.small import node

LOAD = {"model_megabytes": 50, "preview_kilobytes": 300}
HTTP, TLS = "httpVersion", "viewerCertificate.minimumProtocolVersion"


def _altered(stack: Graph, changes: dict[str, object]) -> Deployed:
    """The stack with settings of its distribution changed."""
    deployed = Deployed(stack)
    urn = deployed.only(DISTRIBUTION).urn
    return deployed.altered({(urn, at): value for at, value in changes.items()})


def _loaded(stack: Graph, **load: float) -> Deployed:
    """The stack with another load."""
    deployed = Deployed(stack)
    return deployed.altered({(stack.urn, f"service_levels.load.{key}"): value for key, value in load.items()})


def _seconds(stack: Deployed) -> float:
    return MODEL.reached(stack)[VISIBLE.id].value


def _rounds(stack: Deployed) -> float:
    return path(stack, ways(stack)).rounds.value


def _also(stack: Deployed) -> dict[str, float]:
    (finding,) = MODEL.findings(stack)
    return {figure.name: figure.value for figure in finding.also}


# --- bytes over a new connection --------------------------------------------------------------------------------------


def _took(size: float, round_trip_ms: float, mbps: float) -> float:
    rate = np.asarray([mbps * BITS_PER_MEGABIT / BITS_PER_BYTE])
    return float(transfer_s(size, np.asarray([round_trip_ms / 1000]), rate)[0])


def test_ten_segments_come_with_the_first_byte() -> None:
    assert _took(14_600, 100, 1e6) == pytest.approx(0, abs=1e-6)


def test_the_window_doubles_with_each_round_trip() -> None:
    for rounds in range(1, 6):
        most = 14_600 * (2 ** (rounds + 1) - 1)
        assert _took(most, 100, 1e6) == pytest.approx(0.1 * rounds, abs=1e-4)
        assert _took(most + 1, 100, 1e6) == pytest.approx(0.1 * (rounds + 1), abs=1e-4)


def test_a_slow_line_limits_not_the_window() -> None:
    assert _took(1_000_000, 1, 8) == pytest.approx(1, rel=0.01)


@given(
    size=st.floats(1, 1e8),
    round_trip=st.floats(1, 500),
    mbps=st.floats(0.1, 1e4),
    more=st.floats(1, 10),
)
def test_more_bytes_a_longer_way_or_a_slower_line_never_take_less(
    size: float, round_trip: float, mbps: float, more: float
) -> None:
    took = _took(size, round_trip, mbps)
    slack = took * 1e-9
    assert _took(size * more, round_trip, mbps) >= took - slack
    assert _took(size, round_trip * more, mbps) >= took - slack
    assert _took(size, round_trip, mbps * more) <= took + slack


# --- the users' connections -------------------------------------------------------------------------------------------


def _rates(line: Line) -> tuple[Floats, Floats]:
    """Rates of the users of the whole world on one kind of line, in Mbit/s, and their weights."""
    world = cities()
    found = connections(world, np.zeros(len(world)), np.ones(len(world)))
    half = len(found.weights) // len(Line)
    its = slice(half * list(Line).index(line), half * (list(Line).index(line) + 1))
    return found.bytes_per_s[its] * BITS_PER_BYTE / BITS_PER_MEGABIT, found.weights[its]


def test_connections_weigh_one_together_and_the_mobile_ones_their_share() -> None:
    assert sum(_rates(Line.MOBILE)[1]) == pytest.approx(fact("access.mobile_share").value)
    assert sum(_rates(Line.FIXED)[1]) == pytest.approx(1 - fact("access.mobile_share").value)


def test_every_country_has_a_rate_and_the_newest_counts() -> None:
    for city in cities():
        assert all(download_mbps(city.country, line) > 1 for line in Line)
    assert download_mbps("US", Line.MOBILE) == 213.29
    assert download_mbps("DE", Line.FIXED) == 90.63


def test_a_country_without_a_published_rate_has_that_of_its_part_of_the_world() -> None:
    alike = [
        float(row["median_fixed_mbps"])
        for row in rows("bandwidth")
        if row["world_region"] == "Caribbean" and row["median_fixed_mbps"]
    ]
    assert download_mbps("CU", Line.FIXED) == median(alike)


def test_the_slowest_tenth_is_as_far_below_the_median_as_published() -> None:
    singapore = [city for city in cities() if city.name == "Singapore"]
    fixed = connections(singapore, np.zeros(1), np.ones(1)).bytes_per_s[access.SLICES :]
    slowest = np.sort(fixed) * BITS_PER_BYTE / BITS_PER_MEGABIT / download_mbps("SG", Line.FIXED)
    assert slowest[1] < fact("access.slow_tenth").value < slowest[2]
    assert slowest[-3] < fact("access.fast_tenth").value < slowest[-2]


def test_the_worlds_median_lines_are_near_what_ookla_publishes_for_the_world() -> None:
    errors = {line: percentile(*_rates(line), 50) / fact(f"heldout.{line}_mbps").value for line in Line}
    assert errors == {Line.MOBILE: pytest.approx(1.09, abs=0.01), Line.FIXED: pytest.approx(0.91, abs=0.01)}


# --- levels and the way -----------------------------------------------------------------------------------------------


def test_what_compressors_save_is_the_median_of_the_measured_models() -> None:
    for variant, row in (("draco_plus_webp", "gltf.draco_webp"), ("meshopt_plus_webp", "gltf.meshopt_webp")):
        saved = [float(row["file_reduction"]) for row in rows("gltf_compression") if row["variant"] == variant]
        assert fact(row).value == pytest.approx(median(saved), abs=0.001)


def test_levels_have_the_bytes_that_the_load_says() -> None:
    found = levels(Deployed(small.graph(load=LOAD)))
    assert [found[level].value for level in (PREVIEW, STANDARD, ORIGINAL)] == pytest.approx([3e5, 7.8e6, 5e7])


def test_set_up_takes_the_round_trips_that_the_distribution_declares(prod: Graph) -> None:
    assert _rounds(Deployed(prod)) == 3  # name, QUIC, request
    assert _rounds(_altered(prod, {HTTP: "http2"})) == 4  # name, TCP, TLS 1.3, request
    assert _rounds(_altered(prod, {HTTP: "http2", TLS: "TLSv1.2_2021"})) == 5
    assert straight().value == 4


def test_http3_without_an_https_record_begins_with_tcp(prod: Graph) -> None:
    deployed = Deployed(prod)
    announcements = [n.urn for n in deployed.of_type("aws:route53/record:Record") if n.inputs["type"] == "HTTPS"]
    assert announcements
    assert _rounds(deployed.without(announcements)) == 4


def test_a_cold_edge_asks_the_regional_cache_the_shield_and_the_bucket(prod: Graph) -> None:
    found = ways(Deployed(prod))
    fetch = path(Deployed(prod), found).fetch_s
    by_name = {city.name: seconds for city, seconds in zip(found.users, fetch, strict=True)}
    first_byte = fact("s3.first_byte_high").value / 1000
    assert first_byte < by_name["London"] < first_byte + 0.02  # the bucket is in London
    assert by_name["Sydney"] > by_name["London"] + 0.2


def test_a_shield_far_from_the_bucket_lengthens_the_way(prod: Graph) -> None:
    far = _altered(prod, {"origins.2.originShield.originShieldRegion": "ap-southeast-2"})
    assert _seconds(far) > _seconds(Deployed(prod))


# --- the promise ------------------------------------------------------------------------------------------------------


def test_both_stacks_show_the_preview_in_time_and_say_so(graph: Graph) -> None:
    deployed = Deployed(graph)
    (finding,) = MODEL.findings(deployed)
    assert judged(deployed, finding).verdict is Verdict.KEPT
    assert "preview" in finding.why
    assert finding.reached is not None
    assert finding.reached.name.startswith("preview level from a cold edge")


def test_previews_of_three_megabytes_break_it(prod: Graph) -> None:
    heavy = _loaded(prod, preview_kilobytes=3000)
    (finding,) = MODEL.findings(heavy)
    assert judged(heavy, finding).verdict is Verdict.BROKEN


def test_the_whole_model_in_time_needs_a_line_that_most_do_not_have(prod: Graph) -> None:
    also = _also(Deployed(prod))
    assert also["line on which the original takes 3 s, were there nothing else to wait for"] == pytest.approx(
        133.3, abs=0.1
    )
    assert also["users with the original level within 3 s"] < also["users with such a line"] < 50
    assert also["users with the preview level within 3 s"] > 95


def test_a_warm_edge_is_faster_than_a_cold_one(prod: Graph) -> None:
    found = delivery(Deployed(prod))
    for level in found.levels:
        assert (found.seconds(level, cold=False) < found.seconds(level, cold=True)).all()


@pytest.mark.parametrize(
    "worse",
    [
        {"priceClass": "PriceClass_200"},
        {"priceClass": "PriceClass_100"},
        {HTTP: "http1.1"},
        {HTTP: "http2", TLS: "TLSv1.2_2021"},
    ],
)
def test_settings_that_lengthen_the_way_make_models_later(prod: Graph, worse: dict[str, object]) -> None:
    assert _seconds(_altered(prod, worse)) > _seconds(Deployed(prod))


def test_a_heavier_preview_is_never_visible_earlier(prod: Graph) -> None:
    sizes = (50, 100, 300, 600, 1200)
    seconds = [_seconds(_loaded(prod, preview_kilobytes=size)) for size in sizes]
    assert seconds == sorted(seconds)


def test_the_price_class_is_what_moves_it_most(prod: Graph) -> None:
    found = effects(Deployed(prod), MODEL)[VISIBLE.id]
    assert found[0].path == "priceClass"
    assert {"httpVersion", "origins.2.originShield.enabled"} <= {effect.path for effect in found}


def test_without_a_distribution_models_come_straight_from_a_bucket(prod: Graph) -> None:
    (finding,) = MODEL.findings(_altered(prod, {"enabled": False}))
    assert finding.reached is not None
    assert finding.reached.name.startswith("preview level from its bucket")
    assert finding.reached.value > _seconds(Deployed(prod))


def test_a_distribution_without_a_bucket_is_undeclared() -> None:
    service: dict[str, object] = {"originId": "api", "customOriginConfig": {}}
    front = node(DISTRIBUTION, "site", origins=[service], defaultCacheBehavior={"targetOriginId": "api"})
    stack = small.graph(node("aws:lb/loadBalancer:LoadBalancer", "public"), front, load=LOAD)
    with pytest.raises(UndeclaredError, match="leads to a bucket"):
        MODEL.reached(Deployed(stack))


def test_a_stack_without_a_load_says_what_is_missing() -> None:
    with pytest.raises(UndeclaredError, match="load"):
        MODEL.reached(Deployed(small.graph(node("aws:lb/loadBalancer:LoadBalancer", "public"))))


# --- what is shown ----------------------------------------------------------------------------------------------------


def test_exhibits_agree_with_the_figures(prod: Graph) -> None:
    (finding,) = MODEL.findings(Deployed(prod))
    tables = {each.id: each for each in finding.exhibits if isinstance(each, Table)}
    (cold,) = [row for row in tables["model-levels"].rows if row[0] == PREVIEW and row[2] == "a cold edge"]
    assert finding.reached is not None
    assert cold[5] == pytest.approx(finding.reached.value)
    assert sum(float(row[1] or 0) for row in tables["model-countries"].rows) == pytest.approx(100)


def test_the_curves_rise_from_the_lightest_level_to_the_heaviest(prod: Graph) -> None:
    (finding,) = MODEL.findings(Deployed(prod))
    (chart,) = [each for each in finding.exhibits if isinstance(each, Chart)]
    shares = {series.name: np.asarray([y for _, y in series.points]) for series in chart.series}
    assert all((np.diff(each) >= 0).all() for each in shares.values())
    assert (shares[PREVIEW] >= shares[STANDARD]).all()
    assert (shares[STANDARD] >= shares[ORIGINAL]).all()


# --- against the owners' figure, which nothing was fitted to ----------------------------------------------------------


def test_the_naive_way_takes_about_as_long_as_the_owners_say_it_does_today(prod: Graph) -> None:
    naive = _also(Deployed(prod))["original straight from a bucket in eu-west-2, mean of the users"]
    assert naive / fact("heldout.model_seconds").value == pytest.approx(0.96, abs=0.01)


def test_what_no_resource_declares_is_said_with_the_verdict(prod: Graph) -> None:
    (finding,) = MODEL.findings(Deployed(prod))
    whole = next(figure for figure in finding.also if figure.name.startswith("original level"))
    assert f"see it within {whole.value:.0f} s" in finding.condition
