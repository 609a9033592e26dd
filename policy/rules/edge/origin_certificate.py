"""Behind each name that a distribution asks, the load balancer or API shows a certificate for that name."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Unlink, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.cloudfront._examples import SERVER, SITE
from policy.subject import Subject
from policy.values import each, get
from policy.views.edge import API_DOMAIN, BALANCER, CERTIFICATE, DISTRIBUTION, certificates, certifies, is_bucket

LISTENER = "aws:lb/listener:Listener"
PORT = "customOriginConfig.httpsPort"


def check(subject: Subject) -> Iterator[Complaint]:
    """Which name leads where is DNS's: each target is good for at least one of the names that are asked."""
    servers = [origin for _, origin in each(subject.props, "origins") if not is_bucket(origin)]
    if not servers:
        raise NotApplicable("its origins are buckets, whose certificates are S3's")
    hosts = [str(get(origin, "domainName")) for origin in servers]
    ports = {int(get(origin, PORT)) for origin in servers}
    for balancer in subject.links("origins", BALANCER):
        listeners = [one for one in balancer.users("loadBalancerArn", LISTENER) if _serves(one, ports)]
        if not _shows(listeners, "certificateArn", hosts):
            yield wrong("", "an HTTPS listener on the origin's port with a certificate for its name", at=balancer)
    for domain in subject.links("origins", API_DOMAIN):
        if not _shows([domain], "domainNameConfiguration", hosts):
            yield wrong("domainNameConfiguration", "a certificate for the origin's name", at=domain)


def _serves(listener: Subject, ports: set[int]) -> bool:
    return get(listener.props, "protocol") == "HTTPS" and int(get(listener.props, "port")) in ports


def _shows(places: list[Subject], prop: str, hosts: list[str]) -> bool:
    shown = [certificate for place in places for certificate in certificates(place, prop)]
    return any(certifies(certificate, host) for certificate in shown for host in hosts)


RULE = Rule(
    id="edge-origin-certificate",
    on=DISTRIBUTION,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="The edge refuses an origin that cannot prove its name, or nothing listens where it asks in TLS",
    mend="Give the listener or API domain behind the origin's name a certificate that has that name",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=DISTRIBUTION, name="site", props={**SITE, "origins": [SERVER]},
                     links={"origins": ["balancer", "api"]}),
            Declared(type=BALANCER, name="balancer"),
            Declared(type=LISTENER, name="https", props={"protocol": "HTTPS", "port": 443},
                     links={"loadBalancerArn": ["balancer"], "certificateArn": ["names"]}),
            Declared(type=API_DOMAIN, name="api", links={"domainNameConfiguration": ["names"]}),
            Declared(type=CERTIFICATE, name="names", props={"domainName": "origin.example.com"}),
        ],
        refused=Change("port", 8443, on="https"),
        unknown=Change("port", None, on="https"),
        absent=Absent(Drop("https"), Verdict.REFUSED, "a load balancer listens to nothing of its own accord"),
        not_applicable=[Declared(type=DISTRIBUTION, props={**SITE, "origins": SITE["origins"][1:]})],
        stronger=[Change("domainName", "*.example.com", on="names")],
        also_refused=[
            Change("domainName", "example.com", on="names"), Change("protocol", "HTTP", on="https"),
            Unlink("certificateArn", on="https"), Unlink("domainNameConfiguration", on="api"),
        ],
    ),
    breaks=[
        Break(on=LISTENER, path="certificateArn", unlink=True, where=lambda props: "certificateArn" in props),
        Break(on=API_DOMAIN, path="domainNameConfiguration", unlink=True),
    ],
)  # fmt: skip
