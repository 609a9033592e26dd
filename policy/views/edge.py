"""The way from a visitor to a region: the types on it, what serves whom, and what is stated of it."""

from collections.abc import Iterator
from typing import Any

from policy.subject import Props, Stack, Subject
from policy.values import each, get, truth
from policy.views.stated import stated, states

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
WEB_ACL = "aws:wafv2/webAcl:WebAcl"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
API = "aws:apigatewayv2/api:Api"
API_DOMAIN = "aws:apigatewayv2/domainName:DomainName"
STAGE = "aws:apigatewayv2/stage:Stage"
BUCKET = "aws:s3/bucket:Bucket"
CERTIFICATE = "aws:acm/certificate:Certificate"
VALIDATION = "aws:acm/certificateValidation:CertificateValidation"
ZONE = "aws:route53/zone:Zone"
SIGNING = "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec"
SIGNING_KEY = "aws:route53/keySigningKey:KeySigningKey"
SECRETS = (
    "aws:kms/ciphertext:Ciphertext",
    "aws:secretsmanager/secretVersion:SecretVersion",
    "random:index/randomPassword:RandomPassword",
)
"""Types that hold what nobody guesses."""

VIRGINIA = "us-east-1"
"""Where AWS keeps what it has once for the whole world."""


def is_public(balancer: Subject) -> bool:
    """Whether a load balancer takes traffic from the internet, as one does that is not told otherwise."""
    return not truth(stated(balancer, "internal") or False)


def is_private(zone: Subject) -> bool:
    """Whether a zone is seen from networks alone."""
    return bool(zone.links("vpcs") or stated(zone, "vpcs"))


def is_bucket(origin: Props) -> bool:
    """Whether an origin of a distribution is a bucket rather than a server."""
    return not states(origin, "customOriginConfig") and not states(origin, "vpcOriginConfig")


def behaviours(distribution: Props) -> Iterator[tuple[str, Any]]:
    """The default behaviour and those by path, each with its own path among the properties."""
    yield "defaultCacheBehavior", get(distribution, "defaultCacheBehavior")
    for position, behaviour in each(distribution, "orderedCacheBehaviors"):
        yield f"orderedCacheBehaviors[{position}]", behaviour


def certificates(subject: Subject, prop: str) -> list[Subject]:
    """The certificates that a property names, directly or once they are validated."""
    validated = [one for found in subject.links(prop, VALIDATION) for one in found.links("certificateArn", CERTIFICATE)]
    return [*subject.links(prop, CERTIFICATE), *validated]


def certifies(certificate: Subject, host: str) -> bool:
    """Whether a certificate is good for a host name; `*` stands for one label."""
    names = [get(certificate.props, "domainName"), *(stated(certificate, "subjectAlternativeNames") or ())]
    return any(name == host or (name.startswith("*.") and name[2:] == host.partition(".")[2]) for name in names)


def share_secret(one: Subject, prop: str, front: Subject) -> bool:
    """Whether a property is made of a secret that a distribution's origins are made of too."""
    sent = {secret.urn for secret in front.links("origins", *SECRETS)}
    return any(secret.urn in sent for secret in one.links(prop, *SECRETS))


def distributions_to(stack: Stack, target: Subject) -> list[Subject]:
    """The distributions of which an origin leads to a resource."""
    return [one for one in stack.using(target.urn, "origins") if one.type == DISTRIBUTION]
