"""The trail that the rules about it share as an example."""

from typing import Any

TRAIL = "aws:cloudtrail/trail:Trail"

MANAGEMENT = {"name": "Management", "fieldSelectors": [{"field": "eventCategory", "equals": ["Management"]}]}
OBJECTS = {
    "name": "Objects",
    "fieldSelectors": [
        {"field": "eventCategory", "equals": ["Data"]},
        {"field": "resources.type", "equals": ["AWS::S3::Object"]},
    ],
}


def trail(**props: Any) -> dict[str, Any]:
    """The inputs of a trail that is as it should be, less those given as None."""
    made = {
        "s3BucketName": "trail", "isMultiRegionTrail": True, "includeGlobalServiceEvents": True, "enableLogging": True,
        "enableLogFileValidation": True, "kmsKeyId": "arn:aws:kms:eu-west-2:123456789012:key/a",
        "cloudWatchLogsGroupArn": "arn:aws:logs:eu-west-2:123456789012:log-group:trail:*",
        "advancedEventSelectors": [MANAGEMENT, OBJECTS],
    }  # fmt: skip
    return {key: value for key, value in {**made, **props}.items() if value is not None}
