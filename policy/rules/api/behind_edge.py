"""An HTTP API, which can hold no web ACL, is reached by way of a distribution that has one."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Unlink, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.values import truth
from policy.views.edge import API, API_DOMAIN, DISTRIBUTION, STAGE, WEB_ACL, distributions_to, share_secret
from policy.views.stated import stated

MAPPING = "aws:apigatewayv2/apiMapping:ApiMapping"
HOST, PROOF = "disableExecuteApiEndpoint", "stageVariables"


def check(subject: Subject) -> Iterator[Complaint]:
    """The API's own host goes round the edge: it is closed, or what is behind it can tell who came through the edge.

    It can where the stage hands it something of the secret that the distribution sends.
    """
    domains = [domain for one in subject.users("apiId", MAPPING) for domain in one.links("domainName", API_DOMAIN)]
    fronts = [front for domain in domains for front in distributions_to(subject.stack, domain)]
    if not any(front.links("webAclId", WEB_ACL) for front in fronts):
        yield wrong("", "a domain name that a distribution with a web ACL has as an origin")
    if truth(stated(subject, HOST) or False):
        return
    for stage in subject.users("apiId", STAGE):
        if not any(share_secret(stage, PROOF, front) for front in fronts):
            yield wrong(PROOF, "a proof of the secret that the distribution sends to its origins", at=stage)


CIPHERTEXT = "aws:kms/ciphertext:Ciphertext"
RULE = Rule(
    id="api-behind-edge",
    on=API,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    controls=("APIGateway.4",),
    why="Floods and known attacks reach an HTTP API that answers whoever finds its host",
    mend="Make a mapped domain name an origin of a distribution with a web ACL, and hand the stage proof of its secret",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=DISTRIBUTION, name="site", links={"origins": ["name", "secret"], "webAclId": ["acl"]}),
            Declared(type=WEB_ACL, name="acl"),
            Declared(type=CIPHERTEXT, name="secret"),
            Declared(type=API, name="carts", props={HOST: False}),
            Declared(type=STAGE, name="live", links={"apiId": ["carts"], PROOF: ["secret"]}),
            Declared(type=API_DOMAIN, name="name"),
            Declared(type=MAPPING, name="mapping", links={"apiId": ["carts"], "domainName": ["name"]}),
        ],
        refused=Unlink(PROOF, on="live"),
        unknown=None,
        absent=Absent(Drop("mapping"), Verdict.REFUSED, "an API has a host of its own and no other name"),
        stronger=[Change(HOST, True, on="carts")],
        also_refused=[Drop("acl"), Drop("site"), Unlink("webAclId", on="site")],
    ),
    breaks=[
        Break(on=STAGE, path=PROOF, unlink=True),
        Break(on=MAPPING, path=""),
    ],
)
