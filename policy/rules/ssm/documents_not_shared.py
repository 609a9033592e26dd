"""No document of Systems Manager can be shared with the public."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Verdict
from policy.rule import WHOLE_STACK, Break, Complaint, Rule, Scope, Severity
from policy.rules.ssm._settings import SETTING, in_two_regions, missing
from policy.subject import Subject
from policy.views.ownership import ACCOUNT, leave_to_owner

PATH = "/ssm/documents/console/public-sharing-permission"
VALUE = "Disable"


def check(subject: Subject) -> Iterator[Complaint]:
    leave_to_owner(subject.stack, "sharing_blocks")
    yield from missing(subject, PATH, VALUE)


RULE = Rule(
    id="ssm-documents-not-shared",
    on=WHOLE_STACK,
    scope=Scope.STACK,
    severity=Severity.CRITICAL,
    controls=("SSM.7",),
    why="A runbook that is shared with everybody tells them how the servers are run, and what is in it",
    mend="Declare the ServiceSetting in every region of the stack",
    check=check,
    examples=Examples(
        accepted=in_two_regions(PATH, VALUE),
        refused=Change("settingValue", "Enable", on="ohio"),
        unknown=Change("settingValue", None, on="ohio"),
        not_applicable=[Declared(type=ACCOUNT, name="account", props={"adopted": ["sharing_blocks"]}, region=None)],
        absent=Absent(Drop("london"), Verdict.REFUSED, "AWS allows public sharing until it is told not to"),
    ),
    breaks=[
        Break(on=SETTING, path="settingValue", value="Enable", where=lambda one: one["settingId"].endswith(PATH)),
        Break(on=SETTING, path="", where=lambda one: one["settingId"].endswith(PATH)),
    ],
)
