"""The HTTP API of a region."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions

from components.alarms import alarm, ratio_alarm
from components.component import Component
from components.interfaces import Ground, OriginVerification
from components.region.function import ALIAS, Function
from components.region.tokens import Tokens
from settings.account import AlarmThresholds
from settings.region import ApiSettings
from settings.section import LogRetentionDays

HEALTH = "GET /api/health"
READS = ("GET /api/carts/{cart_id}",)
MERGE = "POST /api/carts/{cart_id}/merge"
WRITES = (
    "DELETE /api/carts/{cart_id}/items/{product_id}",
    MERGE,
    "PUT /api/carts/{cart_id}/items/{product_id}",
)
GUESTS = {
    "guest-delete-items": "DELETE /api/guest-carts/{cart_id}/items/{product_id}",
    "guest-get-cart": "GET /api/guest-carts/{cart_id}",
    "guest-put-items": "PUT /api/guest-carts/{cart_id}/items/{product_id}",
}
"""Before visitors sign in: no token, but a cart's name that nobody guesses, the edge's proof and its limits."""

GUEST_SHARE = 2
"""Each of the guests' routes gets half of the rate, so that no crowd of them shuts out who signed in."""

HEALTH_RATE = 50
"""Checkers and canaries ask a few times a second; nobody else needs to."""

MERGE_SHARE = 10
"""A merge writes every item of a cart: it gets a tenth of the rate."""

LONGER_THAN_FUNCTION_MILLISECONDS = 11_000
PREFLIGHT_SECONDS = 3600


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiArgs:
    ground: Ground
    settings: ApiSettings
    thresholds: AlarmThresholds
    domain: str
    """The site's domain; the API answers as `api.<domain>`."""

    certificate_arn: Input[str]
    fronted: bool = True
    """Whether a distribution asks for `api.<domain>`; without one the API has its own host alone."""

    tokens: Tokens
    verification: OriginVerification
    carts: Function
    log_retention_days: LogRetentionDays


