"""Each bucket refuses what does not come over TLS 1.2 or newer."""

from collections.abc import Iterator

from policy.documents import Statement, statements
from policy.examples import Absent, Change, Drop, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.rules.s3._examples import ARN, MODELS, READ_BY_EDGE, TLS_ONLY, policy_of
from policy.subject import Subject
from policy.views.buckets import BUCKETS, DOCUMENT, POLICY, on_every_object, places

OLDEST = 1.2


def check(subject: Subject) -> Iterator[Complaint]:
    found = places(subject, DOCUMENT)
    denials = [one for place in found for one in statements(place.value) if _denies_all(one)]
    at = found[0].at if found else None
    if not any("false" in one.condition("aws:SecureTransport", "bool") for one in denials):
        yield wrong("policy", "a statement that denies all actions to all where aws:SecureTransport is false", at=at)
    if not any(
        float(least) >= OLDEST for one in denials for least in one.condition("s3:TlsVersion", "numericlessthan")
    ):
        yield wrong("policy", "a statement that denies all actions to all where s3:TlsVersion is below 1.2", at=at)


def _denies_all(statement: Statement) -> bool:
    """Under one condition alone, on the bucket and on all of its objects."""
    everything = all(statement.covers(f"s3:{action}") for action in ("GetObject", "ListBucket", "PutObject"))
    # S3 takes no policy that names another bucket, so what has no slash is this one.
    bucket = any("/" not in one for one in statement.resources)
    anybody = statement.names_anyone and not statement.not_principals
    whole = everything and bucket and on_every_object(statement)
    return not statement.allows and whole and anybody and len(statement.conditions) == 1


OLD_TLS = {**TLS_ONLY, "Sid": "CurrentTls", "Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}}

RULE = Rule(
    id="s3-bucket-tls-only",
    on=BUCKETS,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    controls=("S3.5",),
    why="Objects and signed requests cross the network in clear text, or in a TLS that has been broken",
    mend="Deny s3:* to all on bucket and objects where aws:SecureTransport is false, and below TLS 1.2",
    check=check,
    examples=Examples(
        accepted=[MODELS, policy_of("models", TLS_ONLY, OLD_TLS, READ_BY_EDGE)],
        refused=Change("policy::Statement[0].Effect", "Allow", on="models-policy"),
        unknown=Change("policy", None, on="models-policy"),
        absent=Absent(Drop("models-policy"), Verdict.REFUSED, "a bucket without a policy takes clear text"),
        stronger=[
            Change("policy::Statement[1].Condition.NumericLessThan", {"s3:TlsVersion": ["1.3"]}, on="models-policy"),
            Change("policy::Statement[0].Resource", "*", on="models-policy"),
        ],
        also_refused=[
            Change("policy::Statement[0].Resource", f"{ARN}/*", on="models-policy"),
            Change("policy::Statement[0].Resource", [ARN, f"{ARN}/public/*"], on="models-policy"),
            Change("policy::Statement[0].Action", ["s3:GetObject"], on="models-policy"),
            Change("policy::Statement[0].Condition.Bool", {"aws:SecureTransport": "true"}, on="models-policy"),
            Change("policy::Statement[1].Condition.NumericLessThan", {"s3:TlsVersion": "1.1"}, on="models-policy"),
            Remove("policy::Statement[1].Condition", on="models-policy"),
        ],
    ),
    breaks=[
        Break(on=POLICY, path="policy::Statement[*].Condition.Bool", value={"aws:SecureTransport": "true"}),
        Break(on=POLICY, path="policy::Statement[*].Condition.NumericLessThan", value={"s3:TlsVersion": "1.0"}),
    ],
)  # fmt: skip
