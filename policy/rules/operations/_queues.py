"""Which queues are worked, and which keep what could not be done."""

import json
from collections.abc import Iterator
from typing import Any

from policy.rules.functions._types import QUEUE
from policy.subject import Stack, Subject
from policy.values import get
from policy.views.alarms import known

REDRIVE = "aws:sqs/redrivePolicy:RedrivePolicy"
POLICY = "redrivePolicy"
LAST = ("deadLetterConfig", "destinationConfig")
"""Properties of what is no queue that name a queue of last resort."""


def redrives(queue: Subject) -> Iterator[Subject]:
    """What holds the queue's redrive policy: the queue itself, or a resource of its own."""
    for holder in (queue, *queue.users("queueUrl", REDRIVE)):
        if holder.links(POLICY) or known(holder.props, POLICY) is not None:
            yield holder


def dead_letters(queue: Subject) -> list[Subject]:
    """The queues that take what nobody could do: by property dependency, or by an ARN that is built of names."""
    return [dead for holder in redrives(queue) for dead in holder.links(POLICY, QUEUE) or _named(holder)]


def is_last_resort(queue: Subject) -> bool:
    """Whether other queues, targets or functions leave here what they could not do."""
    return any(queue.users(prop) for prop in LAST) or queue.urn in _dead(queue.stack)


def _named(holder: Subject) -> list[Subject]:
    content: Any = json.loads(str(get(holder.props, POLICY)))
    _, _, _, region, _, name = str(content.get("deadLetterTargetArn", ":::::")).split(":")
    there = [one for one in holder.stack.of_type(QUEUE) if one.region == region]
    found = [one for one in there if known(one.props, "name") == name]
    for one in () if found else there:
        get(one.props, "name")
    return found


def _dead(stack: Stack) -> frozenset[str]:
    if "dead-letter queues" not in stack.memory:
        dead = (one.urn for queue in stack.of_type(QUEUE) for one in dead_letters(queue))
        stack.memory["dead-letter queues"] = frozenset(dead)
    return stack.memory["dead-letter queues"]
