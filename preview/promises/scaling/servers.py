"""One web server: what it answers, how long a new one takes until it serves, and how long a dead one goes unnoticed."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from preview.facts import Fact, fact, rows
from preview.graph import UNKNOWN, Node
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.figure import Figure, Kind, Reading, figure

TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
IMAGES_OF_AWS = "/aws/service/"
BUILT_IMAGE = "aws:imagebuilder/image:Image"
SLOW_STARTS = (0.0, 30.0, 900.0)
"""None, the shortest and the longest that AWS allows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Replacement:
    """What passes from a server's death until another serves, in seconds."""

    detection: Figure
    """Until the group knows."""

    answering: Figure
    """From there until the new server's service answers; from a warm pool where there is one."""

    first_check: Figure
    """From there until the load balancer has seen it answer."""

    total: Figure
    slow_start: Reading
    """After it: until the new server takes its full share."""


def vcpus(instance_type: str) -> Fact:
    """Virtual processors of an instance type; UndeclaredError for one that the table does not know."""
    found = _instance_types().get(instance_type)
    if found is None:
        raise UndeclaredError(f"instance_types.csv does not know the instance type {instance_type}")
    return found


def launch_template(deployed: Deployed, group: Node) -> Node:
    """What a group's servers are launched from."""
    for found in deployed.references(group, "mixedInstancesPolicy", "launchTemplate"):
        if found.type == TEMPLATE:
            return found
    raise UndeclaredError(f"{group.name} has no launch template")


def capacity(deployed: Deployed, group: Node) -> Figure:
    """Requests per second that the smallest of a group's types takes on."""
    smallest = min((vcpus(each) for each in _types_of(deployed, group)), key=lambda each: each.value)
    return figure(
        "requests that one server can answer", "1/s", Kind.ESTIMATE, "1000 * vcpus / milliseconds", vcpus=smallest,
        milliseconds=deployed.expected("load.server_cpu_milliseconds_per_request", "ms"),
    )  # fmt: skip


def answering(deployed: Deployed, template: Node, hold: Sequence[Reading] = ()) -> Figure:
    """Seconds from the launch of a server until its service answers; launching hooks hold it back meanwhile."""
    launch, bootstrap = fact("ec2.launch"), _bootstrap(deployed, template)
    held = {f"hook_{position}": reading for position, reading in enumerate(hold)}
    slower = f"max({', '.join(['bootstrap', *held])})" if held else "bootstrap"
    return figure(
        "a new server answers", "s", Kind.ESTIMATE, f"launch + {slower}", launch=launch, bootstrap=bootstrap, **held
    )


def answering_from_warm_pool() -> Figure:
    """The same for a server that waits, stopped, in a warm pool."""
    return figure("a server of the warm pool answers", "s", Kind.ESTIMATE, "start", start=fact("asg.warm_start"))


def first_check(deployed: Deployed, targets: Node) -> Figure:
    """Seconds from its first answer until the load balancer sends a server requests."""
    interval = deployed.number(targets, "healthCheck.interval", "s", fact("alb.interval"))
    checks = fact("alb.first_check")
    return figure("first passed health check", "s", Kind.BOUND, "checks * interval", checks=checks, interval=interval)


def serving(answers: Figure, check: Figure) -> Figure:
    """Seconds from the launch of a server until it takes requests."""
    return figure("a new server serves", "s", Kind.ESTIMATE, "answers + check", answers=answers, check=check)


def replacement(deployed: Deployed, group: Node, targets: Node, answers: Figure) -> Replacement:
    """From a server's death until another serves in its place."""
    detection, check = _detection(deployed, group, targets), first_check(deployed, targets)
    return Replacement(
        detection=detection,
        answering=answers,
        first_check=check,
        total=figure(
            f"a server in {group.region} is replaced", "s", Kind.ESTIMATE, "detection + answers + check",
            detection=detection, answers=answers, check=check,
        ),
        slow_start=deployed.number(targets, "slowStart", "s", fact("alb.slow_start"), choices=SLOW_STARTS),
    )  # fmt: skip


def must_outlive_its_boot(deployed: Deployed, group: Node, targets: Node) -> None:
    """UndeclaredError where servers are replaced before they ever serve: booting takes longer than they are spared."""
    if not _asks_load_balancer(group):
        return
    boot = _bootstrap(deployed, launch_template(deployed, group)).value + first_check(deployed, targets).value
    grace = deployed.number(group, "healthCheckGracePeriod", "s", fact("asg.grace")).value
    spared = max(grace, _unhealthy(deployed, targets).value)
    if boot > spared:
        raise UndeclaredError(
            f"a new server in {group.region} needs {boot:g} s to pass its first health check and is replaced after "
            f"{spared:g} s: none ever serves; healthCheckGracePeriod of {group.name} must be {math.ceil(boot)} or more"
        )


def _bootstrap(deployed: Deployed, template: Node) -> Fact:
    image = str(deployed.value(template, "imageId"))
    built = any(found.type == BUILT_IMAGE for found in deployed.references(template, "imageId"))
    stock = IMAGES_OF_AWS in image or (UNKNOWN in image and not built)
    return fact("ec2.bootstrap_stock" if stock else "ec2.bootstrap_own")


def _asks_load_balancer(group: Node) -> bool:
    return group.inputs.get("healthCheckType") == "ELB"


def _detection(deployed: Deployed, group: Node, targets: Node) -> Figure:
    name = "the group knows that a server is dead"
    if _asks_load_balancer(group):
        unhealthy, poll = _unhealthy(deployed, targets), fact("asg.health_poll")
        return figure(name, "s", Kind.ESTIMATE, "unhealthy + poll", unhealthy=unhealthy, poll=poll)
    check, patience = fact("ec2.status_check"), fact("asg.impaired_wait")
    return figure(name, "s", Kind.ESTIMATE, "check + patience", check=check, patience=patience)


def _unhealthy(deployed: Deployed, targets: Node) -> Figure:
    """A server dies right after a check: it must then fail as many as the threshold, the last by timeout."""
    return figure(
        "the load balancer calls it unhealthy", "s", Kind.BOUND, "threshold * interval + timeout",
        threshold=deployed.number(targets, "healthCheck.unhealthyThreshold", "checks", fact("alb.unhealthy")),
        interval=deployed.number(targets, "healthCheck.interval", "s", fact("alb.interval")),
        timeout=deployed.number(targets, "healthCheck.timeout", "s", fact("alb.timeout")),
    )  # fmt: skip


def _types_of(deployed: Deployed, group: Node) -> list[str]:
    """The types that a group launches."""
    overrides = deployed.value(group, "mixedInstancesPolicy.launchTemplate.overrides") or ()
    named = [str(cast(Mapping[str, Any], each)["instanceType"]) for each in overrides]
    alone = deployed.value(launch_template(deployed, group), "instanceType")
    found = named or ([str(alone)] if alone else [])
    if not found:
        raise UndeclaredError(f"{group.name} names no instance type")
    return found


@cache
def _instance_types() -> dict[str, Fact]:
    return {
        row["type"]: Fact(
            id=f"instance_types.{row['type']}",
            statement=f"virtual processors of {row['type']}",
            value=float(row["vcpus"]),
            unit="vCPUs",
            source=row["source"],
            as_of=row["as_of"],
            quality="official",
        )
        for row in rows("instance_types")
    }
