"""An encrypted queue."""

import json
from functools import cache

from pulumi import ResourceOptions

from components.iam import allow
from components.region.queue import RETENTION_SECONDS, Queue, QueueArgs, dead_letter_alarm
from preview.graph import Graph
from tests.engine import build, ground, known, names

DEAD = names().arn("sqs", "dead")


@cache
def built(*, last_resort: bool = False) -> Graph:
    def program(place: ResourceOptions) -> None:
        sender = allow(["sqs:SendMessage"], ["*"], principal={"Service": "events.amazonaws.com"})
        queue = Queue(
            "eu-west-2-jobs",
            QueueArgs(
                ground=ground(),
                role="jobs",
                dead_letter_arn=None if last_resort else known(DEAD),
                max_receives=3,
                statements=[sender],
            ),
            place,
        )
        dead_letter_alarm("eu-west-2-dead", queue, ground(), place)

    return build(program)


def test_it_is_named_as_documents_name_it() -> None:
    assert built().of_type("aws:sqs/queue:Queue")[0].inputs["name"] == "storefront-test-jobs"


def test_work_that_cannot_be_done_moves_on() -> None:
    redrive = json.loads(built().of_type("aws:sqs/queue:Queue")[0].inputs["redrivePolicy"])
    assert redrive == {"deadLetterTargetArn": DEAD, "maxReceiveCount": 3}


def test_a_queue_of_last_resort_keeps_its_messages_as_long_as_can_be() -> None:
    queue = built(last_resort=True).of_type("aws:sqs/queue:Queue")[0].inputs
    assert "redrivePolicy" not in queue
    assert queue["messageRetentionSeconds"] == RETENTION_SECONDS == 1_209_600


def test_clear_text_is_refused_whoever_else_is_allowed() -> None:
    statements = json.loads(built().of_type("aws:sqs/queue:Queue")[0].inputs["policy"])["Statement"]
    assert [s["Effect"] for s in statements] == ["Deny", "Allow"]
    assert statements[0]["Principal"] == {"AWS": "*"}


def test_one_message_of_last_resort_is_enough_to_ring() -> None:
    (alarm,) = built().of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert (alarm.inputs["threshold"], alarm.inputs["comparisonOperator"]) == (0, "GreaterThanThreshold")
