"""What AWS keeps once for the whole world stands in us-east-1, where AWS looks for it."""

from collections.abc import Callable, Iterator, Mapping

from policy.examples import Absent, Change, Declared, Drop, Examples, Link, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.values import get
from policy.views.alarms import ALARM, alarms
from policy.views.edge import CERTIFICATE, DISTRIBUTION, SIGNING_KEY, VIRGINIA, WEB_ACL, certificates

QUERY_LOG = "aws:route53/queryLog:QueryLog"
GROUP = "aws:cloudwatch/logGroup:LogGroup"
KEY = "aws:kms/key:Key"
SOURCE = "aws:cloudwatch/logDeliverySource:LogDeliverySource"
WORLDWIDE = {"AWS/CloudFront", "AWS/Route53"}


def _alarm(subject: Subject) -> list[Subject]:
    memory = subject.stack.memory
    if _alarm not in memory:
        memory[_alarm] = {one.subject.urn: one.metrics for one in alarms(subject.stack)}
    metrics = memory[_alarm][subject.urn]
    if metrics is None:
        get(subject.props, "namespace")
    return [subject] if any(metric.namespace in WORLDWIDE for metric in metrics or ()) else []


def _acl(subject: Subject) -> list[Subject]:
    return [subject] if get(subject.props, "scope") == "CLOUDFRONT" else []


BOUND: Mapping[str, Callable[[Subject], list[Subject]]] = {
    DISTRIBUTION: lambda site: [*certificates(site, "viewerCertificate"), *site.users("resourceArn", SOURCE)],
    WEB_ACL: _acl,
    SIGNING_KEY: lambda key: key.links("keyManagementServiceArn", KEY),
    QUERY_LOG: lambda log: log.links("cloudwatchLogGroupArn", GROUP),
    ALARM: _alarm,
}
"""By type, what of it or beside it AWS looks for there alone."""


def check(subject: Subject) -> Iterator[Complaint]:
    bound = BOUND[subject.type](subject)
    if not bound:
        raise NotApplicable("AWS keeps it in its own region")
    for one in bound:
        if one.region != VIRGINIA:
            yield wrong("", f"a place in {VIRGINIA}", at=one)


RULE = Rule(
    id="edge-globals",
    on=tuple(BOUND),
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="Elsewhere AWS refuses it, or an alarm waits for metrics that never come",
    mend="Create it with the provider of us-east-1",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=DISTRIBUTION, name="site", links={"viewerCertificate": ["names"]}, region="us-east-1"),
            Declared(type=CERTIFICATE, name="names", region="us-east-1"),
            Declared(type=WEB_ACL, name="edge", props={"scope": "CLOUDFRONT"}, region="us-east-1"),
            Declared(type=WEB_ACL, name="regional", props={"scope": "REGIONAL"}),
            Declared(type=ALARM, name="errors", props={"metricName": "5xxErrorRate", "namespace": "AWS/ApiGateway"}),
            Declared(type=CERTIFICATE, name="near"),
        ],
        refused=Change("scope", "CLOUDFRONT", on="regional"),
        unknown=Change("scope", None, on="regional"),
        absent=Absent(Drop("names"), Verdict.ACCEPTED, "CloudFront's own certificate is everywhere"),
        not_applicable=[Declared(type=WEB_ACL, props={"scope": "REGIONAL"})],
        also_refused=[
            Change("namespace", "AWS/CloudFront", on="errors"),
            Link("viewerCertificate", ["near"], on="site"),
        ],
    ),
    breaks=[
        Break(on=WEB_ACL, path="scope", value="CLOUDFRONT", where=lambda props: props["scope"] == "REGIONAL"),
        Break(
            on=ALARM, path="namespace", value="AWS/CloudFront",
            where=lambda props: props.get("metricName") == "RejectedConnectionCount",
        ),
    ],
)  # fmt: skip
