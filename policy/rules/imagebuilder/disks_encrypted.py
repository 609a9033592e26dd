"""The disks of an image are encrypted with a key of ours."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.imagebuilder._examples import RECIPE, RECIPE_PROPS
from policy.subject import Subject
from policy.values import each, get, truth

MAPPINGS = "blockDeviceMappings"


def check(subject: Subject) -> Iterator[Complaint]:
    disks = [(f"{MAPPINGS}[{at}].ebs", get(mapping, "ebs")) for at, mapping in each(subject.props, MAPPINGS)]
    named = [(path, disk) for path, disk in disks if disk is not None]
    if not named:
        yield wrong(MAPPINGS, "the root device, encrypted")
    for path, disk in named:
        if not truth(get(disk, "encrypted", False)):
            yield wrong(f"{path}.encrypted", "true")
        if "kmsKeyId" not in set(disk):  # AWS makes its ARN up: whether one is named is all that counts
            yield wrong(f"{path}.kmsKeyId", "the key of the region's data")


RULE = Rule(
    id="imagebuilder-disks-encrypted",
    on=RECIPE,
    severity=Severity.MEDIUM,
    why="An image in clear text can be copied by whoever may share it, and a disk made from it is born without our key",
    mend="Map the root device in the recipe, with encrypted and the key of the region's data",
    check=check,
    examples=Examples(
        accepted=one(RECIPE, **RECIPE_PROPS),
        refused=Change(f"{MAPPINGS}[0].ebs.encrypted", "false"),
        also_refused=[Remove(f"{MAPPINGS}[0].ebs.encrypted"), Remove(f"{MAPPINGS}[0].ebs.kmsKeyId")],
        unknown=Change(f"{MAPPINGS}[0].ebs.encrypted", None),
        absent=Absent(
            Remove(MAPPINGS), Verdict.REFUSED, "the parent's disk is taken as it is: Amazon's is in clear text"
        ),
    ),
    breaks=[
        Break(on=RECIPE, path=f"{MAPPINGS}[0].ebs.encrypted", value="false"),
        Break(on=RECIPE, path=f"{MAPPINGS}[0].ebs.kmsKeyId"),
    ],
)
