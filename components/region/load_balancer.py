"""The load balancer of a region: the one door that visitors come through, and only by way of the edge."""

from dataclasses import dataclass
from typing import Literal

import pulumi_aws as aws
from pulumi import InvokeOptions, Output, ResourceOptions

from components.alarms import alarm, ratio_alarm
from components.component import Component
from components.interfaces import Ground, OriginVerification
from settings.account import AlarmThresholds
from settings.region import LoadBalancerSettings

TARGET_PORT = 8443
TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
"""TLS 1.3, and 1.2 with forward secrecy only: Route 53's checkers and CloudFront's fallback still need 1.2."""

CLOUDFRONT = "com.amazonaws.global.cloudfront.origin-facing"
HEALTH_CHECKERS = "com.amazonaws.{region}.route53-healthchecks"
HEALTH_CHECKER_AGENT = "Amazon-Route53-Health-Check-Service*"
PATHS = ("/catalogue/*", "/sessions*", "/orders*")
"""What the servers serve. A rule holds five values at most, two of them the accepted secrets and two the hosts."""

NAMESPACE = "AWS/ApplicationELB"


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadBalancerArgs:
    settings: LoadBalancerSettings
    thresholds: AlarmThresholds
    ground: Ground
    domain: str
    vpc_id: Output[str]
    public_subnet_ids: Output[list[str]]
    certificate_arn: Output[str]
    verification: OriginVerification
    least_healthy_servers: int
    """Healthy servers below which the alarm goes off."""


