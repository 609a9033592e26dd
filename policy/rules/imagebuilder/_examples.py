"""What is declared of an image that is built as it should be."""

from typing import Any

BUILDER = "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration"
DISTRIBUTION = "aws:imagebuilder/distributionConfiguration:DistributionConfiguration"
RECIPE = "aws:imagebuilder/imageRecipe:ImageRecipe"

BUILDER_PROPS: dict[str, Any] = {
    "instanceProfileName": "builder",
    "instanceMetadataOptions": {"httpTokens": "required"},
    "subnetId": "subnet-0123",
    "securityGroupIds": ["sg-0123"],
    "terminateInstanceOnFailure": True,
}
DISK: dict[str, Any] = {"encrypted": "true", "kmsKeyId": "arn:aws:kms:eu-west-2:123456789012:key/mrk-1"}
RECIPE_PROPS: dict[str, Any] = {
    "parentImage": "ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64",
    "blockDeviceMappings": [{"deviceName": "/dev/xvda", "ebs": DISK}],
}
