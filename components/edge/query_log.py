"""The log of DNS queries."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Input, ResourceOptions

from components.component import Component
from components.iam import allow, document
from components.naming import Names


@dataclass(frozen=True, kw_only=True, slots=True)
class QueryLogArgs:
    names: Names
    zone_id: Input[str]
    domain: str
    retention_days: int
    key_arn: Input[str]


class QueryLog(Component):
    """Keeps what was asked of the zone; Route 53 writes it in us-east-1 only."""

    def __init__(self, name: str, args: QueryLogArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:edge:QueryLog", name, args, opts)
        group_name = f"/aws/route53/{args.domain}"
        group = aws.cloudwatch.LogGroup(
            self.named("group"),
            name=group_name,
            retention_in_days=args.retention_days,
            kms_key_id=args.key_arn,
            opts=self.own(),
        )
        permission = aws.cloudwatch.LogResourcePolicy(
            self.named("permission"),
            policy_name=args.names.of("dns-queries"),
            policy_document=_write_permission(args.names, group_name),
            opts=self.own(),
        )
        aws.route53.QueryLog(
            self.named("queries"),
            zone_id=args.zone_id,
            cloudwatch_log_group_arn=group.arn,
            opts=self.own(depends_on=[permission]),
        )
        self.publish()


def _write_permission(names: Names, group: str) -> str:
    return document(
        [
            allow(
                ["logs:CreateLogStream", "logs:PutLogEvents"],
                [names.log_group_arn(group)],
                principal={"Service": "route53.amazonaws.com"},
                when={
                    "StringEquals": {"aws:SourceAccount": names.account},
                    "ArnLike": {"aws:SourceArn": "arn:aws:route53:::hostedzone/*"},
                },
            )
        ]
    )
