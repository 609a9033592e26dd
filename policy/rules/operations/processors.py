"""Somebody hears of processors that are busy for long."""

from policy.examples import Declared
from policy.rules.operations._promises import GROUP, TARGET_GROUP, Watch, promise
from policy.subject import Subject
from policy.views.clusters import CLUSTER


def _idle(subject: Subject) -> str | None:
    if subject.type == GROUP and not subject.links("targetGroupArns", TARGET_GROUP):
        return "because no load balancer sends it visitors: its work waits in a queue, of which another rule speaks"
    return None


RULE = promise(
    id="operations-processors",
    why="What is busy all the time answers late, and then not at all",
    needs={
        CLUSTER: [Watch(namespace="AWS/RDS", name="CPUUtilization", statistic="Average")],
        GROUP: [Watch(namespace="AWS/EC2", name="CPUUtilization", statistic="Average")],
    },
    applies=_idle,
    around=[
        Declared(type=GROUP, name="group", links={"targetGroupArns": ["web"]}),
        Declared(type=TARGET_GROUP, name="web"),
    ],
    not_applicable=[Declared(type=GROUP)],
)
