"""Claims about any configuration: sound ones load, and a corrupted one is reported, never a crash."""

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from settings import Settings
from settings.geography import aws_regions
from settings.loading import load
from tests.settings.samples import values

Path = tuple[int | str, ...]

USABLE = sorted(name for name, region in aws_regions().items() if not region.lacking and len(region.zone_letters) >= 3)
JUNK: list[Any] = [None, -1, 10**9, 0.5, "", "x", "\ud800", [], [None], {}, {"x": 1}, float("inf")]


@st.composite
def sound(draw: st.DrawFn) -> dict[str, Any]:
    """A sound configuration of one to eight regions."""
    names = draw(st.lists(st.sampled_from(USABLE), min_size=1, max_size=8, unique=True))
    primary = draw(st.integers(0, len(names) - 1))
    regions = [
        {
            "name": name,
            "cidr": f"10.{16 * i}.0.0/{draw(st.integers(16, 20))}",
            "primary": i == primary,
            "state": "active" if i == primary else draw(st.sampled_from(["active", "draining"])),
            **draw(st.sampled_from(OVERRIDES)),
        }
        for i, name in enumerate(names)
    ]
    return {
        "domain": draw(st.sampled_from(["shop.example.com", "example.org", "a-b.c.example"])),
        "account": {"id": draw(st.from_regex(r"[0-9]{12}", fullmatch=True))},
        "regions": regions,
        "region_defaults": draw(st.sampled_from(OVERRIDES)),
        # Some regions span two zones, which are too few for a warehouse.
        "data": {"home": draw(st.sampled_from(names)), "analytics": {"enabled": False}},
        "edge": {"failover": {"limit_seconds": draw(st.integers(28, 600))}},
        "operations": {"budget_usd_per_month": draw(st.floats(1, 10**6))},
    }


OVERRIDES: list[dict[str, Any]] = [
    {},
    {"network": {"zones": 2, "nat_gateways": "single"}},
    {"web": {"min_instances": 4, "desired_instances": 5, "max_instances": 80, "spot_share_percent": 0}},
    {"web": {"off_peak": None}, "render": {"max_instances": 0}},
    {"load_balancer": {"idle_timeout_seconds": 60}, "functions": {"memory_mib": 512}},
]


def paths(tree: Any, above: Path = ()) -> Iterator[Path]:
    """The path of every value and group in a configuration."""
    steps: list[tuple[int | str, Any]] = []
    if isinstance(tree, dict):
        steps = list(tree.items())  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    elif isinstance(tree, list):
        steps = list(enumerate(tree))  # pyright: ignore[reportUnknownArgumentType]
    for step, value in steps:
        yield (*above, step)
        yield from paths(value, (*above, step))


def replaced(tree: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """A copy of a configuration with another value at a path."""
    copied: Any = copy.deepcopy(tree)
    holder = copied
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return copied


@settings(max_examples=60, deadline=None)
@given(tree=sound())
def test_sound_configurations_load(tree: dict[str, Any]) -> None:
    chosen, problems = load(Settings, values(tree))

    assert chosen is not None, f"refused: {[str(problem) for problem in problems]}"
    assert [region.name for region in chosen.regions] == [region["name"] for region in tree["regions"]], "in order"
    assert chosen.home.name == tree["data"]["home"], "the home is the stated one"
    assert chosen.region_names.count("us-east-1") == 1, "the edge's region is a place once"


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_one_corruption_is_reported_at_its_path(data: st.DataObject) -> None:
    tree = data.draw(sound())
    path = data.draw(st.sampled_from(sorted(paths(tree), key=str)))
    chosen, problems = load(Settings, values(replaced(tree, path, {"x": 1})))

    assert chosen is None, "a group with an unknown key is sound nowhere"
    assert problems, "and is reported"
    assert any(_names(str(problem), path) for problem in problems), f"{path} is not among {problems}"


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_nothing_that_is_written_crashes_the_loader(data: st.DataObject) -> None:
    tree = data.draw(sound())
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(sorted(paths(tree), key=str)))
        tree = replaced(tree, path, data.draw(st.sampled_from(JUNK)))
    chosen, problems = load(Settings, values(tree))

    assert (chosen is None) == bool(problems), "either settings or problems"


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_misspelt_key_names_the_one_that_was_meant(data: st.DataObject) -> None:
    tree = data.draw(sound())
    path = data.draw(st.sampled_from(sorted((path for path in paths(tree) if path[-1] in _LONG_KEYS), key=str)))
    key = str(path[-1])
    _, problems = load(Settings, values(replaced(tree, (*path[:-1], key[:-2] + key[-1]), {})))

    assert any(f"{key!r} was probably meant" in problem.allowed for problem in problems), f"no hint in {problems}"


_LONG_KEYS = {
    "regions",
    "region_defaults",
    "account",
    "primary",
    "limit_seconds",
    "budget_usd_per_month",
    "max_instances",
}


def _names(problem: str, path: Path) -> bool:
    """Whether a problem is at the path or right inside it."""
    written = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
    return problem.startswith(f"storefront:{written}")
