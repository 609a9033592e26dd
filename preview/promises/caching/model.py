"""How much the caches of the content delivery network keep from the buckets, and Origin Shield's part in it.

docs/service-levels/cache.md says what is modelled and what is not.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from preview.facts import fact
from preview.promises.caching.exhibits import by_catalogue, by_setting, by_sort, by_users, if_kept, once_emptied
from preview.promises.caching.hierarchy import Floats
from preview.promises.caching.request_stream import Counted, interval
from preview.promises.caching.traffic import Traffic, counted, reaching, traffic
from preview.promises.deployed import Deployed
from preview.promises.figure import Figure, Kind, figure, simulated
from preview.promises.promise import Better, Finding, Model, Promise

HITS = Promise(
    id="cache_hit_percent", title="The CDN answers a request for a file itself", unit="%", better=Better.HIGHER
)
LOAD = Promise(
    id="origin_load_reduction_percent", title="The CDN keeps requests from the buckets", unit="%", better=Better.HIGHER
)
SHIELD = Promise(
    id="origin_shield_reduction_percent",
    title="Origin Shield keeps requests from the buckets",
    unit="%",
    better=Better.HIGHER,
)

SEEDS = 4
APPROXIMATED = "Che's approximation through edge locations, regional edge caches and Origin Shield, over all files"
STREAMED = f"a stream of requests through the same caches, mean of {SEEDS} seeds"


def reached(deployed: Deployed) -> Mapping[str, Figure]:
    """The figures that decide; UndeclaredError without a distribution or without buckets behind it."""
    return _reached(traffic(deployed))


def findings(deployed: Deployed) -> list[Finding]:
    """The same with what they consist of, what changes them, and what a simulation gives."""
    observed = traffic(deployed)
    decided = _reached(observed)
    best = reached(deployed.altered(_best(observed)))
    shielded = reached(deployed.altered(_shielded(observed)))
    runs = counted(observed, seeds=SEEDS)
    return [
        Finding(
            promise=HITS,
            reached=decided[HITS.id],
            achievable=best[HITS.id],
            why=_why(observed),
            also=(*_by_layer(observed), _streamed_hits(observed, runs)),
            exhibits=(by_sort(observed), by_catalogue(deployed), by_users(deployed), once_emptied(observed)),
        ),
        Finding(
            promise=LOAD,
            reached=decided[LOAD.id],
            achievable=best[LOAD.id],
            why=_why(observed),
            also=(_kept_bytes(observed), _reaching(observed)),
            exhibits=(by_setting(deployed, observed),),
        ),
        Finding(
            promise=SHIELD,
            reached=decided[SHIELD.id],
            achievable=shielded[SHIELD.id],
            why=_why_no_percentage(),
            also=(_streamed_savings(observed, runs), _reported()),
            exhibits=(if_kept(observed),),
        ),
    ]


MODEL = Model(promises=(HITS, LOAD, SHIELD), reached=reached, findings=findings)


# --- figures ----------------------------------------------------------------------------------------------------------


def _reached(observed: Traffic) -> dict[str, Figure]:
    asked, arriving = _asked(observed), _reaching(observed)
    kept = "100 * (1 - reaching / asked)"
    without = _rate(observed, "requests that would reach the buckets without Origin Shield", observed.flow.unshielded())
    return {
        HITS.id: figure("requests that the CDN answers", "%", Kind.ESTIMATE, kept, reaching=arriving, asked=asked),
        LOAD.id: figure("requests kept from the buckets", "%", Kind.ESTIMATE, kept, reaching=arriving, asked=asked),
        SHIELD.id: figure(
            "requests that Origin Shield keeps from the buckets",
            "%",
            Kind.ESTIMATE,
            "100 * (1 - reaching / without)",
            reaching=arriving,
            without=without,
        ),
    }


def _asked(observed: Traffic) -> Figure:
    requests = {sort.name.replace(" ", "_"): sort.requests for sort in observed.sorts}
    return figure("requests for files", "requests/s", Kind.ESTIMATE, " + ".join(requests), **requests)


def _reaching(observed: Traffic) -> Figure:
    return _rate(observed, "requests that reach the buckets", observed.reaching())


def _rate(observed: Traffic, name: str, requests: Floats) -> Figure:
    return simulated(
        name, "requests/s", Kind.ESTIMATE, float(requests.sum()), APPROXIMATED, interval=None, **observed.uses()
    )


def _by_layer(observed: Traffic) -> list[Figure]:
    layers = {
        "answered by edge locations alone": observed.flow.past_edges(),
        "answered by edge locations and regional edge caches": observed.flow.unshielded(),
        "answered if no cache ever forgot; the rest is compulsory": observed.flow.compulsory(),
    }
    return [
        simulated(
            name, "%", Kind.ESTIMATE, observed.answered(passed_on), APPROXIMATED, interval=None, **observed.uses()
        )
        for name, passed_on in layers.items()
    ]


def _kept_bytes(observed: Traffic) -> Figure:
    """Every request counts with the whole file, also one that only asks whether a copy is still good."""
    kept = observed.answered_bytes(observed.reaching())
    return simulated(
        "bytes kept from the buckets", "%", Kind.ESTIMATE, kept, APPROXIMATED, interval=None, **observed.uses()
    )


def _streamed_hits(observed: Traffic, runs: Sequence[Counted]) -> Figure:
    asked = _asked(observed).value
    return _streamed("requests that the CDN answers", observed, [1 - reaching(observed, run) / asked for run in runs])


def _streamed_savings(observed: Traffic, runs: Sequence[Counted]) -> Figure:
    saved = [1 - reaching(observed, run) / run.unshielded.sum() for run in runs]
    return _streamed("requests that Origin Shield keeps from the buckets", observed, saved)


def _streamed(name: str, observed: Traffic, shares: Sequence[float]) -> Figure:
    percent = [100 * share for share in shares]
    return simulated(
        f"{name}, simulated",
        "%",
        Kind.ESTIMATE,
        float(np.mean(percent)),
        STREAMED,
        interval=interval(percent),
        **observed.uses(),
    )


def _reported() -> Figure:
    reported = fact("cache.shield_reported")
    return figure(
        "the most that customers of AWS reported of Origin Shield", "%", Kind.ESTIMATE, "reported", reported=reported
    )


# --- what could be ----------------------------------------------------------------------------------------------------


def _best(observed: Traffic) -> dict[tuple[str, str], Any]:
    """The settings that keep most from the buckets: the longest lifetimes, the shortest keys, Origin Shield."""
    better = {"defaultTtl": fact("cache.longest_ttl").value, "Behavior": "none"}
    return _shielded(observed) | {
        (reading.urn, reading.path): best
        for sort in observed.sorts
        for ending, best in better.items()
        for reading in sort.behaviour.settings(ending)
    }


def _shielded(observed: Traffic) -> dict[tuple[str, str], Any]:
    shields = [sort.behaviour.shield for sort in observed.sorts]
    return {(shield.urn, shield.path): True for shield in shields}


def _why(observed: Traffic) -> str:
    missed = 100 - observed.answered(observed.reaching())
    compulsory = 100 - observed.answered(observed.flow.compulsory())
    return (
        f"AWS publishes no hit ratio. Of the requests {missed:.2g} % reach a bucket and {compulsory:.2g} % must: the "
        "first for a file in the lifetime of its copies, which only longer lifetimes avoid. "
        "The best is that of the longest lifetimes, the shortest cache keys and Origin Shield."
    )


def _why_no_percentage() -> str:
    reported = fact("cache.shield_reported").value
    return (
        "AWS promises no percentage for Origin Shield, only that it brings the requests of all regional edge caches "
        f"together; customers reported up to {reported:g} %. This is an estimate of what that saves here."
    )
