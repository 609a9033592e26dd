"""Tables, charts and maps that a model adds to the report; data only, drawn by the page and the terminal."""

from dataclasses import dataclass
from enum import StrEnum

Cell = str | float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column of a table."""

    title: str
    unit: str = ""
    """Unit of its numbers; empty for text."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Rows that can be sorted by each column."""

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Axis:
    """An axis of a chart."""

    title: str
    unit: str
    categories: tuple[str, ...] = ()
    """Names in place of numbers: then x counts them from 0."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """One line, area or row of bars."""

    name: str
    points: tuple[tuple[float, float], ...]


class Drawing(StrEnum):
    """How a chart's series are drawn."""

    LINE = "line"
    STACKED_AREA = "stacked area"
    BAR = "bar"
    STACKED_BAR = "stacked bar"


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """Series over one pair of axes."""

    id: str
    title: str
    drawing: Drawing
    x: Axis
    y: Axis
    series: tuple[Series, ...]
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A point of a map."""

    name: str
    latitude: float
    longitude: float
    value: float | None
    """What the map is about, e.g. milliseconds; None for a place that only stands there."""

    weight: float = 1
    """How much of the whole it stands for, which sets its size."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Layer:
    """Places of one sort: users, regions, edge locations."""

    name: str
    places: tuple[Place, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class WorldMap:
    """Places on the world."""

    id: str
    title: str
    unit: str
    layers: tuple[Layer, ...]
    note: str = ""


Exhibit = Table | Chart | WorldMap
