"""Each topic refuses messages in clear text."""

from collections.abc import Iterator

from policy.documents import document
from policy.examples import Absent, Add, Change, Declared, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity
from policy.rules.sns._examples import SENDER, TLS_ONLY
from policy.subject import Subject
from policy.views.resource_policies import takes_clear_text
from policy.views.stores import TOPIC

POLICY = "aws:sns/topicPolicy:TopicPolicy"
ACTIONS = ("sns:Publish",)


def check(subject: Subject) -> Iterator[Complaint]:
    yield from takes_clear_text(subject, POLICY, "arn", *ACTIONS)


RULE = Rule(
    id="sns-topic-tls-only",
    on=TOPIC,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="Whoever listens in the network reads what goes wrong here",
    mend="Deny SNS's actions to all where aws:SecureTransport is false",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=TOPIC, name="inline", props={"policy": document(TLS_ONLY, SENDER)}),
            Declared(type=TOPIC, name="topic"),
            Declared(type=POLICY, name="apart", props={"policy": document(SENDER, TLS_ONLY)}, links={"arn": ["topic"]}),
        ],
        refused=Change("policy::Statement[0].Condition.Bool", {"aws:SecureTransport": "true"}, on="inline"),
        unknown=Change("policy", None, on="apart"),
        absent=Absent(Remove("policy", on="inline"), Verdict.REFUSED, "AWS's default policy takes clear text"),
        stronger=[Change("policy::Statement[0].Action", ["*"], on="inline")],
        also_refused=[
            Change("policy::Statement[1].Effect", "Allow", on="apart"),
            Change("policy::Statement[0].Principal", {"AWS": "arn:aws:iam::123456789012:root"}, on="inline"),
            Add(Declared(type=TOPIC, name="bare")),
        ],
    ),
    breaks=[
        Break(
            on=TOPIC,
            path="policy::Statement[*].Condition.Bool",
            value={"aws:SecureTransport": "true"},
            where=lambda inputs: "Alarms" not in str(inputs.get("policy")),
        ),
        Break(on=TOPIC, path="policy", value=document(SENDER)),
    ],
)
