"""The committed stacks are what the platform promises to run."""

import pytest

from preview.recorder import stack_values
from settings import Settings
from settings.geography import aws_regions
from settings.loading import load
from settings.reference import ROOT


def stack(name: str) -> Settings:
    """The settings of a committed stack."""
    chosen, problems = load(Settings, stack_values(ROOT, name))
    assert chosen is not None, f"Pulumi.{name}.yaml is refused: {[str(problem) for problem in problems]}"
    return chosen


def test_prod_spans_the_world() -> None:
    regions = [aws_regions()[region.name] for region in stack("prod").serving]

    assert len(regions) >= 5, "at least five regions"
    assert len({region.continent for region in regions}) >= 4, "on at least four continents"
    assert {"London", "Tokyo", "Sydney"} <= {region.city for region in regions}, "these among them"


def test_staging_runs_two_regions() -> None:
    assert len(stack("staging").serving) == 2, "the least that can fail over"


def test_prod_never_rests_on_spot_alone() -> None:
    assert all(region.web.on_demand_base > 0 for region in stack("prod").regions), "spot may vanish all at once"


def test_prod_keeps_its_safeguards() -> None:
    prod = stack("prod")

    assert prod.data.protect, "Pulumi refuses to delete state"
    assert prod.data.backups.vault_lock, "backups are locked"
    assert prod.data.relational.deletion_protection, "the database refuses its deletion"
    assert all(region.network.nat_gateways == "per_zone" for region in prod.regions), "a zone may fail"


@pytest.mark.parametrize("name", ["local", "prod", "staging"])
def test_home_is_stated_or_alone(name: str) -> None:
    chosen = stack(name)

    assert chosen.data.home or len(chosen.regions) == 1, "sorting the list of regions must not move the home"


def test_local_switches_off_what_its_emulator_lacks() -> None:
    local = stack("local")

    assert local.account.emulator, "it never reaches AWS"
    asked_for = [local.edge.dns.dnssec, local.operations.canaries, local.data.analytics.enabled]
    assert not any(asked_for), "the emulator serves none of these"
