"""The server as it is run: it answers, lets eight people write at once, refuses a taken port, and stops when told to."""

from __future__ import annotations

import re
import signal
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.laid import lay
from support.served import Server, command, free_port, started

WRITERS, EACH = 8, 5


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data, port = tmp_path_factory.mktemp("served"), free_port()
    lay(data)
    with started(data, port) as found:
        yield found


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
    assert {path.name for path in secrets} == {"chain", "django", "sealing"}


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


def test_it_does_what_is_due(server: Server) -> None:
    """The threads of the server care for the rhythm at the start, and move its row on by an hour."""
    until = time.monotonic() + 10
    while True:
        with sqlite3.connect(server.data / "tongzhou.sqlite3") as database:
            found = database.execute("SELECT at > datetime('now') FROM rhythm_due WHERE kind = 'rhythm-care'").fetchall()
        if found == [(1,)]:
            return
        assert time.monotonic() < until, found
        time.sleep(0.2)


def test_it_stops_when_told_to(server: Server) -> None:
    """The last of the module: within ten seconds, without a trace of trouble."""
    begun = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    out, err = server.process.communicate(timeout=10)
    assert time.monotonic() - begun < 10
    assert server.process.returncode in (0, -signal.SIGTERM)
    assert (out, "Traceback" in err) == ("", False)
