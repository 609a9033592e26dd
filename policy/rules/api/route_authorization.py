"""A route asks who is calling, unless it is open by design."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, NotApplicable, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import get

ROUTE = "aws:apigatewayv2/route:Route"
AUTHORIZED = ("AWS_IAM", "CUSTOM", "JWT")
GUEST = "a guest has no token, and a cart's name that nobody guesses"
OPEN = {
    "GET /api/health": "health checks have no token and learn nothing",
    "GET /api/guest-carts/{cart_id}": GUEST,
    "PUT /api/guest-carts/{cart_id}/items/{product_id}": GUEST,
    "DELETE /api/guest-carts/{cart_id}/items/{product_id}": GUEST,
}
"""The routes of the platform that anybody may call, and why; `api-open-route-rate` bounds them."""


def check(subject: Subject) -> Iterator[Complaint]:
    route = get(subject.props, "routeKey")
    if route in OPEN:
        raise NotApplicable(OPEN[route])
    kind = get(subject.props, "authorizationType", "NONE")
    if kind not in AUTHORIZED:
        yield wrong("authorizationType", "JWT, AWS_IAM or CUSTOM", found=kind)


RULE = Rule(
    id="api-route-authorization",
    on=ROUTE,
    severity=Severity.MEDIUM,
    controls=("APIGateway.8",),
    why="Anybody may call a route that names no authorization",
    mend="Set authorizationType to JWT with an authorizer, or list the route as open with its reason",
    check=check,
    examples=Examples(
        accepted=one(ROUTE, routeKey="GET /api/carts/{cart_id}", authorizationType="JWT"),
        refused=Change("authorizationType", "NONE"),
        unknown=Change("authorizationType", None),
        absent=Absent(Remove("authorizationType"), Verdict.REFUSED, "a route is open until it is told otherwise"),
        not_applicable=one(ROUTE, routeKey="GET /api/health"),
        stronger=[Change("authorizationType", "AWS_IAM")],
    ),
    breaks=[
        Break(
            on=ROUTE, path="authorizationType", value="NONE", also=("api-open-route-rate",),
            where=lambda props: "merge" not in get(props, "routeKey"),
        ),
        Break(
            on=ROUTE, path="authorizationType", value=None,
            where=lambda props: "merge" in get(props, "routeKey"),
        ),
    ],
)  # fmt: skip