class Api(Component):
    """Lets customers reach the functions: throttled, logged, and with a verified token for what is a customer's.

    Its own host stays open for the health checks, which cannot ask for `api.<domain>`; the functions refuse
    everything else that did not come through the distribution.
    """

    api_id: Output[str]
    endpoint_host: Output[str]
    domain_target: Output[str]
    """Resolves once the stage accepts what the edge is going to send."""

    alarm_names: list[Output[str]]

    def __init__(self, name: str, args: ApiArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:region:Api", name, args, opts)
        self._args = args

        api = aws.apigatewayv2.Api(
            self.named("api"),
            name=args.ground.names.of("api"),
            description="Carts",
            protocol_type="HTTP",
            cors_configuration=_cors(args.domain),
            disable_execute_api_endpoint=False,
            opts=self.own(),
        )
        routes = self._routes(api, self._integration(api), self._authorizer(api))
        stage = self._stage(api, routes)

        self.api_id = api.id
        self.endpoint_host = api.api_endpoint.apply(lambda url: url.removeprefix("https://"))
        target = self._domain(api, stage) if args.fronted else self.endpoint_host
        self.domain_target = Output.all(target, stage.id).apply(lambda made: str(made[0]))
        self.alarm_names = [self._error_alarm(api).name, self._latency_alarm(api).name]
        self.publish()

    def _integration(self, api: aws.apigatewayv2.Api) -> aws.apigatewayv2.Integration:
        carts = self._args.carts
        permission = aws.lambda_.Permission(
            self.named("permission"),
            action="lambda:InvokeFunction",
            principal="apigateway.amazonaws.com",
            function=carts.function_name,
            qualifier=ALIAS,
            source_arn=Output.concat(api.execution_arn, "/*/*/api/*"),
            opts=self.own(depends_on=[carts]),
        )
        return aws.apigatewayv2.Integration(
            self.named("carts"),
            api_id=api.id,
            integration_type="AWS_PROXY",
            integration_method="POST",
            integration_uri=carts.invoke_arn,
            payload_format_version="2.0",
            timeout_milliseconds=LONGER_THAN_FUNCTION_MILLISECONDS,
            opts=self.own(depends_on=[permission]),
        )

    def _authorizer(self, api: aws.apigatewayv2.Api) -> aws.apigatewayv2.Authorizer:
        tokens = self._args.tokens
        return aws.apigatewayv2.Authorizer(
            self.named("authorizer"),
            api_id=api.id,
            name="tokens",
            authorizer_type="JWT",
            identity_sources=["$request.header.Authorization"],
            jwt_configuration={"issuer": tokens.issuer, "audiences": list(tokens.audiences)},
            opts=self.own(),
        )

    def _routes(
        self,
        api: aws.apigatewayv2.Api,
        integration: aws.apigatewayv2.Integration,
        authorizer: aws.apigatewayv2.Authorizer,
    ) -> list[aws.apigatewayv2.Route]:
        target = Output.concat("integrations/", integration.id)
        open_routes = [
            aws.apigatewayv2.Route(self.named(role), api_id=api.id, route_key=key, target=target, opts=self.own())
            for role, key in {"health": HEALTH, **GUESTS}.items()
        ]
        tokens = self._args.tokens
        scopes = {**dict.fromkeys(READS, tokens.read_scopes), **dict.fromkeys(WRITES, tokens.write_scopes)}
        return [
            *open_routes,
            *(
                aws.apigatewayv2.Route(
                    self.named(_role(key)),
                    api_id=api.id,
                    route_key=key,
                    target=target,
                    authorization_type="JWT",
                    authorizer_id=authorizer.id,
                    authorization_scopes=list(needed) or None,
                    opts=self.own(),
                )
                for key, needed in scopes.items()
            ),
        ]

    def _stage(self, api: aws.apigatewayv2.Api, routes: Sequence[aws.apigatewayv2.Route]) -> aws.apigatewayv2.Stage:
        args = self._args
        log = aws.cloudwatch.LogGroup(
            self.named("log"),
            name=f"/aws/vendedlogs/api/{args.ground.names.of('api')}",
            retention_in_days=args.log_retention_days,
            kms_key_id=args.ground.log_key_arn,
            opts=self.own(),
        )
        return aws.apigatewayv2.Stage(
            self.named("stage"),
            api_id=api.id,
            name="$default",
            auto_deploy=True,
            access_log_settings={"destination_arn": log.arn, "format": _log_format()},
            default_route_settings={
                "throttling_burst_limit": args.settings.burst_requests,
                "throttling_rate_limit": args.settings.rate_requests_per_second,
                "detailed_metrics_enabled": True,
            },
            route_settings=_tighter(args.settings),
            # Functions read them from each request: their environment would wait for a deployment.
            stage_variables={"origin_digests": args.verification.accepted_digests},
            opts=self.own(depends_on=list(routes)),
        )

    def _domain(self, api: aws.apigatewayv2.Api, stage: aws.apigatewayv2.Stage) -> Output[str]:
        """HTTP APIs take no security policy above TLS_1_2, which offers TLS 1.2 and 1.3."""
        domain = aws.apigatewayv2.DomainName(
            self.named("domain"),
            domain_name=f"api.{self._args.domain}",
            domain_name_configuration={
                "certificate_arn": self._args.certificate_arn,
                "endpoint_type": "REGIONAL",
                "security_policy": "TLS_1_2",
            },
            opts=self.own(),
        )
        aws.apigatewayv2.ApiMapping(
            self.named("mapping"), api_id=api.id, domain_name=domain.id, stage=stage.id, opts=self.own()
        )
        return domain.domain_name_configuration.target_domain_name

    def _error_alarm(self, api: aws.apigatewayv2.Api) -> aws.cloudwatch.MetricAlarm:
        percent = self._args.thresholds.server_error_percent
        return ratio_alarm(
            self.named("errors"),
            says=f"More than {percent:g} % of the API's answers are errors of ours.",
            part=("AWS/ApiGateway", "5xx"),
            whole=("AWS/ApiGateway", "Count"),
            dimensions={"ApiId": api.id},
            threshold_percent=percent,
            topic_arn=self._args.ground.alert_topic_arn,
            opts=self.own(),
        )

    def _latency_alarm(self, api: aws.apigatewayv2.Api) -> aws.cloudwatch.MetricAlarm:
        milliseconds = self._args.thresholds.latency_p95_milliseconds
        return alarm(
            self.named("latency"),
            says=f"One in twenty of the API's answers takes longer than {milliseconds} ms.",
            namespace="AWS/ApiGateway",
            metric="Latency",
            dimensions={"ApiId": api.id},
            statistic="p95",
            threshold=milliseconds,
            topic_arn=self._args.ground.alert_topic_arn,
            opts=self.own(),
        )


def _cors(domain: str) -> aws.apigatewayv2.ApiCorsConfigurationArgsDict:
    return {
        "allow_origins": [f"https://{domain}", f"https://www.{domain}"],
        "allow_methods": ["DELETE", "GET", "POST", "PUT"],
        "allow_headers": ["authorization", "content-type"],
        "max_age": PREFLIGHT_SECONDS,
    }


def _tighter(settings: ApiSettings) -> list[aws.apigatewayv2.StageRouteSettingArgsDict]:
    """The routes that get less than the stage's rate."""
    rate = settings.rate_requests_per_second
    rates = {
        HEALTH: min(HEALTH_RATE, rate),
        MERGE: max(1, rate // MERGE_SHARE),
        **dict.fromkeys(GUESTS.values(), max(1, rate // GUEST_SHARE)),
    }
    return [
        {
            "route_key": key,
            "throttling_burst_limit": min(2 * limit, settings.burst_requests),
            "throttling_rate_limit": limit,
            "detailed_metrics_enabled": True,
        }
        for key, limit in sorted(rates.items())
    ]


def _log_format() -> str:
    """Who asked for what and how it went, without tokens or bodies."""
    fields = {
        "requestId": "requestId",
        "time": "requestTime",
        "ip": "identity.sourceIp",
        "userAgent": "identity.userAgent",
        "method": "httpMethod",
        "path": "path",
        "route": "routeKey",
        "protocol": "protocol",
        "status": "status",
        "bytes": "responseLength",
        "latency": "responseLatency",
        "functionLatency": "integrationLatency",
        "functionStatus": "integrationStatus",
        "error": "error.message",
        "functionError": "integrationErrorMessage",
        "authorizerError": "authorizer.error",
    }
    return json.dumps({name: f"$context.{variable}" for name, variable in fields.items()}, separators=(",", ":"))


def _role(route_key: str) -> str:
    """`POST /api/carts/{cart_id}/merge` as `post-merge`."""
    method, _, path = route_key.partition(" ")
    last = [part for part in path.split("/") if not part.startswith("{")][-1]
    return f"{method.lower()}-{last}"
