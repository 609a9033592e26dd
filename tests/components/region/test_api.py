"""The HTTP API of a region."""

import json
from functools import cache

import pytest
from pulumi import ResourceOptions

from components.region.api import GUESTS, HEALTH, Api, ApiArgs
from components.region.function import Function, FunctionArgs
from components.region.tokens import Tokens
from preview.graph import SECRET, Graph
from settings.account import AlarmThresholds
from settings.region import ApiSettings
from tests.components.region.stand_ins import verification
from tests.components.region.test_function import shared
from tests.engine import build, ground, known

SCOPED = Tokens(
    issuer="https://issuer.example.com", audiences=["site"], read_scopes=["read", "write"], write_scopes=["write"]
)
FOREIGN = Tokens(issuer="https://issuer.example.com", audiences=["site"])


@cache
def built(*, scoped: bool = True, rate: int = 1000) -> Graph:
    def program(place: ResourceOptions) -> None:
        carts = Function(
            "eu-west-2-carts",
            FunctionArgs(shared=shared(), handler="carts", purpose="Serves carts", timeout_seconds=10),
            place,
        )
        args = ApiArgs(
            ground=ground(),
            settings=ApiSettings(rate_requests_per_second=rate, burst_requests=2000),
            thresholds=AlarmThresholds(),
            domain="shop.example.com",
            certificate_arn=known("arn:aws:acm:eu-west-2:123456789012:certificate/1"),
            tokens=SCOPED if scoped else FOREIGN,
            verification=verification(),
            carts=carts,
            log_retention_days=30,
        )
        Api("eu-west-2-api", args, place)

    return build(program)


def routes(graph: Graph) -> dict[str, dict[str, object]]:
    return {r.inputs["routeKey"]: r.inputs for r in graph.of_type("aws:apigatewayv2/route:Route")}


def test_only_guests_and_the_health_check_need_no_token() -> None:
    open_routes = {key for key, r in routes(built()).items() if r.get("authorizationType") != "JWT"}
    assert open_routes == {HEALTH, *GUESTS.values()}
    assert all(" /api/guest-carts/{cart_id}" in key for key in GUESTS.values()), "no customer's cart is named there"


@pytest.mark.parametrize(
    ("route", "scopes"),
    [
        ("GET /api/carts/{cart_id}", ["read", "write"]),
        ("PUT /api/carts/{cart_id}/items/{product_id}", ["write"]),
        ("DELETE /api/carts/{cart_id}/items/{product_id}", ["write"]),
        ("POST /api/carts/{cart_id}/merge", ["write"]),
    ],
)
def test_a_token_must_be_made_for_what_it_does(route: str, scopes: list[str]) -> None:
    assert routes(built())[route]["authorizationScopes"] == scopes, "an identity token opens no cart"


def test_tokens_of_another_issuer_need_no_scopes_of_ours() -> None:
    assert all("authorizationScopes" not in r for r in routes(built(scoped=False)).values())


def test_the_authorizer_takes_the_given_issuer_and_audience() -> None:
    (authorizer,) = built().of_type("aws:apigatewayv2/authorizer:Authorizer")
    assert authorizer.inputs["jwtConfiguration"] == {"issuer": "https://issuer.example.com", "audiences": ["site"]}


def test_it_answers_under_its_own_name_with_modern_tls() -> None:
    (domain,) = built().of_type("aws:apigatewayv2/domainName:DomainName")
    assert domain.inputs["domainName"] == "api.shop.example.com"
    assert domain.inputs["domainNameConfiguration"]["securityPolicy"] == "TLS_1_2"


def test_scripts_of_the_site_alone_may_call() -> None:
    (api,) = built().of_type("aws:apigatewayv2/api:Api")
    assert api.inputs["corsConfiguration"]["allowOrigins"] == [
        "https://shop.example.com",
        "https://www.shop.example.com",
    ]


def test_every_route_is_throttled_and_the_dear_ones_more() -> None:
    (stage,) = built().of_type("aws:apigatewayv2/stage:Stage")
    assert stage.inputs["defaultRouteSettings"]["throttlingRateLimit"] == 1000
    tighter = {s["routeKey"]: s["throttlingRateLimit"] for s in stage.inputs["routeSettings"]}
    guests = dict.fromkeys(GUESTS.values(), 500)
    assert tighter == {HEALTH: 50, "POST /api/carts/{cart_id}/merge": 100, **guests}


@pytest.mark.parametrize("rate", [1, 9, 10_000])
def test_no_route_gets_more_than_the_stage_nor_nothing(rate: int) -> None:
    (stage,) = built(rate=rate).of_type("aws:apigatewayv2/stage:Stage")
    limits = [s["throttlingRateLimit"] for s in stage.inputs["routeSettings"]]
    assert all(1 <= limit <= rate for limit in limits)


def test_the_stage_tells_functions_which_edge_to_believe() -> None:
    (stage,) = built().of_type("aws:apigatewayv2/stage:Stage")
    assert stage.inputs["stageVariables"] == {"origin_digests": SECRET}, "handlers.carts.handler reads this name"


def test_route_settings_come_after_their_routes() -> None:
    graph = built()
    (stage,) = graph.of_type("aws:apigatewayv2/stage:Stage")
    assert {r.urn for r in graph.of_type("aws:apigatewayv2/route:Route")} <= set(stage.dependencies)


def test_access_is_logged_encrypted_and_without_tokens() -> None:
    graph = built()
    (stage,) = graph.of_type("aws:apigatewayv2/stage:Stage")
    fields = json.loads(stage.inputs["accessLogSettings"]["format"])
    assert {"status", "latency", "route", "ip"} <= fields.keys()
    assert "authorization" not in json.dumps(fields).lower()
    (log,) = [g for g in graph.of_type("aws:cloudwatch/logGroup:LogGroup") if "vendedlogs" in g.inputs["name"]]
    assert log.inputs["kmsKeyId"].startswith("arn:aws:kms:")


def test_it_calls_the_alias_and_gives_it_time_to_answer() -> None:
    graph = built()
    (integration,) = graph.of_type("aws:apigatewayv2/integration:Integration")
    (function,) = graph.of_type("aws:lambda/function:Function")
    assert integration.inputs["timeoutMilliseconds"] > 1000 * function.inputs["timeout"], "the function's error is ours"
    (permission,) = graph.of_type("aws:lambda/permission:Permission")
    assert permission.inputs["qualifier"] == "live"


def test_errors_and_slowness_ring() -> None:
    alarms = {a.name for a in built().of_type("aws:cloudwatch/metricAlarm:MetricAlarm")}
    assert {"eu-west-2-api-errors", "eu-west-2-api-latency"} <= alarms
