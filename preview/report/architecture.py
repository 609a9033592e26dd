"""The stack as boxes and lines: a box for each kind of component, a line where one's resources refer to another's."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from preview.facts import rows
from preview.graph import Graph, Node
from preview.promises.deployed import Deployed
from preview.report import words
from preview.report.resources import declared

Entry = dict[str, Any]

LAYERS = {
    "edge": "Edge",
    "region": "Regions",
    "data": "Data",
    "account": "Account",
    "foundation": "Foundation",
}
"""By the second part of a component's type, in the order of the drawing; an unknown one comes last."""

MOST = 0.5
"""Share of the boxes: what so many refer to, all stand on; lines to it would only hide the rest."""

REGION = "storefront:region:Region"
ON_ITS_FACE = 2
FEW = 5


@dataclass(frozen=True, slots=True)
class _Key:
    """What a box holds: the components of one type under one top component, of all regions alike."""

    layer: str
    top: str
    type: str


def described(graph: Graph) -> Entry:
    """Layers, boxes with the positions of their resources in the list of resources, lines, and the regions.

    A line holds every reference behind it as a pair of such positions, so that a drawing of one region can leave out
    those of the others.
    """
    resources = declared(graph)
    nodes = {node.urn: node for node in graph}
    boxes: dict[_Key, list[int]] = defaultdict(list)
    instances: dict[_Key, set[str]] = defaultdict(set)
    key_of: list[_Key] = []
    for position, node in enumerate(resources):
        key, component = _placed(node, nodes)
        boxes[key].append(position)
        instances[key].add(component)
        key_of.append(key)
    ordered = sorted(boxes, key=_rank)
    names = {key: f"box-{number}" for number, key in enumerate(ordered, start=1)}
    lines = _lines(resources, _positions(resources, nodes), key_of)
    return {
        "layers": [
            {"id": layer, "title": LAYERS.get(layer, layer.capitalize())}
            for layer in dict.fromkeys(key.layer for key in ordered)
        ],
        "boxes": [
            {
                "id": names[key],
                "layer": key.layer,
                "per_region": key.top == REGION,
                "title": words.title(key.type),
                "type": key.type,
                "components": len(instances[key]),
                "resources": boxes[key],
                "known_by": _known_by(resources[position] for position in boxes[key]),
            }
            for key in ordered
        ],
        "lines": [
            {"from": names[start], "to": names[end], "references": pairs}
            for (start, end), pairs in sorted(lines.items(), key=lambda line: (_rank(line[0][0]), _rank(line[0][1])))
        ],
        "under_all": [names[key] for key in _under_all(ordered, lines)],
        "over_all": [names[key] for key in _over_all(ordered, lines)],
        "regions": _regions(graph, resources),
    }


def _placed(node: Node, nodes: dict[str, Node]) -> tuple[_Key, str]:
    """The box of a resource and the component that puts it there: the first one under the top, or the top itself."""
    above: list[Node] = []
    parent = nodes.get(node.parent or "")
    while parent is not None:
        above.append(parent)
        parent = nodes.get(parent.parent or "")
    above.reverse()
    if not above:
        return _Key("other", "", "storefront:other:Program"), ""
    chosen = above[min(1, len(above) - 1)]
    layer = above[0].type.split(":")[1]
    return _Key(layer, above[0].type, chosen.type), chosen.urn


def _rank(key: _Key) -> tuple[int, str, str, str]:
    layers = list(LAYERS)
    return (layers.index(key.layer) if key.layer in layers else len(layers), key.layer, key.top, key.type)


def _positions(resources: list[Node], nodes: dict[str, Node]) -> dict[str, int]:
    """Where each URN stands in the list of resources; a component stands where the first of its resources does."""
    positions = {node.urn: number for number, node in enumerate(resources)}
    for number, node in enumerate(resources):
        above = nodes.get(node.parent or "")
        while above is not None:
            positions.setdefault(above.urn, number)
            above = nodes.get(above.parent or "")
    return positions


def _lines(
    resources: list[Node], positions: dict[str, int], key_of: list[_Key]
) -> dict[tuple[_Key, _Key], list[tuple[int, int]]]:
    lines: dict[tuple[_Key, _Key], list[tuple[int, int]]] = defaultdict(list)
    for start, node in enumerate(resources):
        referred = {positions[urn] for urns in node.property_dependencies.values() for urn in urns if urn in positions}
        for end in sorted(referred):
            if key_of[start] != key_of[end]:
                lines[key_of[start], key_of[end]].append((start, end))
    return lines


def _under_all(boxes: list[_Key], lines: Iterable[tuple[_Key, _Key]]) -> list[_Key]:
    """What most refer to, as keys and log archives."""
    referring = Counter(end for _, end in lines)
    return [key for key in boxes if len(boxes) >= FEW and referring[key] > MOST * (len(boxes) - 1)]


def _over_all(boxes: list[_Key], lines: Iterable[tuple[_Key, _Key]]) -> list[_Key]:
    """What refers to most of its own layer, as alarms and dashboards do."""
    sizes = Counter(key.layer for key in boxes)
    referred = Counter(start for start, end in lines if start.layer == end.layer)
    return [key for key in boxes if sizes[key.layer] >= FEW and referred[key] > MOST * (sizes[key.layer] - 1)]


def _known_by(resources: Iterable[Node]) -> list[str]:
    """The few types of resources that tell what a box is."""
    types = {node.type for node in resources}
    known = sorted((place, token) for token in types if (place := words.prominence(token)) is not None)
    return [token for _, token in known[:ON_ITS_FACE]]


def _regions(graph: Graph, resources: list[Node]) -> list[Entry]:
    deployed = Deployed(graph)
    cities = {row["region"]: row["metro"] for row in rows("region_coordinates")}
    counts = Counter(node.region for node in resources)
    names = sorted({component.name for component in deployed.of_type(REGION)})
    return [
        {
            "name": name,
            "city": cities.get(name),
            "writes": name == deployed.writer_region,
            "serves": name in deployed.serving,
            "resources": counts[name],
        }
        for name in sorted(names, key=lambda name: (name != deployed.writer_region, name))
    ]
