"""`/events` as it is run: who hears of what, how soon, until when."""

from __future__ import annotations

import json
import signal
import sqlite3
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from support.laid import lay
from support.served import Server, command, free_port, started

COMMENT = "@周七 请看"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data, port = tmp_path_factory.mktemp("streamed"), free_port()
    lay(data, "--today", "2026-03-10")
    with started(data, port) as found:
        yield found


class Listener:
    """A browser that only listens."""

    def __init__(self, server: Server, cookies: dict[str, str]) -> None:
        self.connection = HTTPConnection("127.0.0.1", server.port, timeout=8)
        self.connection.request("GET", "/events", headers={"Cookie": f"sessionid={cookies.get('sessionid', '')}"})
        self.answer: HTTPResponse = self.connection.getresponse()

    def hint(self) -> dict[str, object] | None:
        """Return the next hint; None when the stream ended."""
        while line := self.answer.readline():
            if line.startswith(b"data: ") and line.strip() != b"data: {}":
                found: dict[str, object] = json.loads(line[6:])
                return found
        return None

    def silent(self, seconds: float) -> bool:
        """Whether nothing is heard for so long."""
        assert self.connection.sock
        self.connection.sock.settimeout(seconds)
        try:
            return self.hint() is None and False
        except TimeoutError:
            return True


def enter(server: Server, login: str) -> dict[str, str]:
    """Sign in by a one-time link; return the cookies."""
    cookies: dict[str, str] = {}
    link = command(server.data, server.port, "link", "--user", login).stdout.split()
    path = next(word for word in link if "/enter/" in word).partition(str(server.port))[2]
    server.ask("GET", path, cookies)
    assert server.ask("POST", path, cookies, {})[0] == 302
    return cookies


def write_comment(server: Server, cookies: dict[str, str], text: str) -> None:
    server.ask("GET", "/projects/XMB-2024/comments/", cookies)
    status, _text = server.ask("POST", "/projects/XMB-2024/comments/", cookies, {"text": text})
    assert status == 302


def test_nobody_hears_without_a_session(server: Server) -> None:
    assert Listener(server, {}).answer.status == 401
    assert Listener(server, {"sessionid": "x" * 32}).answer.status == 401
    assert Listener(server, {"sessionid": "x" * 5000}).answer.status == 401


def test_another_host_is_not_answered(server: Server) -> None:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=8)
    connection.request("GET", "/events", headers={"Host": "evil.example"})
    assert connection.getresponse().status == 400


def test_a_change_is_heard_within_a_second_and_by_who_sees_it(server: Server) -> None:
    author, member, stranger = (enter(server, login) for login in ("chenyi", "zhouqi", "zhangsan"))
    listener, outside = Listener(server, member), Listener(server, stranger)
    unread = json.loads(server.ask("GET", "/inbox/count/", member)[1])["unread"]
    time.sleep(0.7)
    began = time.monotonic()
    write_comment(server, author, COMMENT)
    hints = [listener.hint(), listener.hint()]
    assert time.monotonic() - began < 3
    assert {"inbox": True} in hints
    assert [sorted(hint) for hint in hints if hint and "project" in hint] == [["mine", "project", "version"]]
    assert COMMENT not in json.dumps(hints, ensure_ascii=False)
    assert json.loads(server.ask("GET", "/inbox/count/", member)[1]) == {"unread": unread + 1}
    assert outside.silent(1.5)


def test_who_lost_her_part_hears_nothing_more(server: Server) -> None:
    author, member = enter(server, "chenyi"), enter(server, "sunjiu")
    listener = Listener(server, member)
    time.sleep(0.7)
    database = sqlite3.connect(server.data / "tongzhou.sqlite3", timeout=10)
    person = database.execute("SELECT id FROM people_user WHERE login = 'sunjiu'").fetchone()[0]
    with database:
        database.execute("DELETE FROM projects_projectrole WHERE user_id = ?", (person,))
        database.execute("DELETE FROM projects_seat WHERE holder_id = ?", (person,))
    write_comment(server, author, "无人被提到")
    assert listener.silent(1.5)


def test_an_ended_session_ends_its_stream(server: Server) -> None:
    member = enter(server, "wuba")
    listener = Listener(server, member)
    began = time.monotonic()
    server.ask("GET", "/", member)
    server.ask("POST", "/accounts/logout/", dict(member), {})
    assert listener.hint() is None
    assert time.monotonic() - began < 6


def test_it_stops_within_ten_seconds_with_streams_open(tmp_path: Path) -> None:
    port = free_port()
    lay(tmp_path, "--today", "2026-03-10")
    with started(tmp_path, port) as server:
        cookies = enter(server, "zhouqi")
        listeners = [Listener(server, cookies) for _each in range(3)]
        assert [one.answer.status for one in listeners] == [200] * 3
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=12) in (0, -signal.SIGTERM)
        assert time.monotonic() - began < 10
