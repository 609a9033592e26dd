"""Everything that the report shows, as one plain dict that JSON can hold.

Nothing in it depends on the day or the machine: the same stack gives the same dict. Numbers come twice, as `value`
for machines and as `text` for people; a number that is not finite has no value.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from policy.exemptions import Exemption
from preview.graph import Graph
from preview.policies import Verdicts
from preview.promises.deployed import SERVICE_LEVELS
from preview.promises.exhibit import Chart, Column, Exhibit, Table, WorldMap
from preview.promises.figure import Figure, Reading
from preview.promises.promise import Better, Judgement, Verdict
from preview.promises.sensitivity import Effect
from preview.report import architecture, numbers, policies, resources, words
from preview.report.derivations import Derivations

Entry = dict[str, Any]

MOST = 3
"""Settings that are named as moving a promise most."""

DIGITS = 6
"""Digits of the numbers in exhibits: more than any of them is good for."""


def described(
    graph: Graph,
    judgements: Sequence[Judgement],
    sensitivity: Mapping[str, Sequence[Effect]],
    *,
    verdicts: Verdicts | None = None,
    exempted: Iterable[Exemption] = (),
) -> Entry:
    """The report of a stack.

    `sensitivity` holds the effects of each promise, the greatest first. `judgements[].reached`, `.achievable` and
    `.also` are keys of `figures`, `.exhibits` of `exhibits`; what a figure uses is a key of `figures`, `readings` or
    `facts`; `architecture` counts positions in `resources`. `policies` is None where the pack was left out.
    """
    derivations = Derivations(graph)
    told = [_judgement(one, derivations, sensitivity.get(one.finding.promise.id, ())) for one in judgements]
    declared = resources.described(graph)
    return {
        "project": graph.project,
        "stack": graph.stack,
        "failed": any(judgement.failed for judgement in judgements),
        "verdicts": {verdict.value: sum(one.verdict is verdict for one in judgements) for verdict in Verdict},
        "expected": _expected(graph),
        "judgements": told,
        "figures": derivations.figures,
        "readings": derivations.readings,
        "facts": dict(sorted(derivations.facts.items())),
        "exhibits": {
            _exhibit_id(one, exhibit): _exhibit(exhibit) for one in judgements for exhibit in one.finding.exhibits
        },
        "architecture": architecture.described(graph),
        "resources": declared,
        "words": {
            token: [words.kind(token), words.kinds(token)] for token in sorted({one["type"] for one in declared})
        },
        "policies": None if verdicts is None else policies.described(verdicts, exempted),
    }


def _judgement(one: Judgement, derivations: Derivations, effects: Sequence[Effect]) -> Entry:
    finding, promise = one.finding, one.finding.promise
    return {
        "id": promise.id,
        "title": promise.title,
        "unit": promise.unit,
        "better": promise.better.value,
        "verdict": one.verdict.value,
        "failed": one.failed,
        "promised": _pledge(one, one.promised),
        "accepted": _pledge(one, one.accepted),
        "reached": _figure(finding.reached, derivations),
        "achievable": _figure(finding.achievable, derivations),
        "margin": _margin(one),
        "why": finding.why,
        "condition": finding.condition,
        "also": [derivations.figure(figure) for figure in finding.also],
        "exhibits": [_exhibit_id(one, exhibit) for exhibit in finding.exhibits],
        "moved_by": [_effect(effect, one) for effect in effects[:MOST] if effect.size > 0],
    }


def _pledge(one: Judgement, pledge: Reading | None) -> Entry | None:
    if pledge is None:
        return None
    return {"value": numbers.plain(pledge.value), "text": numbers.pledge(one.finding.promise, pledge.value)}


def _figure(figure: Figure | None, derivations: Derivations) -> str | None:
    return None if figure is None else derivations.figure(figure)


def _margin(one: Judgement) -> str | None:
    reached = one.finding.reached
    if reached is None or one.promised is None:
        return None
    return numbers.margin(one.finding.promise, one.promised.value, reached.value)


def _effect(effect: Effect, one: Judgement) -> Entry:
    unit = one.finding.promise.unit
    own_unit = effect.unit if effect.type else ""
    lower = one.finding.promise.better is Better.LOWER
    return {
        "setting": words.setting(effect.path),
        "type": effect.type,
        "of": words.kinds(effect.type) if effect.type else None,
        "was": _amount(effect.was, own_unit),
        "becomes": _amount(effect.becomes, own_unit),
        "before": _amount(effect.before, unit),
        "after": _amount(effect.after, unit),
        "improves": (effect.after < effect.before) is lower,
    }


def _amount(value: float, unit: str) -> Entry:
    return {"value": numbers.plain(value), "text": numbers.text(value, unit)}


def _expected(graph: Graph) -> list[Entry]:
    """What the stack expects of its users, as a flat list by name."""
    load: Any = graph.outputs.get(SERVICE_LEVELS, {}).get("load", {})
    return [{"name": name.replace("_", " "), "value": value} for name, value in sorted(_leaves(load, ""))]


def _leaves(value: Any, path: str) -> Iterable[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, item in cast(Mapping[str, Any], value).items():
            yield from _leaves(item, f"{path} {key}".strip())
    else:
        yield path, value


# --- exhibits ---------------------------------------------------------------------------------------------------------


def _exhibit_id(one: Judgement, exhibit: Exhibit) -> str:
    return f"{one.finding.promise.id}.{exhibit.id}"


def _exhibit(exhibit: Exhibit) -> Entry:
    common = {"title": exhibit.title, "note": exhibit.note}
    if isinstance(exhibit, Table):
        columns = [_column(column) for column in exhibit.columns]
        return {"is": "table", **common, "columns": columns, "rows": [list(map(_cell, row)) for row in exhibit.rows]}
    if isinstance(exhibit, Chart):
        return {"is": "chart", **common, **_chart(exhibit)}
    return {"is": "map", **common, **_map(exhibit)}


def _column(column: Column) -> Entry:
    return {"title": column.title, "unit": column.unit}


def _chart(chart: Chart) -> Entry:
    return {
        "drawing": chart.drawing.value,
        "x": {"title": chart.x.title, "unit": chart.x.unit, "categories": list(chart.x.categories)},
        "y": {"title": chart.y.title, "unit": chart.y.unit},
        "series": [
            {"name": series.name, "points": [[_short(x), _short(y)] for x, y in series.points]}
            for series in chart.series
        ],
    }


def _map(drawn: WorldMap) -> Entry:
    return {
        "unit": drawn.unit,
        "layers": [
            {
                "name": layer.name,
                "places": [
                    {
                        "name": place.name,
                        "at": [_short(place.longitude), _short(place.latitude)],
                        "value": None if place.value is None else _short(place.value),
                        "weight": _short(place.weight),
                    }
                    for place in layer.places
                ],
            }
            for layer in drawn.layers
        ],
    }


def _cell(value: str | float | None) -> str | float | None:
    return _short(value) if isinstance(value, int | float) else value


def _short(value: float) -> float | None:
    found = numbers.plain(value)
    return None if found is None else float(f"{found:.{DIGITS}g}")
