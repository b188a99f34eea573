"""The server as it is run: it answers, lets eight people write at once, refuses a taken port, and stops when told to."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest

WRITERS, EACH = 8, 5


@dataclass
class Server:
    data: Path
    port: int
    process: subprocess.Popen[str]

    def ask(self, method: str, path: str, cookies: dict[str, str], fields: dict[str, str] | None = None) -> tuple[int, str]:
        """Send one request on a connection of its own; cookies that it sets are kept in `cookies`."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        body = None
        if fields is not None:
            body = urlencode(fields | {"csrfmiddlewaretoken": cookies["csrftoken"]})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or ():
            cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
        connection.close()
        return answer.status, text


def environment(data: Path, port: int) -> dict[str, str]:
    return os.environ | {"TONGZHOU_DATA": str(data), "TONGZHOU_PORT": str(port)}


def command(data: Path, port: int, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tongzhou.config.cli", *words],
        env=environment(data, port),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data, port = tmp_path_factory.mktemp("served"), free_port()
    assert command(data, port, "migrate").returncode == 0
    process = subprocess.Popen(
        [sys.executable, "-m", "tongzhou.config.cli", "serve"],
        env=environment(data, port),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    made = Server(data, port, process)
    assert process.stdout is not None
    assert f"127.0.0.1:{port}" in process.stdout.readline()
    yield made
    if process.poll() is None:
        process.kill()
    process.communicate(timeout=10)


@pytest.fixture(scope="module")
def administrator(server: Server) -> dict[str, str]:
    """The cookies of the administrator, signed in by a printed link."""
    done = command(server.data, server.port, "link")
    assert done.returncode == 0, done.stderr
    path = done.stdout.strip().removeprefix(f"http://127.0.0.1:{server.port}")
    assert re.fullmatch(r"/enter/[\w-]+/", path), done.stdout
    cookies: dict[str, str] = {}
    assert server.ask("GET", path, cookies)[0] == 200
    assert "sessionid" not in cookies
    assert server.ask("POST", path, cookies, {})[0] == 302
    assert server.ask("GET", path, {})[0] == 410
    return cookies


def test_it_is_alive(server: Server) -> None:
    assert server.ask("GET", "/healthz", {}) == (200, '{"status": "ok"}')
    assert server.ask("POST", "/healthz", {})[0] in (403, 405)


def test_its_secrets_are_its_owners(server: Server) -> None:
    secrets = list((server.data / "secrets").iterdir())
    assert {path.stat().st_mode & 0o777 for path in secrets} == {0o600}
    assert {path.name for path in secrets} == {"django"}


def test_a_taken_port_is_told_in_one_line(server: Server) -> None:
    done = command(server.data, server.port, "serve")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1), done.stderr
    assert str(server.port) in done.stderr


@pytest.mark.parametrize("port", ["0", "70000", "-1"])
def test_what_is_no_port_is_told_in_one_line(server: Server, port: str) -> None:
    done = command(server.data, server.port, "serve", f"--port={port}")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1), done.stderr


def test_eight_people_write_at_once(server: Server, administrator: dict[str, str]) -> None:
    server.ask("GET", "/departments/new/", administrator)

    def write(writer: int) -> list[int]:
        return [
            server.ask("POST", "/departments/new/", dict(administrator), {"name": f"部门 {writer}-{at}"})[0]
            for at in range(EACH)
        ]

    with ThreadPoolExecutor(WRITERS) as pool:
        answers = [status for statuses in pool.map(write, range(WRITERS)) for status in statuses]
    assert answers == [302] * (WRITERS * EACH)
    with sqlite3.connect(server.data / "tongzhou.sqlite3") as database:
        (count,) = database.execute("SELECT count(*) FROM people_department").fetchone()
        (told,) = database.execute("SELECT count(*) FROM timeline_event WHERE kind = 'department-added'").fetchone()
    assert (count, told) == (WRITERS * EACH, WRITERS * EACH)


def test_it_stops_when_told_to(server: Server) -> None:
    """The last of the module: within ten seconds, without a trace of trouble."""
    begun = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    out, err = server.process.communicate(timeout=10)
    assert time.monotonic() - begun < 10
    assert server.process.returncode in (0, -signal.SIGTERM)
    assert (out, "Traceback" in err) == ("", False)
