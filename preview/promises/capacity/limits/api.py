"""Limits of the API: the throttles of its stage, and the concurrency of the function behind it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from preview.facts import fact
from preview.graph import Node
from preview.promises.capacity import demand
from preview.promises.capacity.limits.limit import Limit, Sort
from preview.promises.deployed import Deployed
from preview.promises.figure import Figure, Kind, Reading, figure

ROUTE = "aws:apigatewayv2/route:Route"
STAGE = "aws:apigatewayv2/stage:Stage"
INTEGRATION = "aws:apigatewayv2/integration:Integration"
FUNCTION = "aws:lambda/function:Function"


def throttles(deployed: Deployed, region: str, share: Figure) -> Iterator[Limit]:
    """The rate of each route that has its own, and the stage's rate, which the other routes have together."""
    for stage in deployed.of_type(STAGE, region=region):
        asked = _asked(deployed, stage)
        settings = cast(Sequence[Mapping[str, Any]], deployed.value(stage, "routeSettings") or ())
        own = {str(found.get("routeKey")): f"routeSettings.{place}" for place, found in enumerate(settings)}
        for key in (key for key in asked if key in own):
            rate = deployed.number(stage, f"{own[key]}.throttlingRateLimit", "requests/s")
            yield _throttle(f"API route {key}", stage, share, rate, asked[key])
        others = {each.name: each for key, each in asked.items() if key not in own}
        if others and deployed.value(stage, "defaultRouteSettings.throttlingRateLimit") is not None:
            rate = deployed.number(stage, "defaultRouteSettings.throttlingRateLimit", "requests/s")
            yield _throttle("other API routes", stage, share, rate, _together(list(others.values())))


def functions(deployed: Deployed, region: str, share: Figure) -> Iterator[Limit]:
    """The concurrency reserved for the function behind the API, whose requests take less than a tenth of a second."""
    for function in behind(deployed, region):
        reserved = reservation(deployed, function)
        if reserved is not None:
            rate = fact("lambda.rps")
            yield Limit(
                name="function behind the API",
                sort=Sort.DECLARED,
                region=region,
                place=f"reservedConcurrentExecutions of {function.name}",
                room=figure("its requests", "requests/s", Kind.BOUND, "reserved * rate", reserved=reserved, rate=rate),
                each=demand.calls(deployed),
                share=share,
                setting=reserved,
                remedy="functions.cart_reserved_concurrency",
            )


def behind(deployed: Deployed, region: str) -> list[Node]:
    """The functions that a region's APIs call, by their aliases or directly."""
    called = [
        target
        for integration in deployed.of_type(INTEGRATION, region=region)
        for target in deployed.references(integration, "integrationUri")
    ]
    reached = [*called, *(node for alias in called for node in deployed.references(alias, "functionName"))]
    return list({node.urn: node for node in reached if node.type == FUNCTION}.values())


def reservation(deployed: Deployed, function: Node) -> Reading | None:
    """Concurrent executions that a function has for itself; None where it shares the account's."""
    if function.inputs.get("reservedConcurrentExecutions") is None:
        return None
    reserved = deployed.number(function, "reservedConcurrentExecutions", "executions")
    return reserved if reserved.value >= 0 else None


def _throttle(name: str, stage: Node, share: Figure, rate: Reading, each: Figure) -> Limit:
    return Limit(
        name=name,
        sort=Sort.DECLARED,
        region=stage.region,
        place=f"{rate.path} of {stage.name}",
        room=rate,
        each=each,
        share=share,
        setting=rate,
        remedy="its rate, which follows api.rate_requests_per_second",
    )


def _asked(deployed: Deployed, stage: Node) -> dict[str, Figure]:
    """By route key, what a user asks of a stage's route; without what no user asks for, such as its health."""
    found: dict[str, Figure] = {}
    for api in deployed.references(stage, "apiId"):
        for route in deployed.of_type(ROUTE, region=stage.region):
            key = str(route.inputs.get("routeKey"))
            if "{" in key and api in deployed.references(route, "apiId"):
                found[key] = _of_route(deployed, route, key.partition(" ")[0])
    return found


def _of_route(deployed: Deployed, route: Node, method: str) -> Figure:
    """Requests of a user per second, were all of its kind for this route; a POST comes with an order."""
    if method == "POST":
        return demand.orders(deployed)
    made = demand.cart_reads(deployed) if method == "GET" else demand.cart_writes(deployed)
    signed_in = route.inputs.get("authorizationType") not in {None, "NONE"}
    whose, formula = (
        ("signed-in users", "made * (1 - guests / 100)") if signed_in else ("guests", "made * guests / 100")
    )
    kind = "reads" if method == "GET" else "changes"
    guests = deployed.expected("load.guest_percent", "%")
    return figure(f"{kind} of {whose}", "requests/s", Kind.ESTIMATE, formula, made=made, guests=guests)


def _together(kinds: Sequence[Figure]) -> Figure:
    uses = {f"kind_{place}": kind for place, kind in enumerate(kinds)}
    return figure("requests of a user", "requests/s", Kind.ESTIMATE, " + ".join(uses), **uses)
