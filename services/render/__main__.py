"""Starts the worker of this instance."""

from __future__ import annotations

import signal
from types import FrameType

from handlers.common import log
from handlers.common.assets import Register
from handlers.common.aws import client
from services.render.instance import Metadata, Protection
from services.render.settings import Settings
from services.render.worker import LONG_POLL, Worker


def main() -> None:
    settings = Settings.read()
    metadata = Metadata(settings.metadata)
    region = settings.region
    register = Register(
        client("dynamodb", region), settings.catalogue_table, client("events", region), settings.event_bus
    )
    worker = Worker(
        client("sqs", region, patience=LONG_POLL + 10.0),
        register,
        Protection(client("autoscaling", region), metadata.instance_id()),
        metadata.interrupted,
        settings,
    )

    def stop(_signal: int, _frame: FrameType | None) -> None:
        worker.stopping.set()

    signal.signal(signal.SIGTERM, stop)
    log.info("taking jobs", queue=settings.queue_url)
    worker.run()


if __name__ == "__main__":
    main()
