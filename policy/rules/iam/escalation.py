"""No role can give itself, or take, rights that it was not given."""

from collections.abc import Iterator

from policy.documents import document
from policy.examples import Absent, Change, Declared, Drop, Examples, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.iam._climb import open_ways
from policy.rules.iam._examples import READS, trust
from policy.subject import Subject
from policy.views.roles import ATTACHMENT, POLICY, ROLE, ROLE_POLICY, TRUST, held, rights


def check(subject: Subject) -> Iterator[Complaint]:
    if subject.type == ROLE_POLICY and subject.links("role", ROLE):
        raise NotApplicable("because it is judged with its role")
    everything = list(held(subject)) if subject.type == ROLE else [(subject, right) for right in rights(subject)]
    for way, (holder, (path, _)) in open_ways(everything):
        yield wrong(path, f"not {' with '.join(way.actions)} at large, which leads to more rights", at=holder)


PASSES = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::123456789012:role/worker"}
CREATES = {"Effect": "Allow", "Action": ["lambda:CreateFunction", "lambda:InvokeFunction"], "Resource": "*"}
STATEMENT = "policy::Statement[0]"

RULE = Rule(
    id="iam-escalation",
    on=(ROLE, ROLE_POLICY),
    scope=Scope.STACK,
    severity=Severity.CRITICAL,
    why="Whoever takes over the workload that has this role takes over the account",
    mend="Take the action away, or name the one resource that it is meant for",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=ROLE, name="worker", props={TRUST: document(trust("lambda.amazonaws.com"))}),
            Declared(
                type=ROLE_POLICY, name="inline", props={"policy": document(READS, PASSES)}, links={"role": ["worker"]}
            ),
            Declared(type=POLICY, name="managed", props={"policy": document(CREATES)}),
            Declared(type=ATTACHMENT, name="attached", links={"role": ["worker"], "policyArn": ["managed"]}),
        ],
        refused=Change("policy::Statement[1].Resource", "*", on="inline"),
        unknown=Change("policy", None, on="inline"),
        absent=Absent(Drop("attached"), Verdict.ACCEPTED, "a policy that is not attached gives nobody anything"),
        also_refused=[
            Change(f"{STATEMENT}.Action", "iam:PutRole*", on="inline"),
            Change(f"{STATEMENT}.Action", "iam:AttachRolePolicy", on="managed"),
            Change(
                STATEMENT,
                {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::1:role/*"},
                on="inline",
            ),
        ],
        stronger=[Change(STATEMENT, {"Effect": "Deny", "Action": "lambda:*", "Resource": "*"}, on="inline")],
    ),
    breaks=[
        Break(on=ROLE_POLICY, path="policy::Statement[*].Action[0]", value="iam:PutRolePolicy"),
        Break(on=ROLE_POLICY, path="policy::Statement[*].Action[0]", value="iam:CreatePolicyVersion"),
    ],
)
