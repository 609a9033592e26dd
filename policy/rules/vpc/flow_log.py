"""Every network records its flows, those that were rejected at least."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Unlink, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.rules.vpc._examples import network
from policy.subject import Subject
from policy.values import get
from policy.views.network import VPC, attached

FLOW_LOG = "aws:ec2/flowLog:FlowLog"


def check(subject: Subject) -> Iterator[Complaint]:
    logs = attached(subject, "vpcId", FLOW_LOG)
    if not any(str(get(log.props, "trafficType")).upper() in {"ALL", "REJECT"} for log in logs):
        yield wrong("", "a FlowLog of this network with trafficType ALL or REJECT")


RULE = Rule(
    id="vpc-flow-log",
    on=VPC,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    controls=("EC2.6",),
    why="Without its flows nobody can tell what an intruder reached in a network, or tried to",
    mend="Give the network a FlowLog with trafficType ALL",
    check=check,
    examples=Examples(
        accepted=[
            *network(),
            Declared(type=FLOW_LOG, name="flows", props={"trafficType": "REJECT"}, links={"vpcId": ["network"]}),
        ],
        refused=Change("trafficType", "ACCEPT", on="flows"),
        also_refused=[Unlink("vpcId", on="flows")],
        unknown=Change("trafficType", None, on="flows"),
        absent=Absent(Drop("flows"), Verdict.REFUSED, "AWS records no flows until it is told to"),
        stronger=[Change("trafficType", "ALL", on="flows")],
    ),
    breaks=[Break(on=FLOW_LOG, path="trafficType", value="ACCEPT"), Break(on=FLOW_LOG, path="vpcId", unlink=True)],
)
