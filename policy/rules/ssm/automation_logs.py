"""What automation runs leaves a log."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Verdict
from policy.rule import WHOLE_STACK, Break, Complaint, Rule, Scope, Severity
from policy.rules.ssm._settings import SETTING, in_two_regions, missing
from policy.subject import Subject
from policy.views.ownership import ACCOUNT, leave_to_owner

PATH = "/ssm/automation/customer-script-log-destination"
VALUE = "CloudWatch"


def check(subject: Subject) -> Iterator[Complaint]:
    leave_to_owner(subject.stack, "sharing_blocks")
    yield from missing(subject, PATH, VALUE)


RULE = Rule(
    id="ssm-automation-logs",
    on=WHOLE_STACK,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    controls=("SSM.6",),
    why="What an automatic repair has done, or failed to do, is nowhere to be read afterwards",
    mend="Declare the ServiceSetting in every region of the stack",
    check=check,
    examples=Examples(
        accepted=in_two_regions(PATH, VALUE),
        refused=Change("settingValue", "None", on="ohio"),
        unknown=Change("settingValue", None, on="ohio"),
        not_applicable=[Declared(type=ACCOUNT, name="account", props={"adopted": ["sharing_blocks"]}, region=None)],
        absent=Absent(Drop("london"), Verdict.REFUSED, "AWS keeps no log of scripts by default"),
    ),
    breaks=[
        Break(on=SETTING, path="settingValue", value="None", where=lambda one: one["settingId"].endswith(PATH)),
        Break(on=SETTING, path="", where=lambda one: one["settingId"].endswith(PATH)),
    ],
)
