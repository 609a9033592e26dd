"""Settings of Systems Manager, which each region has of its own."""

from collections.abc import Iterator

from policy.examples import Declared
from policy.rule import Complaint, wrong
from policy.subject import Subject
from policy.values import get

SETTING = "aws:ssm/serviceSetting:ServiceSetting"
BUCKET = "aws:s3/bucket:Bucket"


def missing(subject: Subject, setting: str, value: str) -> Iterator[Complaint]:
    """Every region in which a setting, named by its path or its ARN, has another value or nobody has set it."""
    declared = [one for one in subject.stack.of_type(SETTING) if str(get(one.props, "settingId")).endswith(setting)]
    right = {one.region for one in declared if get(one.props, "settingValue") == value}
    for region in subject.stack.regions():
        if region not in right:
            yield wrong("", f"a ServiceSetting {setting} with the value {value} in {region}")


def in_two_regions(setting: str, value: str) -> list[Declared]:
    """The setting as `london` by its path and as `ohio` by its ARN."""
    arn = f"arn:aws:ssm:us-east-2:123456789012:servicesetting{setting}"
    return [
        Declared(type=BUCKET, name="models"),
        Declared(type=SETTING, name="london", props={"settingId": setting, "settingValue": value}),
        Declared(type=SETTING, name="ohio", props={"settingId": arn, "settingValue": value}, region="us-east-2"),
    ]
