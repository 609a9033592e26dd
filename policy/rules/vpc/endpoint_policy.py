"""Endpoints let our own account through, or reach nothing but what they name."""

from collections.abc import Iterator

from policy.documents import EQUALITY, Statement, statements
from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import get

ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
OF_OUR_RESOURCES = {"aws:resourceaccount", "aws:resourceorgid"}


def check(subject: Subject) -> Iterator[Complaint]:
    document = get(subject.props, "policy")
    if document is None:
        yield wrong("policy", "a policy that names our account")
    try:
        found = statements(document)
    except ValueError:
        found = ()
        yield wrong("policy", "an IAM document")
    for statement in found:
        if statement.open_to_strangers and _reaches_anything(statement) and not _ours(statement):
            yield wrong("policy", "statements bound to our account by a condition, or to resources by their names")


def _reaches_anything(statement: Statement) -> bool:
    named = (resource.split(":", 5)[-1] for resource in statement.resources)
    return bool(statement.not_resources) or any(name.startswith("*") for name in named)


def _ours(statement: Statement) -> bool:
    return any(
        key in OF_OUR_RESOURCES and operator in EQUALITY and not any(set(value) & {"*", "?"} for value in values)
        for operator, key, values in statement.conditions
    )


ACCOUNT = {"StringEquals": {"aws:PrincipalAccount": "123456789012"}}
OPEN = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
NAMED = {**OPEN, "Action": "s3:GetObject", "Resource": ["arn:aws:s3:::al2023-repos-eu-west-2-*/*"]}

RULE = Rule(
    id="vpc-endpoint-policy",
    on=ENDPOINT,
    severity=Severity.MEDIUM,
    why="Through an open endpoint data leaves for anybody's account, and stolen keys work inside the network",
    mend="Give the endpoint a policy with aws:PrincipalAccount of our account in each open statement",
    check=check,
    examples=Examples(
        accepted=one(ENDPOINT, policy={"Version": "2012-10-17", "Statement": [{**OPEN, "Condition": ACCOUNT}, NAMED]}),
        refused=Change("policy.Statement[0].Condition", {"StringEquals": {"aws:RequestedRegion": "eu-west-2"}}),
        also_refused=[
            Change("policy.Statement[1].Resource", "arn:aws:s3:::*"),
            Change("policy.Statement[0].Condition", {"StringNotEquals": {"aws:ResourceAccount": "123456789012"}}),
        ],
        unknown=Change("policy", None),
        absent=Absent(Remove("policy"), Verdict.REFUSED, "AWS's default policy lets everybody reach everything"),
    ),
    breaks=[
        Break(
            on=ENDPOINT, path="policy::Statement[0].Condition", value={},
            where=lambda endpoint: endpoint["vpcEndpointType"] == "Interface",
        ),
        Break(on=ENDPOINT, path="policy"),
    ],
)  # fmt: skip
