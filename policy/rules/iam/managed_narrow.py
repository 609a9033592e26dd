"""Of AWS's managed policies only narrow ones are attached."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.iam._examples import role, trust
from policy.subject import Subject
from policy.values import each, get
from policy.views.roles import ATTACHMENT, OPEN_ATTACHMENT, ROLE

AWS_OWN = ":iam::aws:policy/"
NARROW = frozenset({
    "AmazonSSMManagedInstanceCore",
    "service-role/AmazonRDSEnhancedMonitoringRole",
    "service-role/AWS_ConfigRole",
    "service-role/AWSBackupServiceRolePolicyForBackup",
    "AWSBackupServiceRolePolicyForS3Backup",
    "service-role/AWSBackupServiceRolePolicyForRestores",
    "AWSBackupServiceRolePolicyForS3Restore",
    "AWSXRayDaemonWriteAccess",
    "service-role/AWSLambdaBasicExecutionRole",
    "service-role/AWSLambdaVPCAccessExecutionRole",
})  # fmt: skip
"""Written for one task of one service, and asked for by its guide where a policy of one's own will not do."""

LISTED = {
    ROLE: "managedPolicyArns",
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "policyArns",
    "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": "policyArns",
    "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive": "policyArns",
}
OTHER_ATTACHMENTS = (
    OPEN_ATTACHMENT,
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
)


def check(subject: Subject) -> Iterator[Complaint]:
    if prop := LISTED.get(subject.type):
        given = [(f"{prop}[{at}]", arn) for at, arn in each(subject.props, prop)]
    else:
        given = [("policyArn", get(subject.props, "policyArn"))]
    for path, arn in given:
        if AWS_OWN in str(arn) and str(arn).partition(AWS_OWN)[2] not in NARROW:
            yield wrong(path, "a policy of our own, or one of AWS's that is made for one task")


RULE = Rule(
    id="iam-managed-narrow",
    on=(ATTACHMENT, *OTHER_ATTACHMENTS, *LISTED),
    severity=Severity.HIGH,
    why="AWS's managed policies are wide, and AWS widens them without asking",
    mend="Write the few statements that the role needs in a policy of its own",
    check=check,
    examples=Examples(
        accepted=[
            Declared(
                type=ATTACHMENT,
                props={"role": "it", "policyArn": "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"},
            ),
            Declared(type=OPEN_ATTACHMENT, name="open", props={"policyArn": "arn:aws:iam::123456789012:policy/own"}),
            Declared(
                type=ROLE,
                name="role",
                props={
                    **role(trust("ec2.amazonaws.com"))[0].props,
                    "managedPolicyArns": ["arn:aws:iam::aws:policy/service-role/AWS_ConfigRole"],
                },
            ),
        ],
        refused=Change("policyArn", "arn:aws:iam::aws:policy/AdministratorAccess"),
        unknown=Change("policyArn", None),
        absent=Absent(
            Remove("managedPolicyArns", on="role"), Verdict.ACCEPTED, "a role has no managed policy of itself"
        ),
        stronger=[Change("policyArn", "arn:aws:iam::123456789012:policy/storefront-reader")],
        also_refused=[
            Change("managedPolicyArns[0]", "arn:aws:iam::aws:policy/AmazonS3FullAccess", on="role"),
            Change("policyArn", "arn:aws:iam::aws:policy/AdministratorAccess", on="open"),
        ],
    ),
    breaks=[Break(on=ATTACHMENT, path="policyArn", value="arn:aws:iam::aws:policy/PowerUserAccess")],
)
