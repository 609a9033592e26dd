"""No queue takes messages from strangers, or gives them any."""

from policy.documents import document
from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict
from policy.rule import Break, Rule, Severity
from policy.rules.sqs._examples import SENDER, TLS_ONLY
from policy.views.resource_policies import lets_strangers_in
from policy.views.stores import QUEUE

POLICY = "aws:sqs/queuePolicy:QueuePolicy"


ANY_BUCKET = {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}

RULE = Rule(
    id="sqs-queue-not-public",
    on=(QUEUE, POLICY),
    severity=Severity.CRITICAL,
    controls=("SQS.3",),
    why="Anybody puts jobs into it, or takes them out before we do",
    mend="Name the principals, or bind the statement to our account by aws:SourceAccount or aws:SourceArn",
    check=lets_strangers_in,
    examples=Examples(
        accepted=[
            Declared(type=QUEUE, props={"policy": document(TLS_ONLY, SENDER)}),
            Declared(type=POLICY, name="apart", props={"policy": {"Statement": SENDER}}),
        ],
        refused=Change("policy::Statement[0].Effect", "Allow"),
        unknown=Change("policy", None),
        absent=Absent(Remove("policy"), Verdict.ACCEPTED, "AWS's default policy lets in the owner only"),
        also_refused=[
            Change(
                "policy.Statement", {"Effect": "Allow", "NotPrincipal": {"AWS": "1"}, "Action": "sqs:*"}, on="apart"
            ),
            Change("policy", {"Statement": [{"Effect": "allow", "Principal": "*", "Action": ["sqs:ReceiveMessage"]}]}),
            Change("policy", {"Statement": {**SENDER, "Principal": "*", "Condition": ANY_BUCKET}}, on="apart"),
        ],
    ),
    breaks=[Break(on=QUEUE, path="policy::Statement[*].Effect", value="Allow", also=("sqs-queue-tls-only",))],
)
