"""Promise: a failed region is out of DNS within the pledged seconds, for pages and API, reads and writes alike.

It is the slowest name and the slowest path that decide (`dns`, `distribution`), for a region that refuses connections
and for one that takes none. Tables and the SQL writer keep clocks of their own (`replication`), shown beside it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from preview.facts import fact, rows
from preview.graph import Node
from preview.promises.database.replication import tables_lag, writer_clock
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.exhibit import Axis, Chart, Column, Drawing, Series, Table
from preview.promises.failover.distribution import BY_GROUP, BY_NAME, By, Route, error_kept, gives_up, routes
from preview.promises.failover.dns import RECORD, Name, country, leaves, leaves_region, names
from preview.promises.failover.health_checks import Failure
from preview.promises.failover.moments import latest, reasons, shown
from preview.promises.figure import Figure, Kind, figure
from preview.promises.promise import Better, Finding, Model, Promise

PROMISE = Promise(id="region_failover_seconds", title="A failed region is out of DNS", unit="s", better=Better.LOWER)
PROMISED = (Failure.REFUSES, Failure.HANGS)
"""A region that takes connections and stays silent is slower to leave; it is shown, and not what was promised."""

ASSUMED = (
    "AWS does not publish how long a health check's status takes to its name servers; {seconds:g} s are assumed. "
    "Resolvers that keep answers longer than their TTL are left out: CloudFront asks with its own."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ways:
    """All ways by which traffic leaves a failed region."""

    names: Mapping[str, Name]
    by_name: Mapping[str, By]
    """By the last name of each way through DNS."""

    routes: Sequence[Route]

    def moments(self, failures: Sequence[Failure]) -> Iterator[Figure]:
        """When each way has left, once each: paths that follow a name leave with it."""
        for by in self.by_name.values():
            yield from (by[failure] for failure in failures)
        for route in self.routes:
            if route.through != BY_NAME:
                yield from (by[failure] for by in (route.reads, route.writes) if by for failure in failures)


def traffic(deployed: Deployed) -> Figure:
    """Seconds until the slowest way has left a failed region, whichever region it is."""
    return _decides(_ways(deployed, PROMISED))


def reached(deployed: Deployed) -> Mapping[str, Figure]:
    """The figure that decides."""
    return {PROMISE.id: traffic(deployed)}


def findings(deployed: Deployed) -> Sequence[Finding]:
    """The figure that decides, each way, and the other clocks."""
    ways = _ways(deployed, tuple(Failure))
    decides = _decides(ways)
    assumed = ASSUMED.format(seconds=fact("r53.health_propagation_assumed").value)
    said = [*reasons(decides), assumed, *_residents(deployed)]
    clocks = _clocks(deployed)
    return [
        Finding(
            promise=PROMISE,
            reached=decides,
            why=" ".join(sentence if sentence.endswith(".") else f"{sentence}." for sentence in said),
            also=(*_also(deployed, ways), *clocks),
            exhibits=(
                _names_table(deployed, ways),
                _routes_table(ways),
                _clocks_table(decides, clocks),
                *_leaving_chart(deployed, ways),
                _measured_table(),
            ),
        )
    ]


MODEL = Model(promises=(PROMISE,), reached=reached, findings=findings)


def _ways(deployed: Deployed, failures: Sequence[Failure]) -> Ways:
    found = names(deployed)
    by_name = {
        name.fqdn: {failure: leaves(deployed, name, failure=failure, kind=Kind.BOUND) for failure in failures}
        for name in found.values()
    }
    led = {name: by_name[to.fqdn] for name, to in found.items()}
    return Ways(names=found, by_name=by_name, routes=routes(deployed, led, failures))


def _decides(ways: Ways) -> Figure:
    moments = list(ways.moments(PROMISED))
    if not moments:
        raise UndeclaredError("no name in DNS and no distribution of the stack leads to its regions")
    return latest("a failed region is out of DNS", moments, Kind.BOUND)


def _also(deployed: Deployed, ways: Ways) -> Iterator[Figure]:
    ends = {name.fqdn: name for name in ways.names.values()}.values()
    titles = {
        Kind.ESTIMATE: "hangs, once the checkers that suffice have turned",
        Kind.MEDIAN: "hangs, median of the clients",
    }
    for failure in Failure:
        yield latest(f"names, a region that {failure.value}", [by[failure] for by in ways.by_name.values()], Kind.BOUND)
    for kind, title in titles.items():
        yield latest(
            f"names, {title}", [leaves(deployed, name, failure=Failure.HANGS, kind=kind) for name in ends], kind
        )
    for failure in Failure:
        grouped = [route.reads[failure] for route in ways.routes if route.through == BY_GROUP]
        if grouped:
            yield latest(f"reads by origin group, a region that {failure.value}", grouped, Kind.BOUND)
    yield from _last_error(deployed, ways)
    share = fact("dns.ttl_extended")
    yield figure("resolvers that keep answers longer than their TTL", "%", Kind.ESTIMATE, "share * 100", share=share)


def _last_error(deployed: Deployed, ways: Ways) -> Iterator[Figure]:
    """A request may still begin towards the failed region in the last moment, and its error is kept for a while."""
    errors = [
        figure(
            f"{route.path}, last error",
            "s",
            Kind.BOUND,
            "leaves + attempts * timeout + kept",
            leaves=route.reads[Failure.HANGS],
            kept=error_kept(deployed, route.distribution),
            **gives_up(deployed, route),
        )
        for route in ways.routes
        if route.through == BY_NAME
    ]
    if errors:
        yield latest("last error page of a region that hangs", errors, Kind.BOUND)


def _clocks(deployed: Deployed) -> list[Figure]:
    """The clocks beside that of the traffic, as far as the stack has them."""
    found: list[Figure] = []
    for clock in (tables_lag, writer_clock):
        with suppress(UndeclaredError):
            found.append(clock(deployed))
    return found


def _residents(deployed: Deployed) -> list[str]:
    """What the law keeps in its region, and so outside the promise."""
    kept = sorted(
        f"{held} ({record.name})" for record in deployed.of_type(RECORD) if (held := country(record)) not in (None, "*")
    )
    return [f"Residents of these countries wait for their region: {', '.join(kept)}."] if kept else []


# --- exhibits ---------------------------------------------------------------------------------------------------------


def _names_table(deployed: Deployed, ways: Ways) -> Table:
    seconds = (Column(title=f"{failure.value} (bound)", unit="s") for failure in Failure)
    ends = {name.fqdn: name for name in ways.names.values()}.values()
    return Table(
        id="failover-names",
        title="A failed region leaves DNS",
        columns=(Column(title="Name"), Column(title="Region"), *seconds, Column(title="hangs (median)", unit="s")),
        rows=tuple(
            (name.fqdn, region, *(shown(moment) for moment in _of_record(deployed, name, region, record)))
            for name in ends
            for region, records in name.answers.items()
            for record in records
        ),
        note="Refuses: an error at once. Hangs: nothing connects. Stays silent: connects slowly and never answers.",
    )


def _of_record(deployed: Deployed, name: Name, region: str, record: Node) -> Iterator[Figure]:
    for failure in Failure:
        yield leaves_region(deployed, name, region, record, failure=failure, kind=Kind.BOUND)
    yield leaves_region(deployed, name, region, record, failure=Failure.HANGS, kind=Kind.MEDIAN)


def _routes_table(ways: Ways) -> Table:
    seconds = [
        Column(title=f"{what}, {failure.value}", unit="s") for what in ("Reads", "Writes") for failure in Failure
    ]
    return Table(
        id="failover-routes",
        title="A failed region leaves the paths of the distribution",
        columns=(Column(title="Path"), Column(title="Leaves by"), *seconds),
        rows=tuple(
            (
                route.path,
                route.through,
                *(shown(route.reads[failure]) for failure in Failure),
                *(shown((route.writes or {}).get(failure)) for failure in Failure),
            )
            for route in ways.routes
        ),
        note="An origin group tries the failed region first, with every request that the cache cannot answer.",
    )


def _clocks_table(decides: Figure, clocks: Sequence[Figure]) -> Table:
    who = {"tables": "nobody", "SQL writer": "a person on call"}
    others = [(*clock.name.split(": ", 1), who[clock.name.split(":", 1)[0]], shown(clock)) for clock in clocks]
    return Table(
        id="failover-clocks",
        title="Three clocks of a failed region",
        columns=(
            Column(title="Clock"),
            Column(title="What"),
            Column(title="Who decides"),
            Column(title="After", unit="s"),
        ),
        rows=(("traffic", decides.name, "health checks and origin groups", shown(decides)), *others),
        note="They run side by side; the SQL writer's stands still until a person starts it.",
    )


def _leaving_chart(deployed: Deployed, ways: Ways) -> Iterator[Chart]:
    series = [
        Series(name=f"{name.fqdn}, {failure.value}", points=points)
        for name in {name.fqdn: name for name in ways.names.values()}.values()
        for failure in PROMISED
        if (points := _still_led(leaves(deployed, name, failure=failure, kind=Kind.ESTIMATE)))
    ]
    if series:
        yield Chart(
            id="failover-clients",
            title="Clients that DNS still leads to the failed region",
            drawing=Drawing.LINE,
            x=Axis(title="Time since the region failed", unit="s"),
            y=Axis(title="Share of its clients", unit="%"),
            series=tuple(series),
            note="Clients ask DNS at any time within the TTL; the checkers that suffice have turned.",
        )


def _still_led(estimate: Figure) -> tuple[tuple[float, float], ...]:
    """All clients until the name servers know, then fewer with every answer that expires."""
    slowest = max((used for used in estimate.uses.values()), key=lambda used: used.value)
    if not isinstance(slowest, Figure) or "ttl" not in slowest.uses:
        return ()
    known = slowest.value - slowest.uses["ttl"].value
    return ((0.0, 100.0), (known, 100.0), (slowest.value, 0.0))


def _measured_table() -> Table:
    measured = [row for row in rows("measured_failovers") if row["way"].startswith("dns")]
    return Table(
        id="failover-measured",
        title="What others measured of failovers through DNS",
        columns=(
            Column(title="What"),
            Column(title="Interval", unit="s"),
            Column(title="Failures in a row"),
            Column(title="TTL", unit="s"),
            Column(title="From", unit="s"),
            Column(title="To", unit="s"),
            Column(title="Source"),
            Column(title="Date"),
        ),
        rows=tuple(
            (
                row["what"],
                *(float(row[key]) for key in ("interval_s", "threshold", "ttl_s", "low_s", "high_s")),
                row["source"],
                row["as_of"],
            )
            for row in measured
        ),
    )
