"""An AWS emulator on this machine: moto's server on a free loopback port."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

START_SECONDS = 60


def environment(endpoint: str) -> dict[str, str]:
    """What the Pulumi CLI and the AWS provider need to reach the emulator and no AWS."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    return {
        **inherited,
        "AWS_ENDPOINT_URL": endpoint,
        # S3 Control puts the account before the endpoint's host, which makes a name that leads nowhere.
        "HTTP_PROXY": endpoint,
        "NO_PROXY": ",".join(["127.0.0.1", "localhost", *filter(None, [os.environ.get("NO_PROXY")])]),
        "AWS_ACCESS_KEY_ID": "emulator",
        "AWS_SECRET_ACCESS_KEY": "emulator",
        "AWS_EC2_METADATA_DISABLED": "true",
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }


def start(log: Path) -> tuple[str, int]:
    """Start the emulator; returns its endpoint and process id. RuntimeError with its log when it does not come up."""
    port = _free_port()
    endpoint = f"http://127.0.0.1:{port}"
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    with log.open("wb") as sink:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
            stdout=sink,
            stderr=sink,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            env={**inherited, "MOTO_IAM_LOAD_MANAGED_POLICIES": "true"},
        )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if answers(endpoint):
            return endpoint, process.pid
        time.sleep(0.2)
    process.kill()
    raise RuntimeError(f"the emulator did not start:\n{log.read_text(errors='replace')[-2000:]}")


def stop(process_id: int) -> None:
    """End an emulator; nothing happens where it has ended already."""
    try:
        os.killpg(process_id, signal.SIGTERM)
    except ProcessLookupError:
        return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(endpoint: str) -> bool:
    """Whether an emulator listens there."""
    try:
        urllib.request.urlopen(f"{endpoint}/moto-api/", timeout=5).close()  # noqa: S310 - our own loopback address
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
