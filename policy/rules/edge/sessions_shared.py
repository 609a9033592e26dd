"""Where visitors are bound to a server, the server keeps their sessions in a table, not in itself."""

from collections.abc import Iterator

from policy.documents import Statement, matches
from policy.examples import Absent, Change, Declared, Drop, Examples, Remove, Unlink, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.values import get, truth
from policy.views.roles import ROLE, ROLE_POLICY, held
from policy.views.stated import stated
from policy.views.stores import TABLE

TARGETS = "aws:lb/targetGroup:TargetGroup"
FLEET = "aws:autoscaling/group:Group"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
PROFILE = "aws:iam/instanceProfile:InstanceProfile"
WRITES = "dynamodb:PutItem"


def check(subject: Subject) -> Iterator[Complaint]:
    """That each table is in every region that serves is `dynamodb-everywhere`'s."""
    fleets = subject.users("targetGroupArns", FLEET)
    if not fleets or not truth(get(stated(subject, "stickiness") or {}, "enabled", True)):
        raise NotApplicable("no visitor is bound to one of its servers")
    tables = [str(get(table.props, "name")) for table in subject.stack.of_type(TABLE)]
    for fleet in fleets:
        allowed = [right for role in _roles(fleet) for _, (_, right) in held(role)]
        if not any(_keeps(statement, tables) for statement in allowed):
            yield wrong("", "a role that may write sessions to a table of this stack", at=fleet)


def _roles(fleet: Subject) -> Iterator[Subject]:
    templates = [*fleet.links("mixedInstancesPolicy", TEMPLATE), *fleet.links("launchTemplate", TEMPLATE)]
    for profile in (profile for template in templates for profile in template.links("iamInstanceProfile", PROFILE)):
        yield from profile.links("role", ROLE)


def _keeps(statement: Statement, tables: list[str]) -> bool:
    arns = [resource.rpartition(":")[2] for resource in statement.resources]
    named = any(matches(arn, f"table/{table}") for arn in arns for table in tables)
    return statement.allows and statement.covers(WRITES) and named


ALLOW = {"Effect": "Allow", "Action": [WRITES], "Resource": "arn:aws:dynamodb:eu-west-2:123456789012:table/sessions"}
RULE = Rule(
    id="edge-sessions-shared",
    on=TARGETS,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    controls=("resilience:sessions-lost-with-region",),
    why="Visitors are signed out, and lose what they did, when their server or its region fails",
    mend="Let the fleet's role write to a table that is replicated to every region, and keep sessions there",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=TARGETS, name="web", props={"stickiness": {"enabled": True, "type": "lb_cookie"}}),
            Declared(type=FLEET, name="fleet", links={"targetGroupArns": ["web"], "launchTemplate": ["server"]}),
            Declared(type=TEMPLATE, name="server", links={"iamInstanceProfile": ["profile"]}),
            Declared(type=PROFILE, name="profile", links={"role": ["role"]}),
            Declared(type=ROLE, name="role"),
            Declared(type=ROLE_POLICY, name="rights", links={"role": ["role"]},
                     props={"policy": {"Statement": [ALLOW]}}),
            Declared(type=TABLE, name="sessions", props={"name": "sessions"}),
        ],
        refused=Change("policy.Statement[0].Action", ["dynamodb:GetItem"], on="rights"),
        unknown=Change("policy", None, on="rights"),
        absent=Absent(Remove("stickiness", on="web"), Verdict.ACCEPTED, "servers are judged alike unless it is off"),
        not_applicable=[
            Declared(type=TARGETS, name="web", props={"stickiness": {"enabled": False, "type": "lb_cookie"}}),
            Declared(type=FLEET, name="fleet", links={"targetGroupArns": ["web"]}),
        ],
        stronger=[Change("policy.Statement[0].Action", "dynamodb:*", on="rights")],
        also_refused=[
            Drop("sessions"), Drop("rights"), Unlink("iamInstanceProfile", on="server"),
            Change("policy.Statement[0].Resource", "arn:aws:dynamodb:eu-west-2:123456789012:table/other", on="rights"),
        ],
    ),
    breaks=[
        Break(on=FLEET, path="mixedInstancesPolicy", unlink=True, where=lambda props: "targetGroupArns" in props),
        Break(
            on=ROLE_POLICY, path="policy::Statement[4].Action", value=["dynamodb:GetItem"],
            where=lambda props: "-sessions" in props["policy"] and "rds-db:connect" in props["policy"],
        ),
    ],
)  # fmt: skip
