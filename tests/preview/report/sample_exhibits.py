"""Made-up tables, charts and maps: every kind of drawing that a model may add to the report."""

from collections.abc import Sequence

from preview.facts import rows
from preview.promises.exhibit import Axis, Chart, Column, Drawing, Layer, Place, Series, Table, WorldMap
from preview.promises.users.cities import cities, nearest, round_trip_ms

MARKUP = "<img src=x onerror=\"document.title='broken'\"></script><b>bold</b> & 'quoted'"
"""What a name must never do."""

SERVICES = ("EC2", "Aurora", "CloudFront", "NAT gateways", "S3", "DynamoDB", "Health checks", "Logs", "Security")


def routes() -> Table:
    """Text, numbers, a missing number, and a name with markup."""
    names = [MARKUP if number == 2 else f"name-{number}.shop.example.com" for number in range(6)]
    return Table(
        id="routes",
        title="Each name and route",
        columns=(
            Column(title="Name"),
            Column(title="Route"),
            Column(title="Bound", unit="s"),
            Column(title="Median", unit="s"),
        ),
        rows=tuple(
            (name, "origin group" if number % 2 else "DNS", 20.0 + number, None if number == 4 else 11.5 + number)
            for number, name in enumerate(names)
        ),
        note="Reads fail over by origin group, writes by DNS.",
    )


def load() -> Chart:
    """Three lines, two of which lie on each other for a while."""
    minutes = range(31)
    offered = [20 + 220 * min(1.0, minute / 15) for minute in minutes]
    served = [20 + 220 * min(1.0, max(0, minute - 1) / 15) for minute in minutes]
    shed = [each - other for each, other in zip(offered, served, strict=True)]
    lines = {"offered": offered, "served": served, "shed": shed}
    return Chart(
        id="load",
        title="Requests offered, served and shed as users grow from 200 to 2,400",
        drawing=Drawing.LINE,
        x=Axis(title="Time since the growth began", unit="min"),
        y=Axis(title="Requests", unit="1/s"),
        series=tuple(Series(name=name, points=tuple(enumerate(values))) for name, values in lines.items()),
        note="Shed is what no server had a place for.",
    )


def servers(regions: Sequence[str]) -> Chart:
    """Areas upon each other."""
    return Chart(
        id="servers",
        title="Servers by region",
        drawing=Drawing.STACKED_AREA,
        x=Axis(title="Time since the growth began", unit="min"),
        y=Axis(title="Servers in service", unit="instances"),
        series=tuple(
            Series(name=region, points=tuple((minute, 2 + at + round(minute / (4 + at))) for minute in range(31)))
            for at, region in enumerate(regions)
        ),
    )


def fewer() -> Chart:
    """Bars side by side, with a name that is too long for its place."""
    return Chart(
        id="fewer",
        title="What one fewer does",
        drawing=Drawing.BAR,
        x=Axis(
            title="One fewer",
            unit="",
            categories=("availability zone", "region", "database replica", "edge location of a rather long name"),
        ),
        y=Axis(title="Minutes without service", unit="min/month"),
        series=(
            Series(name="browse", points=((0, 2.1), (1, 4.4), (2, 1.9), (3, 1.2))),
            Series(name="order", points=((0, 4.2), (1, 9.4), (2, 7.9), (3, 1.4))),
        ),
    )


def answered() -> Chart:
    """Bars upon each other."""
    shares = {
        "edge location": (80, 70, 62, 66),
        "regional cache": (15, 20, 25, 22),
        "Origin Shield": (3, 6, 8, 7),
        "bucket": (2, 4, 5, 5),
    }
    return Chart(
        id="answered",
        title="Where requests are answered",
        drawing=Drawing.STACKED_BAR,
        x=Axis(title="Asset", unit="", categories=("site", "preview", "model", "texture")),
        y=Axis(title="Requests", unit="%"),
        series=tuple(Series(name=name, points=tuple(enumerate(values))) for name, values in shares.items()),
    )


def world(regions: Sequence[str]) -> WorldMap:
    """Users with their milliseconds, and places that only stand there."""
    users = tuple(
        Place(
            name=f"{city.name} ({city.country})",
            latitude=city.latitude,
            longitude=city.longitude,
            value=round_trip_ms(city, nearest(city, regions)),
            weight=city.weight,
        )
        for city in cities()
    )
    coordinates = [row for row in rows("region_coordinates") if row["region"] in regions]
    return WorldMap(
        id="world",
        title="Users by their round trip to the nearest region",
        unit="ms",
        layers=(
            Layer(name="Users", places=users),
            Layer(name="Edge locations", places=tuple(_standing(row, "city") for row in rows("cloudfront_pops"))),
            Layer(name="Regions", places=tuple(_standing(row, "region") for row in coordinates)),
        ),
        note="Without the last mile. Size stands for internet users.",
    )


def _standing(row: dict[str, str], name: str) -> Place:
    return Place(name=row[name], latitude=float(row["lat"]), longitude=float(row["lon"]), value=None)


def bill(regions: Sequence[str]) -> tuple[Table, Chart]:
    """A long table, and bars of which one goes the other way."""
    lines = [
        (service, region, 40.0 + 13 * (i * 7 % 11) + 11 * j, 120.0 + 29 * (i * 5 % 9) + 21 * j)
        for i, service in enumerate(SERVICES)
        for j, region in enumerate(regions)
    ]
    table = Table(
        id="bill",
        title="The monthly bill",
        columns=(
            Column(title="Service"),
            Column(title="Region"),
            Column(title="Declared", unit="USD"),
            Column(title="Naive", unit="USD"),
        ),
        rows=tuple(lines),
    )
    measures = Chart(
        id="measures",
        title="What each measure saves",
        drawing=Drawing.BAR,
        x=Axis(title="Measure", unit="", categories=("spot", "Graviton", "tiers", "schedule", "shield")),
        y=Axis(title="Saved", unit="USD/month"),
        series=(Series(name="saved", points=((0, 4100), (1, 1900), (2, 840), (3, 2210), (4, -120))),),
    )
    return table, measures
