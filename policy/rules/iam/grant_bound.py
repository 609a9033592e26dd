"""Resource policies let AWS's services in only on behalf of our own account."""

from collections.abc import Iterator

from policy.documents import Statement, document
from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, NotApplicable, Rule, Severity, wrong
from policy.rules.iam._examples import OURS
from policy.rules.iam._grants import BUCKET_POLICY, KEY, POLICIES, QUEUE, TOPIC
from policy.subject import Subject
from policy.values import get
from policy.views.roles import accounts, bound, services, within

SOURCELESS = frozenset({
    # "You can't use Condition blocks in Amazon SNS topic policies for EventBridge": its user guide.
    ("events.amazonaws.com", "sns"),
    # Elastic Load Balancing, "Access logs for your Application Load Balancer": the policy has no condition; its
    # resource ends in our account.
    ("logdelivery.elasticloadbalancing.amazonaws.com", "s3"),
})  # fmt: skip
"""(service, service of the action) where the caller states no source."""


def check(subject: Subject) -> Iterator[Complaint]:
    path, ours = POLICIES[subject.type], accounts(subject)
    granted = [(at, one) for at, one in within(path, get(subject.props, path)) if one.allows and services(one)]
    if not granted:
        raise NotApplicable("because its policy lets no service in")
    for at, statement in granted:
        acts = {action.partition(":")[0] for action in statement.actions or ("*",)}
        callers = {(service, act) for service in services(statement) for act in acts}
        if not bound(statement, ours) and (callers - SOURCELESS or _leads_elsewhere(statement, ours)):
            yield wrong(f"{at}.Condition", "aws:SourceAccount, or aws:SourceArn with our account, by equality")


def _leads_elsewhere(statement: Statement, ours: frozenset[str]) -> bool:
    """Whether a load balancer may write logs under another account's path than ours."""
    delivers = any(service.startswith("logdelivery.") for service in services(statement))
    return delivers and not all(any(f"/AWSLogs/{own}/" in one for own in ours) for one in statement.resources)


SENDS = {
    "Effect": "Allow",
    "Action": "sqs:SendMessage",
    "Principal": {"Service": "events.amazonaws.com"},
    "Resource": "*",
}
EXCEPT = {"Effect": "Allow", "NotAction": "sqs:DeleteQueue", "Principal": SENDS["Principal"], "Resource": "*"}
CONDITION = "policy::Statement[0].Condition"
SOURCE = {"ArnLike": {"aws:SourceArn": "arn:aws:events:eu-west-2:123456789012:rule/*"}}

RULE = Rule(
    id="iam-grant-bound",
    on=tuple(POLICIES),
    severity=Severity.MEDIUM,
    why="A service that serves every customer can be talked into using our resource for another one: a confused deputy",
    mend="Give the statement a condition on aws:SourceAccount or aws:SourceArn",
    check=check,
    examples=Examples(
        accepted=one(QUEUE, policy=document({**SENDS, "Condition": OURS})),
        refused=Change(f"{CONDITION}.StringEquals.aws:SourceAccount", "999999999999"),
        unknown=Change("policy", None),
        absent=Absent(Remove(CONDITION), Verdict.REFUSED, "a statement without a condition holds for every customer"),
        not_applicable=one(QUEUE, name="work"),
        stronger=[Change(CONDITION, SOURCE)],
        also_refused=[
            Change(CONDITION, {"StringEqualsIfExists": {"aws:SourceAccount": "123456789012"}}),
            Change("policy", document(EXCEPT)),
        ],
    ),
    breaks=[
        Break(
            on=QUEUE, path="policy::Statement[*].Condition.ArnEquals.aws:SourceArn", value="arn:aws:events:*:*:rule/*"
        ),
        Break(
            on=BUCKET_POLICY,
            path="policy::Statement[*].Condition.StringEquals.aws:SourceArn",
            value="arn:aws:cloudtrail:*:*:trail/*",
        ),
        Break(on=TOPIC, path="policy::Statement[0].Condition", value={"Bool": {"aws:SecureTransport": "true"}}),
        Break(
            on=KEY, path="policy::Statement[*].Condition.StringEquals.aws:SourceArn", value="arn:aws:cloudtrail:*:*:*"
        ),
    ],
)
