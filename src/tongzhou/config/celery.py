"""Celery's application, for `TONGZHOU_WORKER=celery`: its messages carry the ids of due rows that were taken, and nothing else.

    tongzhou worker                                  takes what is due and hands it over
    celery -A tongzhou.config.celery worker          does it

A message that Redis loses is no harm: when the lease of its row ends, the row is handed over again; a message that comes
twice, or late, finds that the row is no longer held for it.
"""

from __future__ import annotations

import os
import signal

import django
from celery import Celery
from celery.signals import setup_logging
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongzhou.config.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402
from django.db import close_old_connections  # noqa: E402

from tongzhou.config.standing import watch_restores  # noqa: E402
from tongzhou.lib import clock  # noqa: E402
from tongzhou.rhythm.jobs import do_taken  # noqa: E402

TASK = "tongzhou.do_due"
# A process whose data were restored ends; Celery starts another in its place.
watch_restores(lambda: os.kill(os.getpid(), signal.SIGTERM))

app = Celery(
    "tongzhou",
    broker=settings.ENVIRONMENT.redis_url,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"socket_connect_timeout": 4, "socket_timeout": 10, "max_retries": 1, "interval_max": 0},
    task_default_queue="tongzhou",
)


@setup_logging.connect
def _keep_logging(**_more: object) -> None:
    """Lines are written as the settings say, not as Celery does it."""


@app.task(name=TASK)
def do_due(row: int, holder: int) -> None:
    """Do the due row `row`, if it is still held under the mark `holder`."""
    close_old_connections()
    try:
        do_taken(row, holder, clock.now())
    finally:
        close_old_connections()


def send(row: int, holder: int) -> None:
    """Hand a row over.

    :raises ConnectionError: if Redis is away.
    """
    try:
        app.send_task(TASK, args=[row, holder], retry=False)
    except OperationalError as error:
        raise ConnectionError(f"Redis: {error}") from error
