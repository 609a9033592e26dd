"""The disks of instances are encrypted."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, Rule, Severity, wrong
from policy.rules.ec2._examples import TEMPLATE, TEMPLATE_PROPS
from policy.subject import Subject
from policy.values import each, get, truth


def check(subject: Subject) -> Iterator[Complaint]:
    for position, mapping in each(subject.props, "blockDeviceMappings"):
        disk = get(mapping, "ebs")
        if disk is not None and not truth(get(disk, "encrypted", False)):
            yield wrong(f"blockDeviceMappings[{position}].ebs.encrypted", "true")


RULE = Rule(
    id="ec2-template-disks",
    on=TEMPLATE,
    severity=Severity.MEDIUM,
    controls=("EC2.3", "EC2.181"),
    why="A disk in clear text can be read from any snapshot of it, by whoever may share one",
    mend="Set encrypted to true and name the key of its data",
    check=check,
    examples=Examples(
        accepted=one(TEMPLATE, **TEMPLATE_PROPS),
        refused=Change("blockDeviceMappings[0].ebs.encrypted", "false"),
        also_refused=[Remove("blockDeviceMappings[0].ebs.encrypted")],
        unknown=Change("blockDeviceMappings[0].ebs.encrypted", None),
        absent=Absent(
            Remove("blockDeviceMappings"),
            Verdict.ACCEPTED,
            "the disks are the image's own, which the region encrypts by default (ec2-disks-by-default)",
        ),
    ),
)
