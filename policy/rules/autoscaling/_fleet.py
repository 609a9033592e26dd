"""What an Auto Scaling group launches and whom it serves, in whichever form it says so; and one for the examples."""

from typing import Any

from policy.examples import Declared
from policy.subject import Subject
from policy.values import get
from policy.views.stated import stated

GROUP = "aws:autoscaling/group:Group"
ATTACHMENT = "aws:autoscaling/attachment:Attachment"
TRAFFIC = "aws:autoscaling/trafficSourceAttachment:TrafficSourceAttachment"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
TARGETS = "aws:lb/targetGroup:TargetGroup"
BALANCERS = {
    "targetGroupArns": TARGETS,
    "trafficSources": TARGETS,
    "loadBalancers": "aws:elb/loadBalancer:LoadBalancer",
}
ATTACHED = {"lbTargetGroupArn": TARGETS, "trafficSource": TARGETS, "elb": "aws:elb/loadBalancer:LoadBalancer"}
DISTRIBUTION = "instancesDistribution"


def balancers(group: Subject) -> list[Subject]:
    """The target groups, or classic load balancers, that a group puts its servers behind."""
    attachments = group.users("autoscalingGroupName", ATTACHMENT, TRAFFIC)
    own = [one for prop, token in BALANCERS.items() for one in group.links(prop, token)]
    return [
        *own,
        *(one for other in attachments for prop, token in ATTACHED.items() for one in other.links(prop, token)),
    ]


def serves(group: Subject) -> bool:
    """Whether visitors reach a group through a load balancer, of this stack or named by its ARN."""
    return bool(balancers(group)) or any(stated(group, prop) for prop in BALANCERS)


def spot_share(policy: Any) -> float:
    """How much of what is above the base a mixed-instances policy launches as spot, in percent."""
    return 100 - float(get(policy, f"{DISTRIBUTION}.onDemandPercentageAboveBaseCapacity", 100))


def fleet() -> list[Declared]:
    """A group `web` behind the target group `targets`, with its template; and `workers`, which serve nobody."""
    return [
        Declared(type=TARGETS, name="targets", props={"healthCheck": _CHECK}),
        Declared(type=TEMPLATE, name="template"),
        Declared(
            type=GROUP, name="web", props=GROUP_PROPS, links={"targetGroupArns": ["targets"], _POLICY: ["template"]}
        ),
        Declared(type=GROUP, name="workers", props={_POLICY: _mixed(0, 0)}),
    ]


_POLICY = "mixedInstancesPolicy"
_CHECK = {"protocol": "HTTPS", "interval": 10, "timeout": 4, "healthyThreshold": 2, "unhealthyThreshold": 2}


def _mixed(base: int, percent: int) -> dict[str, Any]:
    specification = {"launchTemplateId": "lt-0123456789abcdef0", "version": "7"}
    overrides = [{"instanceType": kind} for kind in ("m7g.large", "c7g.large", "r6g.large")]
    return {
        "launchTemplate": {"launchTemplateSpecification": specification, "overrides": overrides},
        DISTRIBUTION: {"onDemandBaseCapacity": base, "onDemandPercentageAboveBaseCapacity": percent},
    }


GROUP_PROPS: dict[str, Any] = {
    "mixedInstancesPolicy": _mixed(3, 30),
    "capacityRebalance": True,
    "maxInstanceLifetime": 1209600,
    "healthCheckType": "ELB",
    "healthCheckGracePeriod": 180,
    "defaultInstanceWarmup": 60,
    "instanceRefresh": {
        "strategy": "Rolling",
        "preferences": {
            "minHealthyPercentage": 100, "autoRollback": True, "alarmSpecification": {"alarms": ["server-errors"]},
        },
    },
}  # fmt: skip
