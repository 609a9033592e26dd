"""What visitors and merchants do, and which stores each of it needs: read from the policies of what serves it.

browse  pages and models from buckets, the catalogue from the web servers
cart    the functions behind the API
order   the web servers, with the relational database
render  the intake of uploads and the workers that render them
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from preview.graph import Node
from preview.promises.database.replication import BUCKET, RELATIONAL, TABLE, Store
from preview.promises.deployed import Deployed
from preview.promises.failover.distribution import DISTRIBUTION

_READING = ("BatchGet", "ConditionCheck", "Describe", "Get", "Head", "List", "Query", "Scan")


@dataclass(frozen=True, kw_only=True, slots=True)
class Journey:
    """What somebody does, and the stores that it works with in one region."""

    name: str
    reads: tuple[Store, ...]
    """Those that it only reads."""

    writes: tuple[Store, ...]
    """Those that it writes, or that hold its work until it is done."""

    @property
    def stores(self) -> tuple[Store, ...]:
        """All of them."""
        return (*self.reads, *self.writes)


def journeys(deployed: Deployed, region: str, stores: Sequence[Store]) -> list[Journey]:
    """The four journeys with the stores of a region; one that nothing serves there has none."""
    web = _granted(deployed, _standing(deployed, "storefront:region:WebFleet", region), stores)
    carts = _granted(deployed, _behind_api(deployed, region), stores)
    intake = [
        component
        for token in ("storefront:region:AssetIntake", "storefront:region:RenderFleet")
        for component in _standing(deployed, token, region)
    ]
    rendering = _granted(deployed, intake, stores)
    shown = {bucket.urn for edge in deployed.of_type(DISTRIBUTION) for bucket in deployed.references(edge, "origins")}
    browsing = [
        store
        for store in stores
        if store.node.urn in shown or (store.sort == TABLE and web.get(store.node.urn) is False)
    ]
    return [
        Journey(name="browse", reads=tuple(browsing), writes=()),
        _journey("cart", stores, carts),
        _journey("order", stores, web if any(_is_relational(store, web) for store in stores) else {}),
        _journey("render", stores, rendering, holding=(BUCKET,)),
    ]


def _journey(name: str, stores: Sequence[Store], writes: Mapping[str, bool], holding: Sequence[str] = ()) -> Journey:
    """Stores by whether they are written; a kind that holds the work counts as written, whoever fills it."""
    needed = [store for store in stores if store.node.urn in writes]
    written = [store for store in needed if writes[store.node.urn] or store.sort in holding]
    return Journey(name=name, reads=tuple(store for store in needed if store not in written), writes=tuple(written))


def _is_relational(store: Store, granted: Mapping[str, bool]) -> bool:
    return store.sort == RELATIONAL and store.node.urn in granted


def _standing(deployed: Deployed, token: str, region: str) -> list[Node]:
    """The components of a type that stand in a region."""
    return [node for node in deployed.of_type(token) if _region_of(deployed, node) == region]


def _region_of(deployed: Deployed, component: Node) -> str | None:
    standing = deployed.component(component, "storefront:region:Region")
    return standing.name if standing else None


def _behind_api(deployed: Deployed, region: str) -> list[Node]:
    """The functions that a region's API hands its requests to."""
    targets = [
        target
        for integration in deployed.of_type("aws:apigatewayv2/integration:Integration", region=region)
        for target in deployed.references(integration)
    ]
    found = {node.urn: node for target in targets if (node := deployed.component(target, "storefront:region:Function"))}
    return list(found.values())


def _granted(deployed: Deployed, components: Iterable[Node], stores: Sequence[Store]) -> dict[str, bool]:
    """URN of each store that the components' policies let them use → whether they may write it."""
    found: dict[str, bool] = {}
    for component in components:
        for actions, resources in _statements(deployed, component):
            for store in stores:
                if any(re.search(rf"{re.escape(store.mark)}(?![\w-])", resource) for resource in resources):
                    found[store.node.urn] = found.get(store.node.urn, False) or not all(map(_only_reads, actions))
    return found


def _only_reads(action: str) -> bool:
    return action.partition(":")[2].startswith(_READING)


def _statements(deployed: Deployed, component: Node) -> Iterator[tuple[list[str], list[str]]]:
    """Actions and resources that a component's roles are allowed, as far as the graph knows them."""
    for policy in deployed.inside(component, "aws:iam/rolePolicy:RolePolicy"):
        try:
            document: dict[str, Any] = json.loads(str(deployed.value(policy, "policy")))
        except json.JSONDecodeError:
            continue
        statements: list[dict[str, Any]] = document.get("Statement", [])
        for statement in statements:
            if statement.get("Effect") == "Allow":
                yield _texts(statement.get("Action")), _texts(statement.get("Resource"))


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())
