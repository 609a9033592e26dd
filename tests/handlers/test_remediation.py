"""A finding gets its remedy if that is safe to do unasked, and people hear of it in any case."""

from __future__ import annotations

import json
from typing import Any

import pytest

from handlers.remediation import handler
from handlers.remediation.logic import REMEDIES, Remedy, findings, remedy


@pytest.fixture
def alerts(aws: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    topic = aws("sns").create_topic(Name="alerts")["TopicArn"]
    queue = aws("sqs").create_queue(QueueName="inbox")["QueueUrl"]
    aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:eu-west-1:123456789012:inbox")
    monkeypatch.setenv("ALERT_TOPIC_ARN", topic)
    handler.wired.cache_clear()

    def messages() -> list[str]:
        answer = aws("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=0)
        return [json.loads(message["Body"])["Message"] for message in answer.get("Messages", [])]

    return messages


def guardduty(finding_type: str, resource: dict[str, Any], **service: Any) -> dict[str, Any]:
    detail = {"id": "f-1", "type": finding_type, "resource": resource, "service": service}
    return {"detail-type": "GuardDuty Finding", "source": "aws.guardduty", "detail": detail}


def security_hub(finding_type: str, *resources: dict[str, Any], **more: Any) -> dict[str, Any]:
    finding = {"Id": "arn:finding/1", "Types": [finding_type], "Resources": list(resources)} | more
    return {"detail-type": "Security Hub Findings - Imported", "detail": {"findings": [finding]}}


def outcome(event: dict[str, Any]) -> str:
    answer: Any = handler.handle(event, None)
    assert len(answer["outcomes"]) == 1
    return answer["outcomes"][0]


@pytest.fixture
def instance(aws: Any, alerts: Any) -> str:  # noqa: ARG001 - asked for, for what it sets up
    """The one instance of the group "web"."""
    ec2, autoscaling = aws("ec2"), aws("autoscaling")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    data = {"ImageId": image, "InstanceType": "t3.micro"}
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=data)
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName="web",
        LaunchTemplate={"LaunchTemplateName": "web"},
        MinSize=1,
        MaxSize=1,
        VPCZoneIdentifier=subnet,
    )
    return autoscaling.describe_auto_scaling_instances()["AutoScalingInstances"][0]["InstanceId"]


def health(aws: Any, instance_id: str) -> str:
    found = aws("autoscaling").describe_auto_scaling_instances(InstanceIds=[instance_id])["AutoScalingInstances"]
    return found[0]["HealthStatus"].upper()


@pytest.mark.parametrize(
    "kind", ["Backdoor:EC2/C&CActivity.B!DNS", "CryptoCurrency:EC2/BitcoinTool.B", "Trojan:EC2/DropPoint"]
)
def test_a_compromised_instance_of_a_group_is_replaced(aws: Any, instance: str, alerts: Any, kind: str) -> None:
    said = outcome(guardduty(kind, {"instanceDetails": {"instanceId": instance}}))
    assert "marked unhealthy; web takes it out of service" in said
    assert health(aws, instance) == "UNHEALTHY"
    assert said in alerts()[0]


@pytest.mark.usefixtures("aws", "alerts")
def test_a_finding_that_comes_again_changes_nothing_more(instance: str) -> None:
    event = guardduty("Trojan:EC2/DropPoint", {"instanceDetails": {"instanceId": instance}})
    outcome(event)
    assert "already being replaced" in outcome(event)


@pytest.mark.usefixtures("aws")
def test_security_hub_s_words_for_the_same_finding_are_understood(instance: str) -> None:
    arn = f"arn:aws:ec2:eu-west-1:123456789012:instance/{instance}"
    said = outcome(security_hub("TTPs/Command and Control/Trojan:EC2-DropPoint", {"Type": "AwsEc2Instance", "Id": arn}))
    assert f"instance {instance} was marked unhealthy" in said


@pytest.mark.parametrize(("role", "expected"), [("TARGET", "HEALTHY"), ("ACTOR", "UNHEALTHY")])
def test_guessing_passwords_at_an_instance_from_outside_does_not_get_it_replaced(
    aws: Any, instance: str, role: str, expected: str
) -> None:
    outcome(
        guardduty(
            "UnauthorizedAccess:EC2/SSHBruteForce", {"instanceDetails": {"instanceId": instance}}, resourceRole=role
        )
    )
    assert health(aws, instance) == expected


