"""A route that anybody may call has a rate of its own."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.values import each, get
from policy.views.edge import API, STAGE
from policy.views.stated import stated

ROUTE = "aws:apigatewayv2/route:Route"
RATE = "throttlingRateLimit"


def check(subject: Subject) -> Iterator[Complaint]:
    if stated(subject, "authorizationType") not in (None, "NONE"):
        raise NotApplicable("its callers are known")
    for stage in (stage for api in subject.links("apiId", API) for stage in api.users("apiId", STAGE)):
        own = [
            one
            for _, one in each(stage.props, "routeSettings")
            if get(one, "routeKey") == get(subject.props, "routeKey")
        ]
        if not any(get(one, RATE, 0) > 0 for one in own):
            yield wrong("routeSettings", f"an entry with {RATE} for each route that anybody may call", at=stage)


ROUTE_RATE = {"routeKey": "GET /api/health", RATE: 50, "throttlingBurstLimit": 100}
RULE = Rule(
    id="api-open-route-rate",
    on=ROUTE,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="A crowd at a route that anybody may call uses up the rate of those who signed in",
    mend="Give the route an entry with a rate in the stage's routeSettings",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=API, name="carts"),
            Declared(type=ROUTE, name="health", props={"routeKey": "GET /api/health"}, links={"apiId": ["carts"]}),
            Declared(type=STAGE, name="live", props={"routeSettings": [ROUTE_RATE]}, links={"apiId": ["carts"]}),
        ],
        refused=Change(f"routeSettings[0].{RATE}", 0, on="live"),
        unknown=Change(f"routeSettings[0].{RATE}", None, on="live"),
        absent=Absent(
            Remove(f"routeSettings[0].{RATE}", on="live"), Verdict.REFUSED, "the rate of the whole stage then counts"
        ),
        not_applicable=[Declared(type=ROUTE, props={"routeKey": "GET /api/carts", "authorizationType": "JWT"})],
        stronger=[Change(f"routeSettings[0].{RATE}", 5, on="live")],
        also_refused=[Change("routeSettings[0].routeKey", "GET /elsewhere", on="live")],
    ),
    breaks=[Break(on=STAGE, path="routeSettings[0].routeKey", value="GET /elsewhere")],
)