class LoadBalancer(Component):
    """Takes traffic from CloudFront alone and spreads it over the web servers of all zones."""

    dns_name: Output[str]
    zone_id: Output[str]
    arn: Output[str]
    arn_suffix: Output[str]
    target_group_arn: Output[str]
    """Resolves once the listener forwards to the target group: a group without a listener takes no servers' health."""

    target_group_arn_suffix: Output[str]
    security_group_id: Output[str]
    rollback_alarm_names: list[Output[str]]
    """Alarms that end and undo a deployment of servers."""

    alarm_names: list[Output[str]]
    """Alarms that say that visitors are not served; one server that fails its health check is none of them."""

    def __init__(self, name: str, args: LoadBalancerArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:region:LoadBalancer", name, args, opts)
        # AWS counts a list's entries as rules: CloudFront's 55 and the checkers' 25 do not fit one group of 60.
        from_edge = self._group("from-edge", args, "CloudFront", CLOUDFRONT)
        from_checkers = self._group(
            "from-checkers", args, "Route 53 health checkers", HEALTH_CHECKERS.format(region=args.ground.names.region)
        )
        balancer = self._balancer(args, [from_edge.id, from_checkers.id])
        targets = self._target_group(args)
        https = self._listeners(args, balancer, targets)
        rules = self._rules(args, https, targets)

        # The edge may send a new proof as soon as this resolves: by then the rules accept it (docs/adr/0002).
        self.dns_name = Output.all(balancer.dns_name, *(rule.arn for rule in rules)).apply(lambda made: str(made[0]))
        self.zone_id = balancer.zone_id
        self.arn = balancer.arn
        self.arn_suffix = balancer.arn_suffix
        self.target_group_arn = Output.all(targets.arn, *(rule.arn for rule in rules)).apply(lambda arns: arns[0])
        self.target_group_arn_suffix = targets.arn_suffix
        self.security_group_id = from_edge.id
        self.rollback_alarm_names, others = self._alarms(args)
        self.alarm_names = [*self.rollback_alarm_names, *others]
        self.publish()

    def _group(self, role: str, args: LoadBalancerArgs, source: str, prefix_list: str) -> aws.ec2.SecurityGroup:
        group = aws.ec2.SecurityGroup(
            self.named(role),
            description=f"HTTPS to the load balancer from {source}",
            vpc_id=args.vpc_id,
            tags={"Name": self.named(role)},
            opts=self.own(),
        )
        found = aws.ec2.get_managed_prefix_list_output(name=prefix_list, opts=InvokeOptions(parent=self))
        aws.vpc.SecurityGroupIngressRule(
            self.named(f"https-{role}"),
            security_group_id=group.id,
            description=f"HTTPS from {source}",
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            prefix_list_id=found.id,
            opts=self.own(),
        )
        return group

    def _balancer(self, args: LoadBalancerArgs, groups: list[Output[str]]) -> aws.lb.LoadBalancer:
        settings = args.settings
        return aws.lb.LoadBalancer(
            self.named("public"),
            # A prefix, not a name: a replacement stands beside the old one, and 32 characters hold no region's name.
            name_prefix="store-",
            load_balancer_type="application",
            internal=False,
            ip_address_type="ipv4",
            subnets=args.public_subnet_ids,
            security_groups=groups,
            drop_invalid_header_fields=True,
            desync_mitigation_mode="strictest",
            preserve_host_header=True,
            xff_header_processing_mode="append",
            enable_http2=True,
            enable_cross_zone_load_balancing=True,
            enable_zonal_shift=True,
            enable_waf_fail_open=False,
            enable_deletion_protection=settings.deletion_protection,
            idle_timeout=settings.idle_timeout_seconds,
            client_keep_alive=settings.client_keep_alive_seconds,
            access_logs={"bucket": args.ground.log_bucket, "prefix": "load-balancer/access", "enabled": True},
            connection_logs={"bucket": args.ground.log_bucket, "prefix": "load-balancer/connections", "enabled": True},
            health_check_logs=_health_check_logs(args),
            tags={"Name": self.named("public")},
            opts=self.own(),
        )

    def _target_group(self, args: LoadBalancerArgs) -> aws.lb.TargetGroup:
        settings = args.settings
        return aws.lb.TargetGroup(
            self.named("web"),
            name_prefix="web-",
            target_type="instance",
            protocol="HTTPS",
            protocol_version="HTTP1",
            port=TARGET_PORT,
            vpc_id=args.vpc_id,
            deregistration_delay=settings.draining_seconds,
            slow_start=settings.slow_start_seconds,
            # The only algorithm that slow start works with; anomaly mitigation would need weighted_random.
            load_balancing_algorithm_type="round_robin",
            stickiness={"type": "lb_cookie", "enabled": True, "cookie_duration": settings.stickiness_seconds},
            health_check=_health_check(settings),
            target_group_health=_group_health(settings),
            tags={"Name": self.named("web")},
            opts=self.own(),
        )

    def _listeners(
        self, args: LoadBalancerArgs, balancer: aws.lb.LoadBalancer, targets: aws.lb.TargetGroup
    ) -> aws.lb.Listener:
        aws.lb.Listener(
            self.named("http"),
            load_balancer_arn=balancer.arn,
            port=80,
            protocol="HTTP",
            default_actions=[
                {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"}}
            ],
            opts=self.own(),
        )
        return aws.lb.Listener(
            self.named("https"),
            load_balancer_arn=balancer.arn,
            port=443,
            protocol="HTTPS",
            ssl_policy=TLS_POLICY,
            certificate_arn=args.certificate_arn,
            routing_http_response_server_enabled=False,
            routing_http_response_strict_transport_security_header_value="max-age=63072000; includeSubDomains",
            default_actions=[
                {
                    "type": "fixed-response",
                    "fixed_response": {"content_type": "text/plain", "message_body": "Forbidden", "status_code": "403"},
                }
            ],
            opts=self.own(depends_on=[targets]),
        )

    def _rules(
        self, args: LoadBalancerArgs, https: aws.lb.Listener, targets: aws.lb.TargetGroup
    ) -> list[aws.lb.ListenerRule]:
        """Health checks by their agent, visitors by host, path and the proof that they came through the edge."""
        health = self._rule(
            "health", 10, https, targets, [_path("/readyz"), _header("User-Agent", HEALTH_CHECKER_AGENT)]
        )
        proof = _header(args.verification.header, *args.verification.accepted)
        hosts: aws.lb.ListenerRuleConditionArgsDict = {"host_header": {"values": [f"*.{args.domain}", args.domain]}}
        visitors = [
            self._rule(path.strip("/*"), 100 + 10 * position, https, targets, [hosts, _path(path), proof])
            for position, path in enumerate(PATHS)
        ]
        return [health, *visitors]

    def _rule(
        self,
        role: str,
        priority: int,
        https: aws.lb.Listener,
        targets: aws.lb.TargetGroup,
        conditions: list[aws.lb.ListenerRuleConditionArgsDict],
    ) -> aws.lb.ListenerRule:
        return aws.lb.ListenerRule(
            self.named(role),
            listener_arn=https.arn,
            priority=priority,
            conditions=conditions,
            actions=[{"type": "forward", "target_group_arn": targets.arn}],
            tags={"Name": self.named(role)},
            opts=self.own(),
        )

    def _alarms(self, args: LoadBalancerArgs) -> tuple[list[Output[str]], list[Output[str]]]:
        """The alarms that undo a deployment, and the others that mean that visitors are not served."""
        thresholds = args.thresholds
        topic_arn = args.ground.alert_topic_arn
        whole = {"LoadBalancer": self.arn_suffix}
        fleet = {"LoadBalancer": self.arn_suffix, "TargetGroup": self.target_group_arn_suffix}

        def share(
            role: str, says: str, metric: Literal["HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count"]
        ) -> Output[str]:
            return ratio_alarm(
                self.named(role), says=says, part=(NAMESPACE, metric), whole=(NAMESPACE, "RequestCount"),
                dimensions=whole, threshold_percent=thresholds.server_error_percent, topic_arn=topic_arn,
                opts=self.own(),
            ).name  # fmt: skip

        errors = share("server-errors", "Too many answers of the web servers are 5xx", "HTTPCode_Target_5XX_Count")
        refused = share("balancer-errors", "The load balancer itself answers 5xx too often", "HTTPCode_ELB_5XX_Count")
        slow = alarm(
            self.named("latency"), says="The web servers answer too slowly (95th percentile)", namespace=NAMESPACE,
            metric="TargetResponseTime", dimensions=whole, statistic="p95",
            threshold=thresholds.latency_p95_milliseconds / 1000, topic_arn=topic_arn, opts=self.own(),
        )  # fmt: skip
        alarm(
            self.named("unhealthy-servers"), says="Web servers fail their health check", namespace=NAMESPACE,
            metric="UnHealthyHostCount", dimensions=fleet, statistic="Maximum", threshold=0, periods=5, datapoints=5,
            topic_arn=topic_arn, opts=self.own(),
        )  # fmt: skip
        few = alarm(
            self.named("too-few-servers"), says="Fewer healthy web servers than the region needs", namespace=NAMESPACE,
            metric="HealthyHostCount", dimensions=fleet, statistic="Minimum", comparison="LessThanThreshold",
            threshold=args.least_healthy_servers, missing="breaching" if args.least_healthy_servers else "notBreaching",
            topic_arn=topic_arn, opts=self.own(),
        )  # fmt: skip
        full = alarm(
            self.named("rejected-connections"), says="The load balancer rejects connections: its limit is reached",
            namespace=NAMESPACE, metric="RejectedConnectionCount", dimensions=whole, threshold=0,
            topic_arn=topic_arn, opts=self.own(),
        )  # fmt: skip
        return [errors, slow.name], [refused, few.name, full.name]


def _health_check_logs(args: LoadBalancerArgs) -> aws.lb.LoadBalancerHealthCheckLogsArgsDict | None:
    if not args.settings.health_check_logs:
        return None
    return {"bucket": args.ground.log_bucket, "prefix": "load-balancer/health", "enabled": True}


def _path(pattern: str) -> aws.lb.ListenerRuleConditionArgsDict:
    return {"path_pattern": {"values": [pattern]}}


def _header(name: str, *values: str | Output[str]) -> aws.lb.ListenerRuleConditionArgsDict:
    return {"http_header": {"http_header_name": name, "values": list(values)}}


def _health_check(settings: LoadBalancerSettings) -> aws.lb.TargetGroupHealthCheckArgsDict:
    return {
        "protocol": "HTTPS",
        "port": "traffic-port",
        "path": "/healthz",
        "matcher": "200",
        "interval": settings.health_check_interval_seconds,
        "timeout": settings.health_check_timeout_seconds,
        "healthy_threshold": settings.healthy_threshold,
        "unhealthy_threshold": settings.unhealthy_threshold,
    }


def _group_health(settings: LoadBalancerSettings) -> aws.lb.TargetGroupTargetGroupHealthArgsDict:
    """A zone leaves DNS early; routing to all targets, healthy or not, is the last resort."""
    return {
        "dns_failover": {
            "minimum_healthy_targets_count": "1",
            "minimum_healthy_targets_percentage": str(settings.dns_failover_below_percent),
        },
        "unhealthy_state_routing": {
            "minimum_healthy_targets_count": 1,
            "minimum_healthy_targets_percentage": str(settings.fail_open_below_percent),
        },
    }
