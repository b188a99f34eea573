"""Open event streams of one process: memory they take, and how soon all of them hear of a change.

    python bench/streams.py [--streams 2000]

Targets: 2,000 open streams in at most 200 MB for the whole process; a change is heard by all within 1 s. The change is made by
another process, so that the streams hear of it by the poll; printed beside it is one made in the server itself.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import psutil

MOST, SOON = 200 * 1024 * 1024, 1.0
PEOPLE = 500

PREPARE = """
import django; django.setup()
from datetime import UTC, datetime
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.conf import settings
from tongzhou.people.models import User
from tongzhou.projects.models import Project, ProjectRole
project = Project.objects.get(number="XMB-2024")
people = User.objects.bulk_create([User(login=f"p{{at}}", name=f"人{{at}}", password="!") for at in range({people})])
ProjectRole.objects.bulk_create([ProjectRole(project=project, user=one, kind="member") for one in people])
for at in range({streams}):
    user = people[at % len(people)]
    store = SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    print(store.session_key)
"""
CHANGE = """
import django; django.setup()
from django.utils import timezone
from tongzhou.people.models import User
from tongzhou.projects.models import Project
from tongzhou.projects.actions import add_comment
from tongzhou.projects.queries.comments import About
project = Project.objects.get(number="XMB-2024")
by = User.objects.get(login="chenyi")
input()
add_comment(by=by, project=project, on=About("project", project.pk, project.name), text="改了", now=timezone.now())
print(flush=True)
"""


class Streams:
    """Many browsers that only listen."""

    def __init__(self, port: int) -> None:
        self.port, self.sockets = port, selectors.DefaultSelector()

    def open(self, session: str) -> None:
        made = socket.create_connection(("127.0.0.1", self.port))
        request = f"GET /events HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: sessionid={session}\r\n\r\n"
        made.sendall(request.encode())
        head = made.recv(4096)
        assert b" 200 " in head.splitlines()[0], head
        made.setblocking(False)
        self.sockets.register(made, selectors.EVENT_READ)

    def drain(self) -> None:
        while events := self.sockets.select(0.3):
            for key, _mask in events:
                key.fileobj.recv(65536)  # type: ignore[union-attr]

    def heard(self, count: int, since: float) -> float:
        """Return how long after `since` the last of `count` streams heard of a project."""
        waiting = count
        told: set[int] = set()
        last = since
        while waiting and time.perf_counter() - since < 10:
            for key, _mask in self.sockets.select(1):
                data = key.fileobj.recv(65536)  # type: ignore[union-attr]
                if b'"project"' in data and key.fd not in told:
                    told.add(key.fd)
                    waiting, last = waiting - 1, time.perf_counter()
        return last - since if not waiting else float("inf")


def main() -> int:
    """Print the figures; 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streams", type=int, default=2000)
    options = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, options.streams + 200)), hard))
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        return measured(Path(folder), port, options.streams)


def measured(folder: Path, port: int, count: int) -> int:
    """Serve a small organisation, open the streams, change something twice."""
    settings = {"TONGZHOU_DATA": str(folder), "TONGZHOU_PORT": str(port), "DJANGO_SETTINGS_MODULE": "tongzhou.config.settings"}
    environment = os.environ | settings
    tongzhou = [sys.executable, "-m", "tongzhou.config.cli"]
    for words in (["migrate"], ["seed", "--size", "S"]):
        subprocess.run([*tongzhou, *words], env=environment, check=True, capture_output=True)
    prepare = PREPARE.format(people=PEOPLE, streams=count)
    done = subprocess.run([sys.executable, "-c", prepare], env=environment, check=True, capture_output=True, text=True)
    server = subprocess.Popen([*tongzhou, "serve"], env=environment, stdout=subprocess.PIPE, text=True)
    assert server.stdout and server.stdout.readline()
    try:
        return told(server.pid, port, done.stdout.split(), environment)
    finally:
        began = time.perf_counter()
        server.terminate()
        server.wait(15)
        print(f"stops with streams open in {time.perf_counter() - began:.1f} s (at most 10)")


def told(pid: int, port: int, sessions: list[str], environment: dict[str, str]) -> int:
    """Open a stream for each session; print memory and latencies."""
    writer = Author(port, environment)
    process = psutil.Process(pid)
    before = process.memory_info().rss
    streams = Streams(port)
    for session in sessions:
        streams.open(session)
    time.sleep(6)
    streams.drain()
    after = process.memory_info().rss
    each = (after - before) / len(sessions) / 1024
    print(f"{len(sessions)} streams: {after / 2**20:.0f} MB (at most 200), {before / 2**20:.0f} without, {each:.1f} KiB each")
    other = subprocess.Popen(
        [sys.executable, "-c", CHANGE], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    time.sleep(4)
    streams.drain()
    assert other.stdin and other.stdout
    other.stdin.write("\n")
    other.stdin.flush()
    other.stdout.readline()
    elsewhere = streams.heard(len(sessions), time.perf_counter())
    time.sleep(1)
    streams.drain()
    writer.write("再改")
    here = streams.heard(len(sessions), time.perf_counter())
    print(f"a change is heard by all in {elsewhere:.2f} s (another process), {here:.2f} s (the server), at most {SOON} s")
    return int(after > MOST or max(elsewhere, here) > SOON)


class Author:
    """Somebody who comments by the server itself."""

    def __init__(self, port: int, environment: dict[str, str]) -> None:
        self.port, self.cookies = port, {}
        link = [sys.executable, "-m", "tongzhou.config.cli", "link", "--user", "chenyi"]
        printed = subprocess.run(link, env=environment, check=True, capture_output=True, text=True).stdout
        found = re.search(r"/enter/[\w-]+/", printed)
        assert found
        self.ask("GET", found.group(0))
        self.ask("POST", found.group(0), {})
        self.ask("GET", "/projects/XMB-2024/comments/")

    def write(self, text: str) -> None:
        self.ask("POST", "/projects/XMB-2024/comments/", {"text": text})

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> None:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if fields is not None:
            body = urlencode(fields | {"csrfmiddlewaretoken": self.cookies["csrftoken"]})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status < 400, (method, path, answer.status)
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
