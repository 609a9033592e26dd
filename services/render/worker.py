"""Takes one job at a time, keeps it while it is worked on, and lets go of it when the instance must."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread

from handlers.common import log
from handlers.common.assets import AssetVersion, Register
from handlers.common.aws import AwsFailure, Message, Sqs
from handlers.common.clock import now, stamp
from handlers.common.document import EventMalformedError, required
from services.render.instance import Protection
from services.render.settings import Settings

NO_RENDERER = (
    "the render stage is not part of this release: the model was received and kept, nothing was rendered from it"
)
LONG_POLL = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    asset: AssetVersion
    bucket: str
    key: str


Renderer = Callable[[Job, Event], None]
"""Does a job and stores its result, or returns early once the event is set: the instance is being taken away."""


class RenderingNotInThisReleaseError(Exception):
    """A job arrived and there is nothing to render it with."""


def job_from(body: str) -> Job:
    try:
        document: object = json.loads(body)
    except ValueError as error:
        raise EventMalformedError("the job is not JSON") from error
    asset = AssetVersion(
        product_id=required(document, "product_id"),
        asset_id=required(document, "asset_id"),
        source_version=required(document, "source_version"),
    )
    return Job(asset=asset, bucket=required(document, "source_bucket"), key=required(document, "source_key"))


class Worker:
    def __init__(
        self,
        sqs: Sqs,
        register: Register,
        protection: Protection,
        interrupted: Callable[[], bool],
        settings: Settings,
        *,
        renderer: Renderer | None = None,
        watch_every: float = 5.0,
    ) -> None:
        self._sqs: Sqs = sqs
        self._register: Register = register
        self._protection: Protection = protection
        self._interrupted: Callable[[], bool] = interrupted
        self._settings: Settings = settings
        self._renderer: Renderer | None = renderer
        self._watch_every: float = watch_every
        self.stopping: Event = Event()
        """Set to end the work: by a signal, or by the notice that the instance is taken away."""

    def run(self) -> None:
        while not self._must_stop():
            try:
                self.take_one()
            except AwsFailure as failure:
                log.error("the render queue did not answer", reason=str(failure))
                self.stopping.wait(self._watch_every)
        log.info("stopped taking jobs")

    def take_one(self, *, wait_seconds: int = LONG_POLL) -> None:
        answer = self._sqs.receive_message(
            QueueUrl=self._settings.queue_url,
            MaxNumberOfMessages=1,
            WaitTimeSeconds=wait_seconds,
            VisibilityTimeout=self._settings.visibility_seconds,
        )
        for message in answer.get("Messages", []):
            if self._must_stop():
                self._give_back(message, "the instance is stopping")
            else:
                self._work(message)

    def _must_stop(self) -> bool:
        if not self.stopping.is_set() and self._interrupted():
            log.warning("this spot instance is being taken back")
            self.stopping.set()
        return self.stopping.is_set()

    def _work(self, message: Message) -> None:
        """Does a message's job. Only a job that was done is deleted; every other goes back to the queue.

        One that keeps failing reaches the dead-letter queue by the queue's own count of deliveries.
        """
        try:
            with self._protection.held(), self._kept(message):
                self._do(job_from(message["Body"]))
        except Exception as error:
            log.error("a job failed", message_id=message["MessageId"], kind=type(error).__name__, reason=str(error))
            self._give_back(message, "the job failed")
            return
        if self.stopping.is_set():
            self._give_back(message, "the instance is stopping")
            return
        self._sqs.delete_message(QueueUrl=self._settings.queue_url, ReceiptHandle=message["ReceiptHandle"])
        log.info("did a job", message_id=message["MessageId"])

    def _do(self, job: Job) -> None:
        if self._renderer is None:
            self._register.reject(job.asset, reason=NO_RENDERER, now=stamp(now()))
            raise RenderingNotInThisReleaseError(f"{job.key}: {NO_RENDERER}")
        self._renderer(job, self.stopping)

    @contextmanager
    def _kept(self, message: Message) -> Generator[None]:
        """Keeps a message taken, and watches for the interruption, until the work on it ends."""
        done = Event()

        def keep() -> None:
            passed = 0.0
            while not done.wait(self._watch_every):
                self._must_stop()
                passed += self._watch_every
                if passed * 3 >= self._settings.visibility_seconds:
                    passed = 0.0
                    self._extend(message)

        keeper = Thread(target=keep, name="keeper", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            done.set()
            keeper.join()

    def _extend(self, message: Message) -> None:
        try:
            self._hold(message, self._settings.visibility_seconds)
        except AwsFailure as failure:
            log.error("a message could not be kept", message_id=message["MessageId"], reason=str(failure))

    def _give_back(self, message: Message, why: str) -> None:
        self._hold(message, 0)
        log.warning("gave a message back", message_id=message["MessageId"], why=why)

    def _hold(self, message: Message, seconds: int) -> None:
        self._sqs.change_message_visibility(
            QueueUrl=self._settings.queue_url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=seconds
        )
