"""How many users the platform can grow to: the first limit that they reach decides.

A quota that AWS raises when asked decides nothing; it is listed with the increase to ask for.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from preview.graph import Node
from preview.promises.capacity import demand, limits
from preview.promises.capacity.limits import Limit, Sort, comfortable
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.exhibit import Axis, Chart, Column, Drawing, Series, Table
from preview.promises.figure import Figure, Kind, Quantity, Reading, figure
from preview.promises.promise import Better, Finding, Model, Promise

USERS_AT_ONCE = Promise(id="users_at_once", title="A million users at once", unit="users", better=Better.HIGHER)
ACL = "aws:wafv2/webAcl:WebAcl"
SHOWN = 3
"""A chart shows limits up to this multiple of the users that were promised."""


def reached(deployed: Deployed) -> Mapping[str, Figure]:
    """Users at the first limit that the stack declares or AWS never raises."""
    return {USERS_AT_ONCE.id: _first(limits.of_stack(deployed))}


def findings(deployed: Deployed) -> Sequence[Finding]:
    """The first limit, all others, and the quotas to have raised."""
    found = sorted(limits.of_stack(deployed), key=lambda limit: limit.users.value)
    asked = sorted(limits.of_account(deployed), key=lambda limit: limit.users.value)
    users = demand.promised_users(deployed)
    best = _best(found, users)
    return [
        Finding(
            promise=USERS_AT_ONCE,
            reached=_first(found),
            achievable=best,
            why=_why(found[0], users, best),
            also=(*_by_name(found).values(), *_users_of_an_address(deployed), *_first_quota(asked)),
            exhibits=(_limits(found, users), _quotas(asked, users), _chart(found, users)),
        )
    ]


MODEL = Model(promises=(USERS_AT_ONCE,), reached=reached, findings=findings)


def _first(found: Iterable[Limit]) -> Figure:
    by_name = _by_name(found)
    if not by_name:
        raise UndeclaredError("the stack declares nothing that users could use up")
    return _least("users at the first limit", by_name)


def _by_name(found: Iterable[Limit]) -> dict[str, Figure]:
    """The smallest number of users of each limit over the regions, by the limit's name."""
    users: dict[str, dict[str, Figure]] = {}
    for limit in found:
        users.setdefault(limit.name, {})[limit.region or "everywhere"] = limit.users
    return {name: _least(f"users at the limit of {name}", by_region) for name, by_region in users.items()}


def _least(name: str, of: Mapping[str, Figure]) -> Figure:
    uses = {"".join(letter if letter.isalnum() else "_" for letter in key): used for key, used in of.items()}
    formula = f"min({', '.join(uses)})" if len(uses) > 1 else next(iter(uses))
    return figure(name, "users", Kind.ESTIMATE, formula, **uses)


def _best(found: Sequence[Limit], users: Reading) -> Figure | None:
    """Users at the first limit that AWS never raises, where that is fewer than were promised."""
    hard = [limit for limit in found if limit.sort is Sort.HARD and limit.users.value < users.value]
    return _least("users that AWS supports", {limit.name: limit.users for limit in hard}) if hard else None


def _why(first: Limit, users: Reading, best: Figure | None) -> str:
    where = f" in {first.region}" if first.region else ""
    said = f"First comes the limit of {first.name}{where}, at {first.users.value:,.0f} users ({first.place})."
    if first.users.value >= users.value:
        return said
    if best is not None:
        said += f" AWS supports no more than {best.value:,.0f} with this catalogue and these regions."
    needed, there_is = _amount(first.taken(users)), _amount(first.room)
    return f"{said} {users.value:,.0f} users need {needed} instead of {there_is}: {first.remedy}."


def _amount(quantity: Quantity) -> str:
    return f"{_number(quantity.value)} {quantity.unit}"


def _number(value: float) -> str:
    """A number as people read it, and never less than it is."""
    return f"{value:,.3g}" if value < 10 else f"{math.ceil(value - 1e-9):,}"


def _first_quota(asked: Sequence[Limit]) -> tuple[Figure, ...]:
    if not asked:
        return ()
    return (figure("users at the first default quota", "users", Kind.ESTIMATE, "users", users=asked[0].users),)


