"""Which region a component stands in: the one of the providers of what is under it."""

from collections import Counter, defaultdict

from policy.subject import Stack, Subject
from policy.values import get

REGION = "storefront:region:Region"
"""The component that makes a region one of ours."""


def below(stack: Stack) -> dict[str, list[Subject]]:
    """Component's URN → everything under it that has a provider."""
    if "below" not in stack.memory:
        found: dict[str, list[Subject]] = defaultdict(list)
        for one in stack:
            if one.region:
                for above in one.ancestors():
                    found[above.urn].append(one)
        stack.memory["below"] = dict(found)
    return stack.memory["below"]


def place(component: Subject) -> str | None:
    """The region of most of what is under a component; None where that is nothing."""
    regions = Counter(one.region for one in below(component.stack).get(component.urn, ()))
    return min(regions, key=lambda region: (-regions[region], str(region))) if regions else None


def state(one: Subject) -> str:
    """What the settings say of the region that a resource stands in: `active` where they say nothing."""
    above = next((component for component in (one, *one.ancestors()) if component.type == REGION), None)
    return str(get(above.props, "state", "active")) if above else "active"


def retired_regions(stack: Stack) -> set[str | None]:
    """The regions that keep their files and serve nobody."""
    return {place(one) for one in stack.of_type(REGION) if state(one) == "retired"}


def our_regions(stack: Stack) -> list[str]:
    """The regions that have a region's component, sorted."""
    return sorted({found for one in stack.of_type(REGION) if (found := place(one))})
