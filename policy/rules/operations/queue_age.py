"""Somebody hears of work that waits."""

from policy.examples import Declared
from policy.rules.operations._promises import QUEUE, Watch, promise
from policy.rules.operations._queues import is_last_resort
from policy.subject import Subject


def _not_worked(subject: Subject) -> str | None:
    return "because nobody works it: it keeps what could not be done" if is_last_resort(subject) else None


RULE = promise(
    id="operations-queue-age",
    why="Uploads and jobs wait for a worker that has died, and the queue takes more without a word",
    needs={QUEUE: [Watch(namespace="AWS/SQS", name="ApproximateAgeOfOldestMessage", statistic="Maximum")]},
    applies=_not_worked,
    not_applicable=[
        Declared(type=QUEUE, name="dead"),
        Declared(type="aws:cloudwatch/eventTarget:EventTarget", name="target", links={"deadLetterConfig": ["dead"]}),
    ],
)
