"""A job is done or goes back to the queue; it is never called done when it was not."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Event
from typing import Any

import pytest

from handlers.common.assets import Register
from services.render.instance import Metadata, Protection
from services.render.settings import Settings
from services.render.worker import NO_RENDERER, Job, Renderer, Worker

ROW = {"pk": {"S": "PRODUCT#chair-7"}, "sk": {"S": "ASSET#model-1"}}
JOB = {
    "product_id": "chair-7",
    "asset_id": "model-1",
    "source_bucket": "uploads",
    "source_key": "uploads/chair-7/model-1/chair.glb",
    "source_version": "v1",
}


class Instance:
    """The metadata service of a spot instance: refuses whoever brings no token."""

    def __init__(self) -> None:
        self.interrupted: bool = False
        instance = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                known = self.path == "/latest/api/token" and self.headers["X-aws-ec2-metadata-token-ttl-seconds"]
                self._answer(200 if known else 404, "a token")

            def do_GET(self) -> None:
                if self.headers["X-aws-ec2-metadata-token"] != "a token":
                    self._answer(401, "")
                elif self.path == "/latest/meta-data/instance-id":
                    self._answer(200, "i-0123456789abcdef0")
                elif self.path == "/latest/meta-data/spot/instance-action" and instance.interrupted:
                    self._answer(200, '{"action": "terminate"}')
                else:
                    self._answer(404, "")

            def _answer(self, status: int, body: str) -> None:
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Says nothing."""

        self.server: HTTPServer = HTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint: str = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def instance() -> Iterator[Instance]:
    instance = Instance()
    thread = threading.Thread(target=instance.server.serve_forever, args=(0.05,))
    thread.start()
    yield instance
    instance.server.shutdown()
    thread.join()
    instance.server.server_close()


class Group:
    """The Auto Scaling group of the instance, noting what was protected when."""

    def __init__(self) -> None:
        self.protected: list[bool] = []

    def describe_auto_scaling_instances(self, **_: object) -> Any:
        return {"AutoScalingInstances": [{"AutoScalingGroupName": "render"}]}

    def set_instance_health(self, **_: object) -> object:
        raise AssertionError("a worker does not judge its own health")

    def set_instance_protection(
        self,
        *,
        InstanceIds: Any,  # noqa: N803
        AutoScalingGroupName: str,  # noqa: N803
        ProtectedFromScaleIn: bool,  # noqa: N803
    ) -> object:
        assert (list(InstanceIds), AutoScalingGroupName) == (["i-0123456789abcdef0"], "render")
        self.protected.append(ProtectedFromScaleIn)
        return {}