def test_an_instance_outside_of_any_group_is_left_to_a_person(alerts: Any) -> None:
    said = outcome(guardduty("Trojan:EC2/DropPoint", {"instanceDetails": {"instanceId": "i-0123456789abcdef0"}}))
    assert "a person must look at it, nothing was done" in said
    assert said in alerts()[0]


def test_a_sample_finding_is_told_and_not_acted_on(aws: Any, instance: str, alerts: Any) -> None:
    resource = {"instanceDetails": {"instanceId": instance}}
    said = outcome(guardduty("Trojan:EC2/DropPoint", resource, additionalInfo={"sample": True}))
    assert said in alerts()[0]
    assert health(aws, instance) == "HEALTHY"


OPEN = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False)


@pytest.mark.parametrize(
    "event",
    [
        guardduty("Policy:S3/BucketPublicAccessGranted", {"s3BucketDetails": [{"name": "models"}]}),
        guardduty("Policy:S3/BucketAnonymousAccessGranted", {"s3BucketDetails": [{"name": "models"}]}),
        guardduty("Policy:S3/BucketBlockPublicAccessDisabled", {"s3BucketDetails": [{"name": "models"}]}),
        security_hub(
            "Effects/Data Exposure/Policy:S3-BucketPublicAccessGranted",
            {"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::models"},
        ),
    ],
    ids=["public", "anonymous", "block lifted", "by Security Hub"],
)
@pytest.mark.usefixtures("alerts")
def test_a_bucket_that_was_opened_is_closed(aws: Any, event: dict[str, Any]) -> None:
    aws("s3").create_bucket(Bucket="models", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    aws("s3").put_public_access_block(Bucket="models", PublicAccessBlockConfiguration=OPEN)
    outcome(event)
    block = aws("s3").get_public_access_block(Bucket="models")["PublicAccessBlockConfiguration"]
    assert block == dict.fromkeys(OPEN, True)


@pytest.mark.usefixtures("alerts")
def test_a_stolen_access_key_is_deactivated_and_a_deleted_one_is_no_error(aws: Any) -> None:
    iam = aws("iam")
    iam.create_user(UserName="ci")
    key = iam.create_access_key(UserName="ci")["AccessKey"]["AccessKeyId"]
    details = {"accessKeyId": key, "userName": "ci", "userType": "IAMUser"}
    event = guardduty("CredentialAccess:IAMUser/AnomalousBehavior", {"accessKeyDetails": details})
    assert "was deactivated" in outcome(event)
    assert iam.list_access_keys(UserName="ci")["AccessKeyMetadata"][0]["Status"] == "Inactive"
    iam.delete_access_key(UserName="ci", AccessKeyId=key)
    assert "does not exist any more" in outcome(event)


@pytest.mark.usefixtures("alerts")
def test_keys_of_a_role_cannot_be_deactivated_and_are_left_to_a_person() -> None:
    details = {"accessKeyId": "ASIAEXAMPLE", "userName": "web", "userType": "AssumedRole"}
    said = outcome(guardduty("UnauthorizedAccess:IAMUser/ConsoleLogin", {"accessKeyDetails": details}))
    assert "a person must look" in said


def test_a_finding_without_a_remedy_is_told_and_is_no_error(alerts: Any) -> None:
    said = outcome(guardduty("Recon:EC2/Portscan", {"instanceDetails": {"instanceId": "i-1"}}))
    assert said.startswith("no automatic remedy")
    assert "Recon:EC2/Portscan" in alerts()[0]


def test_a_remedy_that_fails_is_told_and_tried_again(alerts: Any) -> None:
    event = guardduty("Policy:S3/BucketPublicAccessGranted", {"s3BucketDetails": [{"name": "not-there"}]})
    with pytest.raises(handler.RemedyFailedError):
        handler.handle(event, None)
    assert "FAILED and a person must act" in alerts()[0]


@pytest.mark.parametrize("prefix", REMEDIES)
def test_a_type_that_only_starts_alike_has_no_remedy(prefix: str) -> None:
    assert remedy(prefix) is REMEDIES[prefix]
    assert remedy(prefix.split(":", maxsplit=1)[0] + "X:" + prefix.split(":")[1]) is Remedy.NONE


def test_all_findings_of_a_batch_are_read() -> None:
    event = security_hub("Software and Configuration Checks")
    event["detail"]["findings"] *= 3
    assert len(findings(event)) == 3
