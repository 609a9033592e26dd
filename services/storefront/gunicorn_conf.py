"""How gunicorn serves the storefront."""

from __future__ import annotations

import os

wsgi_app = "services.storefront.wsgi:application"
# Every address: the security group of the instances decides who may connect.
bind = os.environ.get("BIND", "0.0.0.0:8443")
certfile = os.environ["TLS_CERTIFICATE"]
keyfile = os.environ["TLS_KEY"]

worker_class = "gthread"
workers = int(os.environ.get("WORKERS", str(2 * (os.cpu_count() or 1))))
threads = int(os.environ.get("THREADS", "16"))
worker_tmp_dir = "/dev/shm"  # noqa: S108 - the heartbeat of the workers must never wait for a disk

# Longer than the load balancer keeps an idle connection (60 s): it must never reuse one that was just closed here.
keepalive = 75
timeout = 30
# Below the unit's TimeoutStopSec and the target group's deregistration delay.
graceful_timeout = 25

# The unit lets nothing be written, and nobody controls a worker but systemd.
control_socket_disable = True

accesslog = None
errorlog = "-"
