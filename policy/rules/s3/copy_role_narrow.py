"""The role that copies buckets reaches those buckets and no other."""

from collections.abc import Iterator

from policy.documents import Statement, document
from policy.examples import Absent, Add, Change, Declared, Drop, Examples, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.s3._examples import ARN, MODELS, NAME
from policy.subject import Subject
from policy.views.buckets import BUCKET, BUCKETS, COPYING, copy_role, places
from policy.views.roles import ATTACHMENT, ROLE, ROLE_POLICY, held
from policy.views.stated import stated

TYPE = COPYING.types[0]


def check(subject: Subject) -> Iterator[Complaint]:
    found = places(subject, COPYING)
    if not found:
        raise NotApplicable("it is not copied")
    for place in found:
        roles = copy_role(place, ROLE)
        if not roles:
            yield wrong("role", "a role of this stack", at=place.at)
        for role in roles:
            allowed = {str(stated(one, "bucket")) for one in _copied_by(role)}
            for attached in role.users("role", ATTACHMENT):
                yield wrong("", "no managed policy, which names no buckets", at=attached)
            for at, (path, statement) in held(role):
                if statement.allows and _reaches_others(statement, allowed):
                    yield wrong(f"{path}.Resource", "the buckets that the role copies from and to", at=at)


def _copied_by(role: Subject) -> list[Subject]:
    users = [*role.users("role", TYPE), *(one for prop in COPYING.inline for one in role.users(prop, *BUCKETS))]
    linked = [
        one for user in users for prop in ("bucket", "rules", *COPYING.inline) for one in user.links(prop, *BUCKETS)
    ]
    return [*linked, *(user for user in users if user.type in BUCKETS)]


def _reaches_others(statement: Statement, allowed: set[str]) -> bool:
    if statement.not_actions or not any(action.startswith(("s3:", "*")) for action in statement.actions):
        return bool(statement.not_actions)
    named = {one.partition(":::")[2].partition("/")[0] for one in statement.resources}
    return bool(statement.not_resources) or not named <= allowed


READ = {"Effect": "Allow", "Action": "s3:GetObjectVersionForReplication", "Resource": [f"{ARN}/*"]}
WRITE = {"Effect": "Allow", "Action": ["s3:ReplicateObject"], "Resource": "arn:aws:s3:::far/*"}
LINKS = {"bucket": ["models"], "rules": ["far"], "role": ["role"]}
COPIES = Declared(type=TYPE, name="copies", props={"rules": [{"status": "Enabled"}]}, links=LINKS)
RIGHTS = Declared(type=ROLE_POLICY, name="rights", props={"policy": document(READ, WRITE)}, links={"role": ["role"]})
MANAGED = {"policyArn": "arn:aws:iam::aws:policy/AmazonS3FullAccess"}

RULE = Rule(
    id="s3-copy-role-narrow",
    on=BUCKETS,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    why="A role that S3 assumes by itself could read, or overwrite, every bucket of the account",
    mend="Name the source and destination buckets, and nothing wider, in the role's statements",
    check=check,
    examples=Examples(
        accepted=[
            MODELS, Declared(type=BUCKET, name="far", props={"bucket": "far"}, region="us-east-2"),
            Declared(type=ROLE, name="role"), RIGHTS, COPIES,
        ],
        refused=Change("policy::Statement[0].Resource", ["arn:aws:s3:::storefront-*/*"], on="rights"),
        unknown=Change("policy", None, on="rights"),
        absent=Absent(Drop("rights"), Verdict.ACCEPTED, "a role without statements reaches nothing"),
        not_applicable=[MODELS],
        stronger=[Change("policy::Statement[0].Resource", f"arn:aws:s3:::{NAME}/models/*", on="rights")],
        also_refused=[
            Drop("role"), Change("policy::Statement[1].Resource", "*", on="rights"),
            Add(Declared(type=ATTACHMENT, name="wide", props=MANAGED, links={"role": ["role"]})),
        ],
    ),
    breaks=[
        Break(
            on=ROLE_POLICY, path="policy::Statement[*].Resource", value="arn:aws:s3:::*",
            where=lambda inputs: "s3:ReplicateObject" in str(inputs.get("policy")), also=("iam-resource-named",),
        ),
    ],
)  # fmt: skip
