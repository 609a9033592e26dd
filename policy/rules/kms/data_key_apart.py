"""Data of customers lies under keys that no log service may use: who reads logs decrypts no orders."""

from collections.abc import Iterator

from policy.documents import Statement, document, statements
from policy.examples import Absent, Change, Declared, Drop, Examples, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.kms._examples import ACCOUNT
from policy.subject import Subject
from policy.values import get
from policy.views.keys import KEY, KEY_POLICY, KEYS, REPLICA_KEY
from policy.views.stated import stated
from policy.views.stores import CLUSTER, NAMESPACE, SECRET, TABLE, VAULT

HOLDERS = (CLUSTER, NAMESPACE, SECRET, TABLE, VAULT)
PROPS = ("kmsKeyId", "kmsKeyArn", "serverSideEncryption", "replicas")
LOG_SERVICES = ("cloudtrail", "config", "delivery", "logs", "logdelivery")


def check(subject: Subject) -> Iterator[Complaint]:
    if not any(subject.users(prop, *HOLDERS) for prop in PROPS):
        raise NotApplicable("no customer's data lies under it")
    apart = subject.users("keyId", KEY_POLICY)
    for at, said in [(subject, stated(subject, "policy")), *((one, get(one.props, "policy")) for one in apart)]:
        for position, statement in enumerate(statements(said)):
            if _for_logs(statement):
                yield wrong(f"policy::Statement[{position}].Principal", "no service that writes logs", at=at)


def _for_logs(statement: Statement) -> bool:
    named = [value.partition(".")[0] for kind, value in statement.principals if kind.lower() == "service"]
    return statement.allows and any(service in LOG_SERVICES for service in named)


EVENTS = {**ACCOUNT, "Sid": "Events", "Principal": {"Service": ["events.amazonaws.com", "sns.amazonaws.com"]}}
LOGS = {**ACCOUNT, "Sid": "Logs", "Principal": {"Service": "logs.eu-west-2.amazonaws.com"}}

RULE = Rule(
    id="kms-data-key-apart",
    on=KEYS,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="A right to read logs becomes a right to read customers' data",
    mend="Give logs a key of their own, and take the log service out of the data key's policy",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=KEY, name="data", props={"policy": document(ACCOUNT, EVENTS)}),
            Declared(type=KEY_POLICY, name="apart", props={"policy": document(EVENTS)}, links={"keyId": ["data"]}),
            Declared(type=TABLE, name="carts", links={"serverSideEncryption": ["data"]}),
        ],
        refused=Change("policy::Statement[1].Principal.Service", "logs.eu-west-2.amazonaws.com", on="data"),
        unknown=Change("policy", None, on="apart"),
        absent=Absent(Drop("carts"), Verdict.NOT_APPLICABLE, "a key that holds no data is for what it likes"),
        not_applicable=[Declared(type=KEY, name="logs", props={"policy": document(ACCOUNT, LOGS)})],
        also_refused=[Change("policy::Statement[0].Principal.Service", ["cloudtrail.amazonaws.com"], on="apart")],
    ),
    breaks=[
        Break(
            on=KEY,
            path="policy::Statement[*].Principal.Service",
            value="logs.eu-west-2.amazonaws.com",
            where=lambda inputs: bool(inputs.get("multiRegion")),
            also=("iam-grant-bound",),
        ),
        Break(
            on=REPLICA_KEY,
            path="policy::Statement[*].Principal.Service",
            value="cloudtrail.amazonaws.com",
            also=("iam-grant-bound",),
        ),
    ],
)
