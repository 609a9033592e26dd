"""No bucket lets everybody in: not by its policy, not by a list of grants."""

from collections.abc import Iterator

from policy.documents import statements
from policy.examples import Absent, Add, Change, Declared, Drop, Examples, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Severity, wrong
from policy.rules.s3._examples import ARN, KEEPER, MODELS, READ_BY_EDGE, TLS_ONLY, policy_of
from policy.subject import Subject
from policy.values import each, get
from policy.views.buckets import BUCKET, BUCKETS, POLICY
from policy.views.stated import states

ACLS = ("aws:s3/bucketAcl:BucketAcl", "aws:s3/bucketAclV2:BucketAclV2")
PUBLIC_ACLS = ("public-read", "public-read-write", "authenticated-read")
EVERYBODY = (
    "http://acs.amazonaws.com/groups/global/AllUsers",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
)
GRANTS = ("grants", "accessControlPolicy.grants")


def check(subject: Subject) -> Iterator[Complaint]:
    if not any(states(subject.props, prop) for prop in ("policy", "acl", "grants", "accessControlPolicy")):
        raise NotApplicable("what it lets in is said by resources of its own")
    for position, statement in enumerate(statements(get(subject.props, "policy"))):
        if statement.open_to_strangers:
            yield wrong(f"policy::Statement[{position}]", "a principal, or a condition on whose they are")
    if get(subject.props, "acl") in PUBLIC_ACLS:
        yield wrong("acl", "private", found=get(subject.props, "acl"))
    for path in GRANTS:
        for position, grant in each(subject.props, path):
            if get(grant, "uri") in EVERYBODY or get(grant, "grantee.uri") in EVERYBODY:
                yield wrong(f"{path}[{position}]", "no group of everybody")


STRANGERS = {"Effect": "Allow", "Principal": "*", "Action": "s3:PutObject", "Resource": f"{ARN}/*"}
GRANT = {"grantee": {"type": "Group", "uri": EVERYBODY[0]}, "permission": "READ"}
BARE = Declared(type=BUCKET, name="bare", props={"bucket": "bare"})

RULE = Rule(
    id="s3-bucket-not-public",
    on=(POLICY, *BUCKETS, *ACLS),
    severity=Severity.CRITICAL,
    controls=("S3.2", "S3.3"),
    why="Anybody reads what customers own, or puts into the shop what they like",
    mend="Name the principals, or bind the statement to our account by a condition",
    check=check,
    examples=Examples(
        accepted=[MODELS, policy_of("models", TLS_ONLY, KEEPER, READ_BY_EDGE)],
        refused=Change("policy::Statement[1].Principal", "*", on="models-policy"),
        unknown=Change("policy", None, on="models-policy"),
        absent=Absent(Drop("models-policy"), Verdict.NOT_APPLICABLE, "without a policy only the owner has access"),
        not_applicable=[BARE],
        also_refused=[
            Change("policy", {"Statement": STRANGERS}, on="models-policy"),
            Add(Declared(type=BUCKET, name="inline", props={"policy": {"Statement": STRANGERS}})),
            Add(Declared(type=BUCKET, name="open", props={"acl": "public-read"})),
            Add(Declared(type=ACLS[1], name="acl", props={"accessControlPolicy": {"grants": [GRANT]}})),
        ],
    ),
    breaks=[
        Break(
            on=POLICY,
            path="policy::Statement[*].Effect",
            value="Allow",
            also=("s3-bucket-tls-only", "cloudtrail-bucket"),
        ),
        Break(on=BUCKET, path="acl", value="public-read-write"),
    ],
)
