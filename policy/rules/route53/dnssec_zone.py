"""A public zone is signed, and somebody is told when that fails."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Unlink, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.views.alarms import ALARM, watching
from policy.views.edge import SIGNING, SIGNING_KEY, VIRGINIA, ZONE, is_private

FAILURE = "DNSSECInternalFailure"
ZONE_OF = "hostedZoneId"


def check(subject: Subject) -> Iterator[Complaint]:
    if is_private(subject):
        raise NotApplicable("Route 53 signs public zones alone")
    keys = subject.users(ZONE_OF, SIGNING_KEY)
    if not keys:
        yield wrong("", "a KeySigningKey of the zone")
    if not any(one.users(ZONE_OF, SIGNING) for one in (subject, *keys)):
        yield wrong("", "a HostedZoneDnsSec of the zone")
    alarms = [alarm for alarm, _ in watching(subject, "AWS/Route53", FAILURE, region=VIRGINIA)]
    if not any(alarm.subject.links("alarmActions") for alarm in alarms):
        yield wrong("", f"an alarm with an action on {FAILURE} of the zone")


RULE = Rule(
    id="route53-dnssec-zone",
    on=ZONE,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="A forged answer leads visitors elsewhere, and a broken signature makes the whole site unreachable",
    mend="Sign the zone with a KeySigningKey and HostedZoneDnsSec, and set an alarm on DNSSECInternalFailure",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=ZONE, name="zone", region="us-east-1"),
            Declared(type=SIGNING_KEY, name="key", links={ZONE_OF: ["zone"]}, region="us-east-1"),
            Declared(type=SIGNING, name="signatures", links={ZONE_OF: ["key"]}, region="us-east-1"),
            Declared(type="aws:sns/topic:Topic", name="topic", region="us-east-1"),
            Declared(
                type=ALARM, name="failing", region="us-east-1",
                props={"namespace": "AWS/Route53", "metricName": FAILURE, "statistic": "Maximum"},
                links={"dimensions": ["zone"], "alarmActions": ["topic"]},
            ),
        ],
        refused=Change("metricName", "DNSQueries", on="failing"),
        unknown=Change("metricName", None, on="failing"),
        absent=Absent(Drop("signatures"), Verdict.REFUSED, "a zone is unsigned until it is told otherwise"),
        not_applicable=[Declared(type=ZONE, props={"vpcs": [{"vpcId": "vpc-1"}]})],
        also_refused=[Drop("key"), Drop("topic"), Unlink("dimensions", on="failing"), Unlink(ZONE_OF, on="signatures")],
    ),
    breaks=[
        Break(on=SIGNING, path=""),
        Break(
            on=ALARM, path="alarmActions", unlink=True, where=lambda props: props.get("metricName") == FAILURE,
            also=("cloudwatch-alarm-received",),
        ),
        Break(on=ALARM, path="metricName", value="DNSQueries", where=lambda props: props.get("metricName") == FAILURE),
    ],
)  # fmt: skip