class Queue:
    """The render queue, with a dead-letter queue after two deliveries."""

    def __init__(self, sqs: Any) -> None:
        self.sqs: Any = sqs
        self.dead: str = sqs.create_queue(QueueName="dead")["QueueUrl"]
        policy = {"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:123456789012:dead", "maxReceiveCount": 2}
        self.url: str = sqs.create_queue(QueueName="render", Attributes={"RedrivePolicy": json.dumps(policy)})[
            "QueueUrl"
        ]

    def send(self, body: object = JOB) -> None:
        self.sqs.send_message(QueueUrl=self.url, MessageBody=body if isinstance(body, str) else json.dumps(body))

    def counts(self) -> tuple[int, int]:
        """How many messages wait, and how many are taken."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)["Attributes"]
        return int(found[names[0]]), int(found[names[1]])


@pytest.fixture
def queue(aws: Any, dynamo: Any) -> Queue:
    aws("events").create_event_bus(Name="storefront")
    row = {"state": {"S": "processing"}, "source_version": {"S": "v1"}, "updated_at": {"S": "2026-01-01T00:00:00Z"}}
    dynamo.put_item(TableName="catalogue", Item=ROW | row)
    return Queue(aws("sqs"))


@pytest.fixture
def group() -> Group:
    return Group()


@pytest.fixture
def hire(queue: Queue, group: Group, instance: Instance, aws: Any, dynamo: Any) -> Any:
    """Makes the worker of this instance."""
    metadata = Metadata(instance.endpoint)
    settings = Settings.read(
        {
            "AWS_REGION": "eu-west-1",
            "RENDER_QUEUE_URL": queue.url,
            "CATALOGUE_TABLE": "catalogue",
            "EVENT_BUS_NAME": "storefront",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": instance.endpoint,
        }
    )

    def hired(renderer: Renderer | None = None, **changes: Any) -> Worker:
        register = Register(dynamo, "catalogue", aws("events"), "storefront")
        protection = Protection(group, metadata.instance_id())
        return Worker(
            queue.sqs,
            register,
            protection,
            metadata.interrupted,
            replace(settings, **changes),
            renderer=renderer,
            watch_every=0.05,
        )

    return hired


def row(dynamo: Any) -> Any:
    return dynamo.get_item(TableName="catalogue", Key=ROW)["Item"]


def test_without_a_renderer_the_asset_is_rejected_and_the_message_goes_back(
    hire: Any, queue: Queue, dynamo: Any
) -> None:
    queue.send()
    hire().take_one(wait_seconds=0)
    assert (row(dynamo)["state"]["S"], row(dynamo)["reason"]["S"]) == ("rejected", NO_RENDERER)
    assert queue.counts() == (1, 0)


def test_the_refused_message_ends_in_the_dead_letter_queue(hire: Any, queue: Queue) -> None:
    queue.send()
    worker = hire()
    for _ in range(3):
        worker.take_one(wait_seconds=0)
    kept = queue.sqs.receive_message(QueueUrl=queue.dead)["Messages"]
    assert json.loads(kept[0]["Body"]) == JOB


@pytest.mark.parametrize("body", ["not json", "{}"])
def test_a_job_that_cannot_be_read_goes_back_as_well(hire: Any, queue: Queue, dynamo: Any, body: str) -> None:
    queue.send(body)
    hire().take_one(wait_seconds=0)
    assert (row(dynamo)["state"]["S"], queue.counts()) == ("processing", (1, 0))


def test_with_a_renderer_a_job_is_done_under_protection_and_deleted(hire: Any, queue: Queue, group: Group) -> None:
    done: list[tuple[str, list[bool]]] = []

    def render(job: Job, _stop: Event) -> None:
        done.append((job.key, list(group.protected)))

    queue.send()
    hire(render).take_one(wait_seconds=0)
    assert done == [("uploads/chair-7/model-1/chair.glb", [True])]
    assert group.protected == [True, False]
    assert queue.counts() == (0, 0)


def test_a_job_whose_renderer_fails_goes_back_and_protection_ends(hire: Any, queue: Queue, group: Group) -> None:
    def render(_job: Job, _stop: Event) -> None:
        raise MemoryError("the model is too large")

    queue.send()
    hire(render).take_one(wait_seconds=0)
    assert (queue.counts(), group.protected) == ((1, 0), [True, False])


def test_an_interruption_during_a_job_stops_it_and_returns_it(hire: Any, queue: Queue, instance: Instance) -> None:
    def render(_job: Job, stop: Event) -> None:
        instance.interrupted = True
        assert stop.wait(10), "the renderer must hear of the interruption"

    queue.send()
    worker = hire(render)
    worker.run()
    assert queue.counts() == (1, 0)


def test_an_instance_that_is_taken_back_takes_no_more_jobs(hire: Any, queue: Queue, instance: Instance) -> None:
    queue.send()
    instance.interrupted = True
    hire().run()
    assert queue.counts() == (1, 0)


def test_a_job_longer_than_a_message_stays_taken_keeps_its_message(hire: Any, queue: Queue) -> None:
    given_to_another: list[Any] = []

    def render(_job: Job, _stop: Event) -> None:
        time.sleep(1.6)
        given_to_another.append(queue.sqs.receive_message(QueueUrl=queue.url).get("Messages", []))

    queue.send()
    hire(render, visibility_seconds=1).take_one(wait_seconds=0)
    assert given_to_another == [[]]
    assert queue.counts() == (0, 0)
