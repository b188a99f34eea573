"""What the rhythm costs beyond its handlers: a tick over a million waiting rows of which a thousand are due.

    python bench/rhythm.py [--waiting 1000000] [--due 1000] [--rounds 5]
    tools/postgres.sh python bench/rhythm.py

The database is made in a temporary folder, or is the one that TONGZHOU_DATABASE_URL names, which must be empty.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from datetime import datetime, timedelta

LIMIT = 1.0
CHUNK = 100_000


def main() -> int:
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"TONGZHOU_DATA": folder, "DJANGO_SETTINGS_MODULE": "tongzhou.config.settings"}
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        return _measure(options)


def _measure(options: argparse.Namespace) -> int:
    from django.db import connection

    from tongzhou.lib import clock
    from tongzhou.lib.due import DueKind
    from tongzhou.lib.registry import DUES
    from tongzhou.rhythm.actions import owe
    from tongzhou.rhythm.jobs import tick

    spent = [0.0]

    def handler(key: int, *, due_at: datetime, now: datetime) -> None:
        """A statement, as the least that a handler does."""
        begun = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        spent[0] += time.perf_counter() - begun

    DUES.add("bench", DueKind(handler, label="bench"))
    now = clock.now()
    begun = time.perf_counter()
    for first in range(0, options.waiting, CHUNK):
        owe("bench", range(first, min(first + CHUNK, options.waiting)), now + timedelta(days=1 + first % 90))
    print(f"{connection.vendor}: {options.waiting} rows owed in {time.perf_counter() - begun:.1f} s")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE rhythm_due")
    totals, beyond = [], []
    for round_ in range(options.rounds):
        base = options.waiting + round_ * options.due
        owe("bench", range(base, base + options.due), now)
        spent[0], done = 0.0, 0
        begun = time.perf_counter()
        while count := tick(now):
            done += count
        totals.append(time.perf_counter() - begun)
        beyond.append(totals[-1] - spent[0])
        assert done == options.due, done
    idle = []
    for _round in range(50):
        begun = time.perf_counter()
        assert tick(now) == 0
        idle.append(time.perf_counter() - begun)
    worst = statistics.median(beyond)
    print(
        f"tick with {options.due} due: {statistics.median(totals):.3f} s, beyond the handlers {worst:.3f} s (≤ {LIMIT:.0f} s)"
    )
    print(f"tick with nothing due: {statistics.median(idle) * 1000:.2f} ms")
    print("met" if worst <= LIMIT else "MISSED")
    return 0 if worst <= LIMIT else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--waiting", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
