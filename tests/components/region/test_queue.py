"""An encrypted queue."""

import json
from functools import cache

from pulumi import ResourceOptions

from components.iam import allow
from components.region.queue import RETENTION_SECONDS, Queue, QueueArgs, dead_letter_alarm
from preview.graph import Graph, Node
from tests.engine import build, ground, names

DEAD = names().arn("sqs", names().of("dead"))


@cache
def built(*, last_resort: bool = False) -> Graph:
    def program(place: ResourceOptions) -> None:
        sender = allow(["sqs:SendMessage"], ["*"], principal={"Service": "events.amazonaws.com"})
        dead = None if last_resort else Queue("eu-west-2-dead", QueueArgs(ground=ground(), role="dead"), place)
        queue = Queue(
            "eu-west-2-jobs",
            QueueArgs(
                ground=ground(),
                role="jobs",
                dead_letters=dead,
                max_receives=3,
                statements=[sender],
            ),
            place,
        )
        dead_letter_alarm("eu-west-2-dead", queue, ground(), place)

    return build(program)


def _jobs(graph: Graph) -> Node:
    return next(node for node in graph.of_type("aws:sqs/queue:Queue") if node.name == "eu-west-2-jobs")


def test_it_is_named_as_documents_name_it() -> None:
    assert _jobs(built()).inputs["name"] == "storefront-test-jobs"


def test_work_that_cannot_be_done_moves_on() -> None:
    [policy] = built().of_type("aws:sqs/redrivePolicy:RedrivePolicy")
    redrive = json.loads(policy.inputs["redrivePolicy"])
    assert redrive == {"deadLetterTargetArn": DEAD, "maxReceiveCount": 3}


def test_a_queue_of_last_resort_keeps_its_messages_as_long_as_can_be() -> None:
    graph = built(last_resort=True)
    queue = graph.of_type("aws:sqs/queue:Queue")[0].inputs
    assert not graph.of_type("aws:sqs/redrivePolicy:RedrivePolicy")
    assert queue["messageRetentionSeconds"] == RETENTION_SECONDS == 1_209_600


def test_clear_text_is_refused_whoever_else_is_allowed() -> None:
    statements = json.loads(_jobs(built()).inputs["policy"])["Statement"]
    assert [s["Effect"] for s in statements] == ["Deny", "Allow"]
    assert statements[0]["Principal"] == {"AWS": "*"}


def test_one_message_of_last_resort_is_enough_to_ring() -> None:
    (alarm,) = built().of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert (alarm.inputs["threshold"], alarm.inputs["comparisonOperator"]) == (0, "GreaterThanThreshold")
