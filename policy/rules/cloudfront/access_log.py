"""What a distribution is asked for is logged, by either of CloudFront's ways."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Unlink, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.values import get
from policy.views.edge import BUCKET, DISTRIBUTION

SOURCE = "aws:cloudwatch/logDeliverySource:LogDeliverySource"
DELIVERY = "aws:cloudwatch/logDelivery:LogDelivery"
DESTINATION = "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination"


def check(subject: Subject) -> Iterator[Complaint]:
    if subject.links("loggingConfig", BUCKET):
        return
    sources = [one for one in subject.users("resourceArn", SOURCE) if get(one.props, "logType") == "ACCESS_LOGS"]
    deliveries = [delivery for source in sources for delivery in source.users("deliverySourceName", DELIVERY)]
    if not any(delivery.links("deliveryDestinationArn", DESTINATION) for delivery in deliveries):
        yield wrong("", "a delivery of its access logs to a destination of this stack, or a loggingConfig")


RULE = Rule(
    id="cloudfront-access-log",
    on=DISTRIBUTION,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    controls=("CloudFront.5",),
    why="Without a log nobody can tell afterwards who asked for what",
    mend="Deliver ACCESS_LOGS of the distribution with LogDeliverySource, LogDelivery and LogDeliveryDestination",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=DISTRIBUTION, name="site"),
            Declared(type=SOURCE, name="source", props={"logType": "ACCESS_LOGS"}, links={"resourceArn": ["site"]}),
            Declared(type=DESTINATION, name="destination"),
            Declared(
                type=DELIVERY, name="delivery",
                links={"deliverySourceName": ["source"], "deliveryDestinationArn": ["destination"]},
            ),
        ],
        refused=Change("logType", "CONNECTION_LOGS", on="source"),
        unknown=Change("logType", None, on="source"),
        absent=Absent(Drop("source"), Verdict.REFUSED, "CloudFront logs nothing until it is told to"),
        also_refused=[Drop("delivery"), Drop("destination"), Unlink("resourceArn", on="source")],
    ),
    breaks=[Break(on=DELIVERY, path="deliverySourceName", unlink=True), Break(on=SOURCE, path="")],
)  # fmt: skip
