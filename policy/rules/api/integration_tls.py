"""What stands behind an API is reached over TLS."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import get
from policy.views.stated import states

INTEGRATION = "aws:apigatewayv2/integration:Integration"


def check(subject: Subject) -> Iterator[Complaint]:
    """Functions and services of AWS are reached over TLS in any case; servers are when that is said."""
    if get(subject.props, "connectionType", "INTERNET") == "VPC_LINK":
        if not states(subject.props, "tlsConfig"):
            yield wrong("tlsConfig", "the name that the private server's certificate bears")
        return
    to_server = get(subject.props, "integrationType") in ("HTTP", "HTTP_PROXY")
    if to_server and not get(subject.props, "integrationUri").startswith("https://"):
        yield wrong("integrationUri", "an address that begins with https://")


RULE = Rule(
    id="api-integration-tls",
    on=INTEGRATION,
    severity=Severity.MEDIUM,
    controls=("APIGateway.10",),
    why="Between the API and its server tokens and carts go in clear text",
    mend="Give a private integration a tlsConfig, and a public one an https address",
    check=check,
    examples=Examples(
        accepted=one(
            INTEGRATION,
            integrationType="HTTP_PROXY",
            connectionType="VPC_LINK",
            tlsConfig={"serverNameToVerify": "carts.example.com"},
        ),
        refused=Remove("tlsConfig"),
        unknown=Change("connectionType", None),
        absent=Absent(Remove("tlsConfig"), Verdict.REFUSED, "API Gateway then speaks clear text over a VPC link"),
        stronger=[Change("tlsConfig", {"serverNameToVerify": "api.example.com"})],
    ),
    breaks=[Break(on=INTEGRATION, path="connectionType", value="VPC_LINK")],
)
