"""A worker process for tests: does rows of kind "mark" (a preference of the person `key` // 1000) until it is killed."""

from __future__ import annotations

import sys
import time
from datetime import datetime, timedelta

import django

django.setup()

from tongzhou.lib.due import DueKind  # noqa: E402
from tongzhou.lib.registry import DUES  # noqa: E402
from tongzhou.people.models import Preference  # noqa: E402
from tongzhou.rhythm.jobs import Workers  # noqa: E402
from tongzhou.rhythm.models import Due  # noqa: E402

USER, PAUSE, LEASE = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])


def mark(key: int, *, due_at: datetime, now: datetime) -> None:
    """Leave a mark, which nobody may leave twice, and take some time."""
    Preference.objects.create(user_id=USER, key=f"mark-{key}", value=1)
    if PAUSE > 1:
        print("inside", flush=True)
    time.sleep(PAUSE)


DUES.add("mark", DueKind(mark, label="mark", lease=timedelta(seconds=LEASE), attempts=1000))
workers = Workers([(Due.Lane.CLOCK,)])
workers.start()
print("started", flush=True)
time.sleep(120)
