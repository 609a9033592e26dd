"""What a web ACL refuses is logged."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Unlink, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.values import get
from policy.views.edge import WEB_ACL

LOGGING = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
DESTINATIONS = "logDestinationConfigs"
GROUP = "aws:cloudwatch/logGroup:LogGroup"


def check(subject: Subject) -> Iterator[Complaint]:
    configured = subject.users("resourceArn", LOGGING)
    if not configured:
        yield wrong("", "a WebAclLoggingConfiguration with a destination")
    for one in configured:
        if not one.links(DESTINATIONS) and not len(get(one.props, DESTINATIONS, [])):
            yield wrong(DESTINATIONS, "a log group, stream or bucket", at=one)


RULE = Rule(
    id="waf-logs",
    on=WEB_ACL,
    scope=Scope.STACK,
    severity=Severity.LOW,
    controls=("WAF.11",),
    why="Without a log nobody can tell a refused attack from a refused visitor",
    mend="Add a WebAclLoggingConfiguration of the web ACL that writes to a log group",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=WEB_ACL, name="acl"),
            Declared(type=GROUP, name="group"),
            Declared(type=LOGGING, name="log", links={"resourceArn": ["acl"], DESTINATIONS: ["group"]}),
        ],
        refused=Change(DESTINATIONS, [], on="log"),
        unknown=Change(DESTINATIONS, None, on="log"),
        absent=Absent(Drop("log"), Verdict.REFUSED, "a web ACL logs nothing until it is told to"),
        also_refused=[Unlink("resourceArn", on="log")],
    ),
    breaks=[Break(on=LOGGING, path="")],
)
