"""The log of what visitors asked the distribution for."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions

from components.component import Component
from components.naming import Names


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessLogArgs:
    names: Names
    distribution_arn: Input[str]
    bucket: Output[str]


class AccessLog(Component):
    """Delivers the distribution's log to a bucket of us-east-1, as columns that a warehouse reads without parsing.

    It stays there as long as every access log does: `operations.access_log_retention_days`.
    """

    def __init__(self, name: str, args: AccessLogArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:edge:AccessLog", name, args, opts)
        source = aws.cloudwatch.LogDeliverySource(
            self.named("source"),
            name=args.names.of("distribution"),
            log_type="ACCESS_LOGS",
            resource_arn=args.distribution_arn,
            opts=self.own(),
        )
        destination = aws.cloudwatch.LogDeliveryDestination(
            self.named("destination"),
            name=args.names.of("distribution"),
            output_format="parquet",
            delivery_destination_configuration={
                "destination_resource_arn": Output.concat("arn:aws:s3:::", args.bucket)
            },
            opts=self.own(),
        )
        aws.cloudwatch.LogDelivery(
            self.named("delivery"),
            delivery_source_name=source.name,
            delivery_destination_arn=destination.arn,
            s3_delivery_configurations=[
                {"suffix_path": "{DistributionId}/{yyyy}/{MM}/{dd}/{HH}", "enable_hive_compatible_path": False}
            ],
            opts=self.own(),
        )
        self.publish()
