"""Hints between processes by a real Redis: at once, nothing in them; slower while it is away, at once when it is back."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import psycopg
import pytest
import redis

from config.test_celery import Site, until
from support.cluster import own_cluster
from support.served import free_port
from tongzhou.config.news import Listener, Publisher, channel_of

WRITE = """
import sys, django
django.setup()
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, BACKEND_SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from tongzhou.lib import clock
from tongzhou.lib.telling import Told
from tongzhou.notifications.actions import notify
from tongzhou.people.models import User
if sys.argv[1] == "enter":
    person = User.objects.create(login="lisi", name="李四", password="!x")
    session = SessionStore()
    session.update({SESSION_KEY: str(person.pk), BACKEND_SESSION_KEY: "x", HASH_SESSION_KEY: person.get_session_auth_hash()})
    session.create()
    print(session.session_key)
else:
    told = Told((User.objects.get(login="lisi").pk,), "mention", "只有李四可以看的话")
    notify(told=told, source=sys.argv[2], project=None, now=clock.now())
    print(clock.now().timestamp())
"""


@contextmanager
def redis_on(port: int, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    program = shutil.which("redis-server")
    assert program, "Debian's redis-server is needed: apt-get install redis-server (tools/bootstrap.sh servers)"
    words = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen([program, *words], stdout=subprocess.DEVNULL)
    try:
        until(lambda: answers(port), 10)
        yield process
    finally:
        process.kill()
        process.wait()


def answers(port: int) -> bool:
    try:
        return bool(redis.Redis(port=port).ping())
    except redis.ConnectionError:
        return False


class Heard:
    """A listener that runs in a loop, and when it heard something."""

    def __init__(self, url: str, own: Publisher | None = None) -> None:
        self.times: list[float] = []
        self.listener = Listener(url, own, lambda: self.times.append(time.monotonic()))

    async def there(self, wanted: bool, patience: float = 10) -> None:
        end = time.monotonic() + patience
        while self.listener.there != wanted:
            assert time.monotonic() < end, f"there stays {self.listener.there}"
            await asyncio.sleep(0.02)

    async def more_than(self, count: int, patience: float = 3) -> float:
        """Return after how many seconds it has heard more than so often."""
        began = time.monotonic()
        while len(self.times) <= count:
            assert time.monotonic() - began < patience, "nothing was heard"
            await asyncio.sleep(0.005)
        return time.monotonic() - began


def test_others_are_heard_at_once_and_oneself_is_not(tmp_path: Path) -> None:
    port = free_port()
    url = f"redis://127.0.0.1:{port}/3"

    async def listen() -> None:
        own, other = Publisher(url), Publisher(url)
        heard = Heard(url, own)
        task = asyncio.create_task(heard.listener.listen())
        await heard.there(True)
        count = len(heard.times)
        other()
        assert await heard.more_than(count) < 1
        other.finish()
        count = len(heard.times)
        own()
        own.finish()
        await asyncio.sleep(0.3)
        assert len(heard.times) == count
        # A thousand commits are a few messages.
        for _commit in range(1000):
            other()
        other.finish()
        await heard.more_than(count)
        await asyncio.sleep(0.3)
        assert len(heard.times) - count < 500
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    with redis_on(port, tmp_path):
        asyncio.run(listen())


def test_a_message_carries_the_mark_of_its_process_and_another_installation_hears_nothing(tmp_path: Path) -> None:
    port = free_port()
    with redis_on(port, tmp_path):
        line = redis.Redis(port=port).pubsub()
        line.psubscribe("*")
        line.get_message(timeout=2)
        publisher = Publisher(f"redis://127.0.0.1:{port}/3")
        publisher()
        publisher.finish()
        message = line.get_message(timeout=2)
        assert message
        assert (message["channel"], message["data"]) == (b"tongzhou:news:3", publisher.mark.encode())
        assert redis.Redis(port=port, db=3).keys("*") == []
    assert channel_of("redis://127.0.0.1/4") != channel_of("redis://127.0.0.1/3")


def test_redis_goes_and_comes_back(tmp_path: Path) -> None:
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"

    async def listen() -> None:
        publisher = Publisher(url)
        heard = Heard(url)
        task = asyncio.create_task(heard.listener.listen())
        await asyncio.sleep(0.2)
        assert not heard.listener.there
        began = time.monotonic()
        publisher()
        assert time.monotonic() - began < 1, "no commit waits for Redis"
        with redis_on(port, tmp_path):
            await heard.there(True)
            # What was said while it was away is said when it is back.
            await heard.more_than(len(heard.times))
        await heard.there(False)
        with redis_on(port, tmp_path) as process:
            await heard.there(True)
            # It hangs: nothing is closed, and nothing comes.
            process.send_signal(signal.SIGSTOP)
            await heard.there(False, 15)
            process.send_signal(signal.SIGCONT)
            await heard.there(True)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(listen())


class Running:
    """A server of a site, one open stream of a person, and another process that writes what concerns her."""

    def __init__(self, site: Site) -> None:
        self.site, self.port = site, free_port()
        self.session = self.write("enter").strip()
        self.written = 0

    def answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False

    def write(self, *words: str) -> str:
        command = [sys.executable, "-c", WRITE, *words]
        return subprocess.run(command, env=self.site.environment, capture_output=True, text=True, check=True).stdout

    def listen(self) -> None:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", "/events", headers={"Cookie": f"sessionid={self.session}"})
        self.answer = connection.getresponse()
        assert self.answer.status == 200

    def heard_after(self) -> float:
        """Let the other process write; return after how many seconds the stream has the hint."""
        self.written += 1
        with subprocess.Popen(
            [sys.executable, "-c", WRITE, "tell", f"test:{self.written}"],
            env=self.site.environment,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            line = b""
            while not line.startswith(b"data: ") or line.strip() == b"data: {}":
                line = self.answer.readline()
                assert line, "the stream ended"
            heard = time.time()
            assert json.loads(line[6:]) == {"inbox": True}
            assert process.stdout
            return heard - float(process.stdout.read())


def commits(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()").fetchone()
    assert row
    return int(row[0])


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    with own_cluster() as cluster:
        site = Site(tmp_path, cluster.url)
        command = [sys.executable, "-m", "tongzhou.config.cli", "migrate"]
        subprocess.run(command, env=site.environment, check=True, stdout=subprocess.DEVNULL)
        made = Running(site)
        site.environment |= {"TONGZHOU_PORT": str(made.port)}
        with site.running("tongzhou.config.cli", "serve"):
            until(made.answers)
            yield made


def test_a_server_hears_of_another_process_by_redis_and_without_it(running: Running, tmp_path: Path) -> None:
    with redis_on(running.site.redis_port, tmp_path):
        running.listen()
        time.sleep(2)
        before = commits(running.site.environment["TONGZHOU_DATABASE_URL"])
        time.sleep(10)
        # Twice a second would be twenty looks of three questions; the sessions are asked for three times.
        assert commits(running.site.environment["TONGZHOU_DATABASE_URL"]) - before < 40
        assert max(running.heard_after() for _time in range(3)) < 1
    time.sleep(1)
    assert running.heard_after() < 4
    with redis_on(running.site.redis_port, tmp_path):
        time.sleep(3)
        assert max(running.heard_after() for _time in range(3)) < 1
