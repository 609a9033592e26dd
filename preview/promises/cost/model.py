"""How far the monthly bill stays under that of the same platform built naively.

Both bills are computed line by line from a graph: the stack's own, and the same with the measures of `bill.measures`
taken back. docs/service-levels/cost.md says which measures count, and which prices and assumptions both rest on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from preview.facts import fact
from preview.promises.cost import (
    backups,
    compute,
    databases,
    edge,
    functions,
    network,
    observability,
    security,
    storage,
)
from preview.promises.cost.caching import hit_ratio
from preview.promises.cost.demand import Demand
from preview.promises.cost.exhibits import Shares, exhibits
from preview.promises.cost.line import Bill
from preview.promises.cost.measures import MEASURES, SMALLER_MODELS, Measure, without
from preview.promises.cost.prices import is_published, price
from preview.promises.deployed import SERVICE_LEVELS, Deployed
from preview.promises.figure import Figure, Kind, figure, simulated
from preview.promises.promise import Better, Finding, Model, Promise

__all__ = ["MODEL", "bill", "hit_ratio"]

REDUCTION = Promise(
    id="cost_reduction_percent",
    title="The monthly bill stays under that of a naive build",
    unit="%",
    better=Better.HIGHER,
)
GROUPS = (compute, network, storage, backups, databases, edge, functions, observability, security)
OTHER_LOADS = (0.1, 0.3, 3.0, 10.0)
"""Multiples of the expected load at which the bill is drawn as well."""


def bill(deployed: Deployed) -> Bill:
    """A month of a stack; UndeclaredError where no region runs, or where something has no price."""
    return _bill(Demand(deployed))


def reached(deployed: Deployed) -> Mapping[str, Figure]:
    """The figure that decides."""
    demand = Demand(deployed)
    own = _bill(demand)
    return {REDUCTION.id: _reduction(own.total, _naive(own, _without(demand, MEASURES)))}


def findings(deployed: Deployed) -> list[Finding]:
    """The bill by service and region, what each measure saves, and the bill at other loads."""
    demand = Demand(deployed)
    own, built_naively = _bill(demand), _without(demand, MEASURES)
    base, committed = _naive(own, built_naively), _committed(own)
    best = replace(_reduction(committed, base), kind=Kind.BOUND)
    others = [each for each in MEASURES if each is not SMALLER_MODELS]
    uncounted = replace(
        _reduction(own.total, _naive(own, _without(demand, others))), name="reduction without counting smaller models"
    )
    alone = {each.id: _without(demand, [each]).amount - own.amount for each in MEASURES}
    shares = Shares(own=own, naive=built_naively, alone=alone)
    return [
        Finding(
            promise=REDUCTION,
            reached=_reduction(own.total, base),
            achievable=best,
            why=_why(best, uncounted),
            condition="Render workers make smaller models. Those of this release do not yet: until they do, the bill "
            f"is {uncounted.value:.0f} % under the naive one.",
            also=(own.total, base, committed, uncounted, hit_ratio(deployed)),
            exhibits=exhibits(shares, _at_other_loads(deployed, own, built_naively)),
        )
    ]


MODEL = Model(promises=(REDUCTION,), reached=reached, findings=findings)


def _bill(demand: Demand) -> Bill:
    return Bill(line for group in GROUPS for line in group.lines(demand))


# --- the naive build --------------------------------------------------------------------------------------------------


def _without(demand: Demand, measures: Sequence[Measure]) -> Bill:
    return bill(without(demand, measures))


def _naive(own: Bill, other: Bill) -> Figure:
    """The total of a bill with measures taken back.

    Its settings are not this stack's, so it is told by this stack's bill and by the prices that only the other has.
    """
    known = {id(each.price) for each in own.lines}
    prices = {id(each.price): each.price for each in other.lines if id(each.price) not in known}
    more = {f"price_{number}": each for number, each in enumerate(prices.values(), 1)}
    how = "sum of the lines of the same stack with the measures taken back"
    return simulated(
        "bill of the naive build", "USD/month", Kind.ESTIMATE, other.amount, how, interval=None, own=own.total, **more
    )


def _reduction(own: Figure, base: Figure) -> Figure:
    return figure("reduction of the bill", "%", Kind.ESTIMATE, "100 * (1 - own / naive)", own=own, naive=base)


# --- commitments ------------------------------------------------------------------------------------------------------


def _committed(own: Bill) -> Figure:
    """The bill if everything that AWS sells in advance were bought so: it discounts no traffic, request or log else."""
    servers = [each.cost for each in own.lines if each.service == "EC2" and each.item.endswith("on demand")]
    return figure(
        "bill with three-year reservations and a year's CloudFront commitment",
        "USD/month",
        Kind.BOUND,
        "bill - servers * reserved - databases - cloudfront * bundle",
        bill=own.total,
        servers=_sum("servers on demand", servers),
        reserved=fact("ri.3y_high"),
        databases=_sum("saved on databases", _reserved_databases(own)),
        cloudfront=own.by_service.get("CloudFront", _sum("CloudFront", [])),
        bundle=fact("cf.savings_bundle"),
    )


def _reserved_databases(own: Bill) -> list[Figure]:
    """What three years of reservation save on each line of instances whose reserved price is published."""
    saved: list[Figure] = []
    for each in own.lines:
        name = each.item.removesuffix(" instances")
        reserved, on_demand = f"{name} 3y reserved, effective hourly", f"{name} Standard on-demand"
        if each.service != "Aurora" or not is_published("Aurora", reserved):
            continue
        saved.append(
            figure(
                f"saved on {each.item}",
                "USD/month",
                Kind.BOUND,
                "cost * (1 - reserved / on_demand)",
                cost=each.cost,
                reserved=price("Aurora", reserved, "us-east-1"),
                on_demand=price("Aurora", on_demand, "us-east-1"),
            )
        )
    return saved


def _sum(name: str, parts: Sequence[Figure]) -> Figure:
    uses = {f"part_{number}": part for number, part in enumerate(parts, 1)}
    return figure(name, "USD/month", Kind.ESTIMATE, " + ".join(uses) or "0", **uses)


def _why(best: Figure, uncounted: Figure) -> str:
    return (
        "AWS sells servers, databases and the CDN's traffic for less to those who commit to years of it. With all of "
        f"that the bill stays {best.value:.0f} % under the naive one: for requests, NAT gateways, backups, logs and "
        "security AWS publishes no such price. Smaller models make most of the difference; without counting them it is "
        f"{uncounted.value:.0f} %. How many viewers go on to the highest level of detail is an assumption, and what "
        "compression saves there was measured with sample models."
    )


# --- other loads ------------------------------------------------------------------------------------------------------


def _at_other_loads(deployed: Deployed, own: Bill, built_naively: Bill) -> list[tuple[float, float, float]]:
    """Users at once, the bill, and the naive bill, by users."""
    users = deployed.expected("load.users_at_once", "users").value
    found = [(users, own.amount, built_naively.amount)]
    for multiple in OTHER_LOADS:
        other = Demand(_with_users(deployed, multiple))
        found.append((users * multiple, _bill(other).amount, _without(other, MEASURES).amount))
    return sorted(found)


def _with_users(deployed: Deployed, multiple: float) -> Deployed:
    """The same stack at a multiple of its users; merchants upload as before."""
    outputs = deployed.graph.outputs
    levels = cast(dict[str, Any], outputs[SERVICE_LEVELS])
    load = cast(dict[str, Any], levels["load"])
    more = {key: load[key] * multiple for key in ("users_at_once", "users_at_peak")}
    changed = {**outputs, SERVICE_LEVELS: {**levels, "load": {**load, **more}}}
    return Deployed(replace(deployed.graph, outputs=changed))
