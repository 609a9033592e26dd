"""Posture is judged by AWS's own standard and by CIS."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.values import get

HUB = "aws:securityhub/account:Account"
STANDARD = "aws:securityhub/standardsSubscription:StandardsSubscription"
WANTED = ("standards/aws-foundational-security-best-practices/", "cis-aws-foundations-benchmark/")


def check(subject: Subject) -> Iterator[Complaint]:
    here = [one for one in subject.stack.of_type(STANDARD) if one.region == subject.region]
    chosen = [str(get(one.props, "standardsArn")) for one in here]
    for standard in WANTED:
        if not any(standard in arn for arn in chosen):
            yield wrong("", f"a StandardsSubscription to {standard.split('/')[-2]} in the same region")


def _standard(name: str, arn: str) -> Declared:
    return Declared(type=STANDARD, name=name, props={"standardsArn": f"arn:aws:securityhub:eu-west-2::standards/{arn}"})


RULE = Rule(
    id="securityhub-standards",
    on=HUB,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    controls=("SecurityHub(CIS 4.16)",),
    why="A hub without standards gathers findings and judges nothing",
    mend="Subscribe the region to both standards",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=HUB, name="hub"),
            _standard("fsbp", "aws-foundational-security-best-practices/v/1.0.0"),
            _standard("cis", "cis-aws-foundations-benchmark/v/5.0.0"),
        ],
        refused=Change("standardsArn", "arn:aws:securityhub:eu-west-2::standards/pci-dss/v/4.0.1", on="fsbp"),
        unknown=Change("standardsArn", None, on="fsbp"),
        absent=Absent(Drop("cis"), Verdict.REFUSED, "a hub without default standards subscribes to none"),
        stronger=[
            Change("standardsArn", "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0", on="cis")
        ],
    ),
    breaks=[
        Break(on=STANDARD, path="", where=lambda inputs: "cis-aws" in str(inputs["standardsArn"])),
        Break(on=STANDARD, path="standardsArn", value="arn:aws:securityhub:eu-west-2::standards/pci-dss/v/4.0.1"),
    ],
)
