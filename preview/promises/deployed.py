"""A recorded graph as the models read it: by type, by relation, by setting.

Models never see the configuration. What the stack was asked for and what it expects of its users stands in the
graph as well, as the stack's output `service_levels`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, Self, cast

from preview.facts import Fact
from preview.graph import UNKNOWN, Graph, Node
from preview.promises.figure import Reading

SERVICE_LEVELS = "service_levels"
COUNTED = "number of"
Path = tuple[str | int, ...]


class UndeclaredError(LookupError):
    """A model needs what the stack does not declare, or what only AWS will decide; the text is for people."""


class Deployed:
    """A stack's resources, and the settings in them."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    # --- resources ------------------------------------------------------------------------------------------------

    @cached_property
    def _by_urn(self) -> dict[str, Node]:
        return {node.urn: node for node in self.graph}

    @cached_property
    def _by_type(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = defaultdict(list)
        for node in self.graph:
            found[node.type].append(node)
        return found

    def of_type(self, token: str, *, region: str | None = None) -> list[Node]:
        """Every resource of a type, `aws:lb/loadBalancer:LoadBalancer`, sorted by URN; of one region where named."""
        found = self._by_type.get(token, [])
        return found if region is None else [node for node in found if node.region == region]

    def only(self, token: str, *, region: str | None = None) -> Node:
        """The one resource of a type; UndeclaredError where there is none or several."""
        found = self.of_type(token, region=region)
        if len(found) != 1:
            where = f" in {region}" if region else ""
            raise UndeclaredError(f"the stack declares {len(found) or 'no'} {token}{where}; exactly one is needed")
        return found[0]

    def node(self, urn: str) -> Node:
        """A resource by its URN."""
        return self._by_urn[urn]

    def references(self, node: Node, *properties: str) -> list[Node]:
        """The resources whose outputs a resource's properties are made of; all properties where none is named."""
        chosen = properties or tuple(node.property_dependencies)
        urns = {urn for name in chosen for urn in node.property_dependencies.get(name, ())}
        return [self._by_urn[urn] for urn in sorted(urns) if urn in self._by_urn]

    def component(self, node: Node, token: str) -> Node | None:
        """The nearest component of a type that a resource stands in, `storefront:region:WebFleet`."""
        above = self._by_urn.get(node.parent or "")
        while above is not None and above.type != token:
            above = self._by_urn.get(above.parent or "")
        return above

    def inside(self, component: Node, token: str | None = None) -> list[Node]:
        """Everything under a component, of one type where named."""
        candidates: Iterable[Node] = self.graph if token is None else self.of_type(token)
        return [node for node in candidates if self._is_under(node, component.urn)]

    def _is_under(self, node: Node, urn: str) -> bool:
        above = node.parent
        while above is not None:
            if above == urn:
                return True
            above = self._by_urn[above].parent if above in self._by_urn else None
        return False

    # --- regions --------------------------------------------------------------------------------------------------

    @cached_property
    def running(self) -> tuple[str, ...]:
        """Regions that have a load balancer."""
        return tuple(sorted({n.region for n in self.of_type("aws:lb/loadBalancer:LoadBalancer") if n.region}))

    @cached_property
    def serving(self) -> tuple[str, ...]:
        """Regions that a latency record of DNS answers with, and that run."""
        answered = {
            policy.get("region")
            for record in self.of_type("aws:route53/record:Record")
            for policy in record.inputs.get("latencyRoutingPolicies") or ()
        }
        return tuple(region for region in self.running if region in answered)

    @cached_property
    def writer_region(self) -> str | None:
        """Region of the relational cluster that writes: the one that is no replica of another."""
        clusters = self.of_type("aws:rds/cluster:Cluster")
        writers = [n.region for n in clusters if n.inputs.get("masterUsername") is not None]
        return writers[0] if len(writers) == 1 else None

    # --- settings -------------------------------------------------------------------------------------------------

    def number(
        self, node: Node, path: str, unit: str, default: Fact | None = None, *, choices: tuple[float, ...] = ()
    ) -> Reading:
        """A number in a resource's inputs, `number(group, "healthCheck.interval", "s", fact("alb.interval"))`.

        Lists are indexed, `regions.0`. Numbers written as text, as the provider's schema has some, are read, and a
        boolean as 0 or 1. Without a value the default stands in; UndeclaredError where there is none, or where only
        AWS knows the value. `choices` are the values that AWS allows, where they are few.
        """
        found = _at(node.inputs, _parsed(path))
        if found is None and default is not None:
            return Reading(value=default.value, unit=unit, urn=node.urn, path=path, default=default, choices=choices)
        if found == UNKNOWN:
            raise UndeclaredError(f"{path} of {node.name} is known only after up")
        try:
            value = float(cast(Any, found))
        except (TypeError, ValueError):
            raise UndeclaredError(f"{path} of {node.name} is {found!r}, not a number") from None
        return Reading(value=value, unit=unit, urn=node.urn, path=path, choices=choices)

    def count(self, nodes: Sequence[Node], unit: str, *, of: Node | None = None) -> Reading:
        """How many resources there are, as a setting: `count(gateways, "NAT gateways", of=network)`."""
        owner = of.urn if of is not None else self.graph.urn
        types = sorted({node.type for node in nodes}) or ["resources"]
        members = tuple(node.urn for node in nodes)
        return Reading(
            value=float(len(nodes)), unit=unit, urn=owner, path=f"{COUNTED} {', '.join(types)}", members=members
        )

    def expected(self, path: str, unit: str) -> Reading:
        """What the stack expects or was asked for: `expected("load.users_at_once", "users")`."""
        found = _at(self.graph.outputs, (SERVICE_LEVELS, *_parsed(path)))
        if not isinstance(found, int | float):
            raise UndeclaredError(f"the stack's output {SERVICE_LEVELS} has no number at {path}")
        return Reading(value=float(found), unit=unit, urn=self.graph.urn, path=f"{SERVICE_LEVELS}.{path}")

    def expected_texts(self, path: str) -> tuple[str, ...]:
        """A list of words that the stack expects: `expected_texts("load.countries_left_out")`."""
        found = _at(self.graph.outputs, (SERVICE_LEVELS, *_parsed(path)))
        return tuple(str(item) for item in cast(Sequence[Any], found)) if isinstance(found, Sequence) else ()

    def value(self, node: Node, path: str) -> Any:
        """Whatever stands at a path of a resource's inputs; None where nothing does. For text, lists and documents."""
        return _at(node.inputs, _parsed(path))

    def promised(self, promise: str) -> Mapping[str, Any] | None:
        """The stack's pledge of that name, `{"promised": 30, "accepted": 30}`; None where it pledged nothing."""
        found = _at(self.graph.outputs, (SERVICE_LEVELS, "promises", promise))
        return cast(Mapping[str, Any], found) if isinstance(found, Mapping) else None

    # --- what if --------------------------------------------------------------------------------------------------

    def altered(self, changes: Mapping[tuple[str, str], Any]) -> Self:
        """The same stack with some settings changed: (URN, property path) → new value; None takes a property away."""
        by_urn: dict[str, list[tuple[Path, Any]]] = defaultdict(list)
        for (urn, path), value in changes.items():
            by_urn[urn].append((_parsed(path), value))
        nodes = tuple(
            replace(node, inputs=_changed(node.inputs, by_urn[node.urn])) if node.urn in by_urn else node
            for node in self.graph.nodes
        )
        outputs = _changed(self.graph.outputs, by_urn.get(self.graph.urn, []))
        return type(self)(replace(self.graph, nodes=nodes, outputs=outputs))

    def without(self, urns: Iterable[str]) -> Self:
        """The same stack without some resources."""
        gone = frozenset(urns)
        nodes = tuple(node for node in self.graph.nodes if node.urn not in gone)
        return type(self)(replace(self.graph, nodes=nodes))

    def without_region(self, region: str) -> Self:
        """The same stack with a region lost: all under its component, and the DNS records that lead there."""
        standing = [
            node
            for component in self.of_type("storefront:region:Region")
            if component.name == region
            for node in (component, *self.inside(component))
        ]
        named = [
            record
            for record in self.of_type("aws:route53/record:Record")
            if any(policy.get("region") == region for policy in record.inputs.get("latencyRoutingPolicies") or ())
        ]
        return self.without(node.urn for node in [*standing, *named])


def _parsed(path: str) -> Path:
    return tuple(int(part) if part.isdigit() else part for part in path.split("."))


def _at(value: Any, path: Path) -> Any:
    for part in path:
        if isinstance(value, Mapping):
            value = cast(Mapping[Any, Any], value).get(part)
        elif isinstance(value, Sequence) and not isinstance(value, str) and isinstance(part, int):
            items = cast(Sequence[Any], value)
            value = items[part] if part < len(items) else None
        else:
            return None
    return value


def _changed(value: Any, changes: list[tuple[Path, Any]]) -> Any:
    for path, new in changes:
        value = _put(value, path, new)
    return value


def _put(value: Any, path: Path, new: Any) -> Any:
    if not path:
        return new
    head, rest = path[0], path[1:]
    if isinstance(value, list):
        items = list(cast(list[Any], value))
        items[cast(int, head)] = _put(items[cast(int, head)], rest, new)
        return items
    entries = dict(cast(dict[Any, Any], value or {}))
    if not rest and new is None:
        entries.pop(head, None)
        return entries
    entries[head] = _put(entries.get(head), rest, new)
    return entries
