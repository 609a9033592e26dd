"""No topic takes messages from strangers, or gives them any."""

from policy.documents import document
from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict
from policy.rule import Break, Rule, Severity
from policy.rules.sns._examples import SENDER, TLS_ONLY
from policy.views.resource_policies import lets_strangers_in
from policy.views.stores import TOPIC

POLICY = "aws:sns/topicPolicy:TopicPolicy"


RULE = Rule(
    id="sns-topic-not-public",
    on=(TOPIC, POLICY),
    severity=Severity.CRITICAL,
    controls=("SNS.4",),
    why="Anybody sends alarms in our name, or reads them",
    mend="Name the principals, or bind the statement to our account by aws:SourceAccount or aws:SourceArn",
    check=lets_strangers_in,
    examples=Examples(
        accepted=[
            Declared(type=TOPIC, props={"policy": document(TLS_ONLY, SENDER)}),
            Declared(type=POLICY, name="apart", props={"policy": {"Statement": SENDER}}),
        ],
        refused=Change("policy::Statement[0].Effect", "Allow"),
        unknown=Change("policy", None),
        absent=Absent(Remove("policy"), Verdict.ACCEPTED, "AWS's default policy lets in the owner only"),
        also_refused=[
            Change(
                "policy.Statement", {"Effect": "Allow", "NotPrincipal": {"AWS": "1"}, "Action": "sns:*"}, on="apart"
            ),
            Change("policy", {"Statement": [{"Effect": "allow", "Principal": "*", "Action": ["sns:Publish"]}]}),
        ],
    ),
    breaks=[
        Break(
            on=TOPIC,
            path="policy::Statement[*].Effect",
            value="Allow",
            where=lambda inputs: "Alarms" not in str(inputs.get("policy")),
            also=("sns-topic-tls-only",),
        )
    ],
)
