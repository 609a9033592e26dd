"""An event bus says who may put events on it."""

from collections.abc import Iterator

from policy.documents import statements
from policy.examples import Absent, Change, Declared, Drop, Examples, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.values import get

BUS = "aws:cloudwatch/eventBus:EventBus"
POLICY = "aws:cloudwatch/eventBusPolicy:EventBusPolicy"
OURS = (
    '{"Statement": [{"Effect": "Allow", "Action": "events:PutEvents", "Resource": "*",'
    ' "Principal": {"AWS": "arn:aws:iam::123456789012:root"}}]}'
)


def check(subject: Subject) -> Iterator[Complaint]:
    policies = subject.users("eventBusName", POLICY)
    if not policies:
        yield wrong("", "an EventBusPolicy that lets our own account in, and nobody else")
    for policy in policies:
        if any(one.open_to_strangers for one in statements(get(policy.props, "policy"))):
            yield wrong("policy", "principals by name, or a condition on who they are", at=policy)


RULE = Rule(
    id="events-bus-policy",
    on=BUS,
    scope=Scope.STACK,
    severity=Severity.LOW,
    controls=("EventBridge.3",),
    why="A bus that says nothing is as open as the identities of the account, and one for everybody takes any order",
    mend="Give the bus an EventBusPolicy that names who may put events",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=BUS),
            Declared(type=POLICY, name="policy", props={"policy": OURS}, links={"eventBusName": ["it"]}),
        ],
        refused=Change("policy::Statement[0].Principal", "*", on="policy"),
        unknown=Change("policy", None, on="policy"),
        absent=Absent(Drop("policy"), Verdict.REFUSED, "without a policy nothing on the bus itself bounds its users"),
        stronger=[Change("policy::Statement[0].Effect", "Deny", on="policy")],
    ),
    breaks=[
        Break(on=POLICY, path=""),
        Break(on=POLICY, path="policy::Statement[0].Principal", value="*", also=("iam-grant-closed",)),
    ],
)
