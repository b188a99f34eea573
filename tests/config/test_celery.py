"""What is due done by Celery: a real Redis, a real worker, PostgreSQL. Messages carry ids only."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis

from support.cluster import own_cluster
from support.served import free_port

SAY = """
import sys, django
django.setup()
from tongzhou.lib import clock
from tongzhou.people.models import StatutoryYear, System
from tongzhou.rhythm.actions import owe
from tongzhou.rhythm.models import Due, Rhythm
if sys.argv[1] == "owe":
    owe("rhythm-renewal", range(int(sys.argv[2])), clock.now())
elif sys.argv[1] == "late":
    Due.objects.filter(holder__isnull=False).update(next_at=clock.now())
print(Due.objects.filter(kind="rhythm-renewal").count(), Due.objects.filter(holder__isnull=False).count())
"""


class Site:
    """PostgreSQL, Redis, and what runs beside them."""

    def __init__(self, folder: Path, database: str) -> None:
        self.redis_port = free_port()
        self.folder = folder
        self.environment = os.environ | {
            "TONGZHOU_DATA": str(folder),
            "TONGZHOU_DATABASE_URL": database,
            "TONGZHOU_WORKER": "celery",
            "TONGZHOU_REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "DJANGO_SETTINGS_MODULE": "tongzhou.config.settings",
        }

    @property
    def redis(self) -> redis.Redis:
        return redis.Redis(port=self.redis_port)

    def start_redis(self) -> subprocess.Popen[bytes]:
        program = shutil.which("redis-server")
        assert program, "Debian's redis-server is needed: apt-get install redis-server (tools/bootstrap.sh servers)"
        words = ["--port", str(self.redis_port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        process = subprocess.Popen([program, *words], stdout=subprocess.DEVNULL)
        until(self._answers)
        return process

    def _answers(self) -> bool:
        try:
            return bool(self.redis.ping())
        except redis.ConnectionError:
            return False

    def say(self, *words: str) -> list[int]:
        done = subprocess.run(
            [sys.executable, "-c", SAY, *words], env=self.environment, capture_output=True, text=True, check=True
        )
        return [int(word) for word in done.stdout.split()]

    @contextmanager
    def running(self, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        process = subprocess.Popen([sys.executable, "-m", *words], env=self.environment, stdout=subprocess.DEVNULL)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) in (0, -signal.SIGTERM)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with own_cluster() as cluster:
        made = Site(tmp_path, cluster.url)
        command = [sys.executable, "-m", "tongzhou.config.cli", "migrate"]
        subprocess.run(command, env=made.environment, check=True, stdout=subprocess.DEVNULL)
        yield made


def until(true: Any, patience: float = 40) -> None:
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, true
        time.sleep(0.1)


def test_celery_does_what_is_due_and_gets_ids_only(site: Site) -> None:
    server = site.start_redis()
    try:
        assert site.say("owe", "30")[0] == 30
        with site.running("tongzhou.config.cli", "worker"):
            # The care of the rhythm itself is due at each start.
            until(lambda: site.redis.llen("tongzhou") == 31)
            messages = [json.loads(raw) for raw in site.redis.lrange("tongzhou", 0, -1)]
            for message in messages:
                (row, holder), named, _rest = json.loads(base64.b64decode(message["body"]))
                assert (type(row), type(holder), named) == (int, int, {})
            # Redis forgets everything: when the leases end, it is handed over again. A message twice is no harm.
            site.redis.flushall()
            assert site.say("late") == [30, 31]
            until(lambda: site.redis.llen("tongzhou") == 31)
            site.redis.rpush("tongzhou", *site.redis.lrange("tongzhou", 0, -1))
            with site.running("celery", "-A", "tongzhou.config.celery", "worker", "-c", "2", "--loglevel", "ERROR"):
                until(lambda: site.say("look")[0] == 0)
                until(lambda: site.redis.llen("tongzhou") == 0)
    finally:
        server.terminate()
        server.wait()


def test_without_redis_everything_waits_and_nothing_is_lost(site: Site) -> None:
    site.say("owe", "5")
    with site.running("tongzhou.config.cli", "worker"):
        time.sleep(3)
        until(lambda: site.say("look") == [5, 0])
        server = site.start_redis()
        until(lambda: site.redis.llen("tongzhou") == 6)
    server.terminate()
    server.wait()
