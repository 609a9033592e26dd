"""Clients sign customers in by the code flow, never see their passwords, and send tokens only over HTTPS."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import each, get, truth

CLIENT = "aws:cognito/userPoolClient:UserPoolClient"
LEAKY_FLOWS = {"ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"}
ADDRESSES = ("callbackUrls", "logoutUrls")


def check(subject: Subject) -> Iterator[Complaint]:
    for position, flow in each(subject.props, "allowedOauthFlows"):
        if flow == "implicit":
            yield wrong(f"allowedOauthFlows[{position}]", "code", found=flow)
    for position, flow in each(subject.props, "explicitAuthFlows"):
        if flow in LEAKY_FLOWS:
            yield wrong(f"explicitAuthFlows[{position}]", "ALLOW_USER_SRP_AUTH", found=flow)
    for name in ADDRESSES:
        for position, address in each(subject.props, name):
            if not address.startswith("https://"):
                yield wrong(f"{name}[{position}]", "an address that begins with https://")
    if get(subject.props, "preventUserExistenceErrors", "LEGACY") != "ENABLED":
        yield wrong("preventUserExistenceErrors", "ENABLED")
    if not truth(get(subject.props, "enableTokenRevocation", True)):
        yield wrong("enableTokenRevocation", "true", found=False)


RULE = Rule(
    id="cognito-client-flows",
    on=CLIENT,
    severity=Severity.MEDIUM,
    why="Tokens in addresses, passwords in requests and answers that tell who has an account help whoever listens",
    mend="Allow the code flow and SRP alone, over HTTPS, with preventUserExistenceErrors and token revocation on",
    check=check,
    examples=Examples(
        accepted=one(
            CLIENT,
            allowedOauthFlows=["code"],
            explicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            callbackUrls=["https://example.com/signed-in"],
            preventUserExistenceErrors="ENABLED",
            enableTokenRevocation=True,
        ),
        refused=Change("allowedOauthFlows[0]", "implicit"),
        unknown=Change("allowedOauthFlows[0]", None),
        absent=Absent(Remove("enableTokenRevocation"), Verdict.ACCEPTED, "Cognito's new clients can revoke tokens"),
        also_refused=[
            Change("explicitAuthFlows[0]", "ALLOW_USER_PASSWORD_AUTH"),
            Change("callbackUrls[0]", "http://example.com/signed-in"),
            Remove("preventUserExistenceErrors"),
            Change("enableTokenRevocation", False),
        ],
    ),
    breaks=[
        Break(on=CLIENT, path="allowedOauthFlows", value=["implicit"]),
        Break(on=CLIENT, path="preventUserExistenceErrors", value="LEGACY"),
    ],
)
