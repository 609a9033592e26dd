"""What is asked of a public zone is logged."""

from collections.abc import Iterator

from policy.examples import Absent, Declared, Drop, Examples, Unlink, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.views.edge import ZONE, is_private

QUERY_LOG = "aws:route53/queryLog:QueryLog"
GROUP = "aws:cloudwatch/logGroup:LogGroup"


def check(subject: Subject) -> Iterator[Complaint]:
    if is_private(subject):
        raise NotApplicable("its names are asked for inside networks alone")
    if not any(log.links("cloudwatchLogGroupArn", GROUP) for log in subject.users("zoneId", QUERY_LOG)):
        yield wrong("", "a QueryLog of the zone that writes to a log group of this stack")


RULE = Rule(
    id="route53-query-log",
    on=ZONE,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    controls=("Route53.2",),
    why="Without a log nobody sees that names of ours are being tried out, or why visitors went astray",
    mend="Add a QueryLog of the zone with a log group in us-east-1",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=ZONE, name="zone"),
            Declared(type=GROUP, name="group"),
            Declared(type=QUERY_LOG, name="log", links={"zoneId": ["zone"], "cloudwatchLogGroupArn": ["group"]}),
        ],
        refused=Unlink("cloudwatchLogGroupArn", on="log"),
        unknown=None,
        absent=Absent(Drop("log"), Verdict.REFUSED, "Route 53 logs nothing until it is told to"),
        not_applicable=[Declared(type=ZONE, props={"vpcs": [{"vpcId": "vpc-1"}]})],
        also_refused=[Unlink("zoneId", on="log")],
    ),
    breaks=[Break(on=QUERY_LOG, path="")],
)
