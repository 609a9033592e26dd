"""Servers and functions are scanned for vulnerabilities, functions' own code too."""

from collections.abc import Iterator

from policy.examples import Change, Examples, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import each

ENABLER = "aws:inspector2/enabler:Enabler"
WANTED = ("EC2", "LAMBDA", "LAMBDA_CODE")
CODE_REGIONS = frozenset({
    "us-east-1", "us-east-2", "us-west-2", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2",
    "ap-northeast-1", "ap-southeast-1", "ap-southeast-2",
})  # fmt: skip
"""Where Inspector scans code: AWS Config developer guide, inspector-lambda-code-scan-enabled."""


def check(subject: Subject) -> Iterator[Complaint]:
    scanned = {kind for _, kind in each(subject.props, "resourceTypes")}
    for kind in WANTED:
        if kind not in scanned and not (kind == "LAMBDA_CODE" and subject.region not in CODE_REGIONS):
            yield wrong("resourceTypes", kind)


RULE = Rule(
    id="inspector-scans",
    on=ENABLER,
    severity=Severity.HIGH,
    controls=("Inspector.1", "Inspector.3", "Inspector.4"),
    why="A vulnerability that is published tomorrow is found by who scans every day",
    mend="Add the type to resourceTypes",
    check=check,
    examples=Examples(
        accepted=one(ENABLER, accountIds=["123456789012"], resourceTypes=list(WANTED)),
        refused=Change("resourceTypes", ["EC2", "LAMBDA"]),
        unknown=Change("resourceTypes[0]", None),
        absent=None,
        stronger=[Change("resourceTypes", [*WANTED, "ECR"])],
        also_refused=[Change("resourceTypes", ["LAMBDA", "LAMBDA_CODE"]), Change("resourceTypes", ["EC2"])],
    ),
    breaks=[Break(on=ENABLER, path="resourceTypes", value=["LAMBDA", "LAMBDA_CODE"])],
)
