"""Somebody hears of work that could not be done."""

from policy.examples import Declared
from policy.rules.operations._promises import QUEUE, Watch, promise
from policy.rules.operations._queues import is_last_resort
from policy.subject import Subject


def _worked(subject: Subject) -> str | None:
    return None if is_last_resort(subject) else "because somebody works it; how long that takes is another rule's"


RULE = promise(
    id="operations-queue-depth",
    why="What could not be done lies in a queue until it is deleted, two weeks later",
    needs={QUEUE: [Watch(namespace="AWS/SQS", name="ApproximateNumberOfMessagesVisible", statistic="Maximum")]},
    applies=_worked,
    around=[
        Declared(type="aws:cloudwatch/eventTarget:EventTarget", name="target", links={"deadLetterConfig": ["queue"]})
    ],
    not_applicable=[Declared(type=QUEUE)],
)
