"""A message that nobody can do is set aside after some attempts."""

import json
from collections.abc import Iterator
from typing import Any

from policy.examples import Absent, Change, Declared, Drop, Examples, Remove, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Setting, Severity, wrong
from policy.rules.operations._promises import QUEUE
from policy.rules.operations._queues import POLICY, REDRIVE, dead_letters, is_last_resort, redrives
from policy.subject import Subject
from policy.values import get

LIMIT = "maxReceiveCount"
FEWEST = 2
"""Attempts below which one that was cut short by a new deployment already counts as hopeless."""


def check(subject: Subject) -> Iterator[Complaint]:
    if is_last_resort(subject):
        raise NotApplicable("because it is where others set aside what nobody can do")
    if not dead_letters(subject):
        yield wrong(POLICY, "a dead-letter queue of this stack")
        return
    for holder in redrives(subject):
        policy: Any = json.loads(str(get(holder.props, POLICY)))
        attempts, most = float(policy.get(LIMIT, 0)), subject.settings["attempts"]
        if not FEWEST <= attempts <= most:
            yield wrong(f"{POLICY}.{LIMIT}", f"{FEWEST} to {most:g}", found=attempts, at=holder)


RULE = Rule(
    id="operations-queue-redrive",
    on=QUEUE,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="One message that no worker survives is tried until it expires, and holds all others up",
    mend="Set redrivePolicy with a dead-letter queue and maxReceiveCount",
    check=check,
    settings={"attempts": Setting(says="Most attempts at a message", default=10, minimum=2, maximum=1000)},
    examples=Examples(
        accepted=[
            Declared(
                type=QUEUE,
                props={
                    "name": "work",
                    POLICY: '{"deadLetterTargetArn": "arn:aws:sqs:eu-west-2:123456789012:dead", "maxReceiveCount": 5}',
                },
            ),
            Declared(type=QUEUE, name="dead", props={"name": "dead"}),
            Declared(type=QUEUE, name="other-work", props={"name": "other-work"}),
            Declared(
                type=REDRIVE, name="redrive", links={"queueUrl": ["other-work"]},
                props={
                    POLICY: '{"deadLetterTargetArn": "arn:aws:sqs:eu-west-2:123456789012:dead", "maxReceiveCount": 5}'
                },
            ),
        ],
        refused=Change(f"{POLICY}::{LIMIT}", 1000),
        unknown=Change("name", None, on="dead"),
        absent=Absent(Drop("dead"), Verdict.REFUSED, "SQS offers a message again until it expires"),
        not_applicable=[
            Declared(type=QUEUE, name="dead"),
            Declared(type="aws:cloudwatch/eventTarget:EventTarget", links={"deadLetterConfig": ["dead"]}),
        ],
        also_refused=[
            Change(f"{POLICY}::{LIMIT}", 1),
            Remove(POLICY),
            Change("name", "other", on="dead"),
            Drop("redrive"),
        ],
        stronger=[Change(f"{POLICY}::{LIMIT}", "3")],
    ),
    breaks=[
        Break(on=REDRIVE, path=f"{POLICY}::{LIMIT}", value=1000),
        Break(on=REDRIVE, path="", also=("operations-queue-age",)),
    ],
)  # fmt: skip
