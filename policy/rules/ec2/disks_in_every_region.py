"""Every region of the stack encrypts new disks by default."""

from collections.abc import Iterator

from policy.examples import Absent, Declared, Drop, Examples, Verdict
from policy.rule import WHOLE_STACK, Break, Complaint, Rule, Scope, Severity, wrong
from policy.rules.ec2.disks_by_default import DEFAULT
from policy.subject import Subject
from policy.views.ownership import ACCOUNT, leave_to_owner


def check(subject: Subject) -> Iterator[Complaint]:
    leave_to_owner(subject.stack, "disk_encryption")
    declared = {one.region for one in subject.stack.of_type(DEFAULT)}
    for region in subject.stack.regions():
        if region not in declared:
            yield wrong("", f"an EncryptionByDefault in {region}")


RULE = Rule(
    id="ec2-disks-in-every-region",
    on=WHOLE_STACK,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    controls=("EC2.7",),
    why="The default is a region's own: where nobody has set it, disks lie in clear text",
    mend="Declare an EncryptionByDefault for every region that the stack works in",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=DEFAULT, name="london"),
            Declared(type=DEFAULT, name="ohio", region="us-east-2"),
            Declared(type="aws:s3/bucket:Bucket", name="models", region="us-east-2"),
        ],
        refused=Drop("ohio"),
        unknown=None,
        not_applicable=[Declared(type=ACCOUNT, name="account", props={"adopted": ["disk_encryption"]}, region=None)],
        absent=Absent(Drop("ohio"), Verdict.REFUSED, "AWS's default in every region is no encryption"),
    ),
    breaks=[Break(on=DEFAULT, path="", also=("guards-everywhere",))],
)
