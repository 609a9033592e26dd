"""A stage writes what it is asked for into a log."""

from collections.abc import Iterator

from policy.examples import Absent, Declared, Examples, Link, Unlink, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.views.edge import STAGE

LOG = "accessLogSettings"
GROUP = "aws:cloudwatch/logGroup:LogGroup"
STREAM = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"


def check(subject: Subject) -> Iterator[Complaint]:
    if not subject.links(LOG, GROUP, STREAM):
        yield wrong(f"{LOG}.destinationArn", "a log group or delivery stream of this stack")


RULE = Rule(
    id="api-access-log",
    on=STAGE,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    controls=("APIGateway.9",),
    why="Without a log nobody can tell afterwards who called what, and how it went",
    mend="Set accessLogSettings of the stage with the ARN of a log group",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=STAGE, name="live", links={LOG: ["group"]}),
            Declared(type=GROUP, name="group"),
            Declared(type=STREAM, name="stream"),
        ],
        refused=Unlink(LOG, on="live"),
        unknown=None,
        absent=Absent(Unlink(LOG, on="live"), Verdict.REFUSED, "a stage logs nothing until it is told to"),
        stronger=[Link(LOG, ["stream"], on="live")],
    ),
    breaks=[Break(on=STAGE, path=LOG, unlink=True, also=("data-log-chain",))],
)