def _users_of_an_address(deployed: Deployed) -> Iterable[Figure]:
    """Users who may share an address, such as an office's, before the firewall of the edge slows them down."""
    for acl in deployed.of_type(ACL):
        rules = cast(Sequence[Mapping[str, Any]], acl.inputs.get("rules") or ())
        for place, rule in enumerate(rules):
            statement = cast(Mapping[str, Any], rule.get("statement", {})).get("rateBasedStatement")
            if acl.inputs.get("scope") == "CLOUDFRONT" and statement and "scopeDownStatement" not in statement:
                yield _sharing(deployed, acl, f"rules.{place}.statement.rateBasedStatement")


def _sharing(deployed: Deployed, acl: Node, path: str) -> Figure:
    return figure(
        "users behind one address",
        "users",
        Kind.ESTIMATE,
        "requests / (each * window)",
        requests=deployed.number(acl, f"{path}.limit", "requests"),
        window=deployed.number(acl, f"{path}.evaluationWindowSec", "s"),
        each=demand.edge_requests(deployed),
    )


# --- exhibits ---------------------------------------------------------------------------------------------------------


def _limits(found: Sequence[Limit], users: Reading) -> Table:
    return Table(
        id="users-limits",
        title="What users run into first",
        columns=(
            Column(title="Limit"),
            Column(title="Region"),
            Column(title="Set by"),
            Column(title="Where"),
            Column(title="There is"),
            Column(title="Reached at", unit="users"),
            Column(title=f"For {users.value:,.0f} users"),
            Column(title="What to change"),
        ),
        rows=tuple(
            (
                limit.name,
                limit.region or "everywhere",
                limit.sort.value,
                limit.place,
                _amount(limit.room),
                limit.users.value,
                _amount(limit.taken(users)),
                _change(limit, users),
            )
            for limit in found
        ),
        note="Users of the whole world, spread over the regions by latency.",
    )


def _change(limit: Limit, users: Reading) -> str:
    if limit.users.value >= users.value:
        return "nothing"
    if limit.setting is None:
        return limit.remedy
    if limit.users.value == 0:
        return f"{limit.remedy}: more than {limit.setting.value:g}"
    needed = limit.setting.value * users.value / limit.users.value
    return f"{limit.remedy}: {_number(limit.setting.value)} → {_number(needed)} {limit.setting.unit}"


def _quotas(asked: Sequence[Limit], users: Reading) -> Table:
    return Table(
        id="users-quotas",
        title=f"Quotas of the account for {users.value:,.0f} users",
        columns=(
            Column(title="Quota"),
            Column(title="Code"),
            Column(title="Region"),
            Column(title="Default"),
            Column(title="Reached at", unit="users"),
            Column(title="Needed"),
            Column(title="To ask for"),
            Column(title="Known from"),
        ),
        rows=tuple(
            (
                f"{limit.name} ({limit.place})" if limit.place else limit.name,
                limit.quota.code if limit.quota else "",
                limit.region or "account",
                _amount(limit.room),
                limit.users.value,
                _amount(needed),
                _number(comfortable(needed.value)) if needed.value > limit.room.value else "–",
                limit.quota.default.quality if limit.quota else "",
            )
            for limit in asked
            for needed in (limit.taken(users),)
        ),
        note="They decide nothing: AWS raises them when asked. An increase leaves a fifth of it free.",
    )


def _chart(found: Sequence[Limit], users: Reading) -> Chart:
    """The limits that are nearest, by name."""
    near = {name: each.value for name, each in _by_name(found).items() if each.value <= SHOWN * users.value}
    nearest = sorted(near, key=lambda name: near[name])
    return Chart(
        id="users-nearest-limits",
        title="Users at the limits that are nearest",
        drawing=Drawing.BAR,
        x=Axis(title="Limit", unit="", categories=tuple(nearest)),
        y=Axis(title="Users at once", unit="users"),
        series=(
            Series(name="reached at", points=tuple((float(x), near[name]) for x, name in enumerate(nearest))),
            Series(name="promised", points=tuple((float(x), users.value) for x in range(len(nearest)))),
        ),
        note=f"Limits beyond {SHOWN} times the promise are left out.",
    )
