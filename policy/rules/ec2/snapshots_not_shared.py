"""Every region refuses to share snapshots with the public."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Verdict
from policy.rule import WHOLE_STACK, Break, Complaint, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.values import get
from policy.views.ownership import ACCOUNT, leave_to_owner

BLOCK = "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess"
BLOCKING = {"block-all-sharing", "block-new-sharing"}


def check(subject: Subject) -> Iterator[Complaint]:
    leave_to_owner(subject.stack, "sharing_blocks")
    blocked = {one.region for one in subject.stack.of_type(BLOCK) if get(one.props, "state") in BLOCKING}
    for region in subject.stack.regions():
        if region not in blocked:
            yield wrong("", f"a SnapshotBlockPublicAccess with state block-all-sharing in {region}")


RULE = Rule(
    id="ec2-snapshots-not-shared",
    on=WHOLE_STACK,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    controls=("EC2.182",),
    why="One call shares the snapshot of a disk with every account there is",
    mend="Declare a SnapshotBlockPublicAccess with state block-all-sharing for every region",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type="aws:s3/bucket:Bucket", name="models"),
            Declared(type=BLOCK, name="london", props={"state": "block-new-sharing"}),
            Declared(type=BLOCK, name="ohio", props={"state": "block-all-sharing"}, region="us-east-2"),
        ],
        refused=Change("state", "unblocked", on="ohio"),
        unknown=Change("state", None, on="ohio"),
        not_applicable=[Declared(type=ACCOUNT, name="account", props={"adopted": ["sharing_blocks"]}, region=None)],
        absent=Absent(Drop("london"), Verdict.REFUSED, "a region lets snapshots be shared until it is told not to"),
        stronger=[Change("state", "block-all-sharing", on="london")],
    ),
    breaks=[Break(on=BLOCK, path=""), Break(on=BLOCK, path="state", value="unblocked")],
)
