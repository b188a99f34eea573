"""Two processes on one PostgreSQL: what one of them writes the other shows at once, and limits count over both."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import psutil
import pytest
from lxml import html

from config.test_server import free_port
from support.cluster import own_cluster

TODAY = "2026-03-02"
PLAN = "/projects/XMB-2024/plan/data"


@dataclass(frozen=True)
class Pair:
    """A supervisor with its two servers, and the command line beside them."""

    port: int
    process: psutil.Process
    environment: dict[str, str]

    def workers(self) -> list[int]:
        deadline = time.monotonic() + 30
        while len(found := [child.pid for child in self.process.children()]) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        return sorted(found)

    def connection(self, worker: int) -> HTTPConnection:
        """A connection that the kernel gave to `worker`; the connections given to the other are closed again."""
        deadline = time.monotonic() + 60
        while True:
            made = HTTPConnection("127.0.0.1", self.port, timeout=30)
            try:
                made.request("GET", "/healthz")
                made.getresponse().read()
                ours = made.sock.getsockname()[1]
                held = psutil.Process(worker).net_connections("tcp")
                if any(one.raddr and one.raddr.port == ours for one in held):
                    return made
            except ConnectionRefusedError:
                time.sleep(0.1)
            made.close()
            assert time.monotonic() < deadline

    def command(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "tongzhou.config.cli", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        return done.stdout.strip()


@dataclass
class Somebody:
    """A person with her cookies, who asks the one or the other process."""

    pair: Pair
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, worker: int, method: str, path: str, fields: dict[str, Any] | None = None) -> tuple[int, str]:
        """Send a request to `worker`; `fields` as a form, under "json" as JSON."""
        made = self.pair.connection(worker)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if fields is not None and "json" in fields:
            body = json.dumps(fields["json"])
            headers |= {"Content-Type": "application/json", "X-CSRFToken": self.cookies["csrftoken"]}
        elif fields is not None:
            body = urlencode(fields | {"csrfmiddlewaretoken": self.cookies["csrftoken"]}, doseq=True)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        made.request(method, path, body, headers)
        answer = made.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        made.close()
        return answer.status, text


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    data, port = tmp_path_factory.mktemp("pair"), free_port()
    with own_cluster() as cluster:
        environment = os.environ | {
            "TONGZHOU_DATA": str(data),
            "TONGZHOU_PORT": str(port),
            "TONGZHOU_DATABASE_URL": cluster.url,
        }
        command = [sys.executable, "-m", "tongzhou.config.cli"]
        for words in (["migrate"], ["seed", "--size", "S", "--today", TODAY]):
            subprocess.run([*command, *words], env=environment, check=True, stdout=subprocess.DEVNULL, timeout=180)
        with subprocess.Popen(
            [*command, "serve", "--workers", "2"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            made = Pair(port, psutil.Process(process.pid), environment)
            made.workers()
            yield made
            process.terminate()


def signed_in(pair: Pair, login: str) -> Somebody:
    """Somebody who came in through the first process."""
    path = "/" + pair.command("link", "--user", login).split("/", 3)[3]
    person, worker = Somebody(pair), pair.workers()[0]
    assert person.ask(worker, "GET", path)[0] == 200
    assert person.ask(worker, "POST", path, {})[0] == 302
    return person


@pytest.fixture(scope="module")
def manager(pair: Pair) -> Somebody:
    return signed_in(pair, "chenyi")


def seen(person: Somebody, worker: int, path: str) -> str:
    status, text = person.ask(worker, "GET", path)
    assert status == 200, (path, text[:500])
    return text


def filled_in(text: str, panel: str) -> dict[str, str]:
    """What a browser would send of the form in the panel with the id `panel`."""
    form = html.fromstring(text).get_element_by_id(panel).find(".//form")
    return {name: value for name, value in form.form_values() if name != "csrfmiddlewaretoken"}


@pytest.mark.parametrize("writer", [0, 1])
def test_what_one_writes_the_other_shows_at_once(pair: Pair, manager: Somebody, writer: int) -> None:
    ones = pair.workers()
    one, other = ones[writer], ones[1 - writer]
    pages = (PLAN, "/projects/", "/projects/XMB-2024/")
    before = [seen(manager, worker, path) for path in pages for worker in ones]
    assert all(before)
    plan = json.loads(seen(manager, other, PLAN))
    name = f"两个进程 {writer}"
    row = {"version": plan["version"], "command": "insert", "parent": None, "before": None, "rows": [{"name": name}]}
    status, text = manager.ask(one, "POST", "/projects/XMB-2024/plan/commands/", {"json": row})
    assert status == 200, text
    assert name in seen(manager, other, PLAN)
    # Its charter is signed: what a form leaves out would be taken away from what was promised.
    basics = filled_in(seen(manager, other, "/projects/XMB-2024/start/"), "basics") | {"name": f"新产品 {writer}"}
    assert manager.ask(one, "POST", "/projects/XMB-2024/start/basics/", basics)[0] == 302
    for path in ("/projects/", "/projects/XMB-2024/"):
        assert f"新产品 {writer}" in seen(manager, other, path)


def test_a_calendar_changed_in_one_moves_dates_in_the_other(pair: Pair, manager: Somebody) -> None:
    one, other = pair.workers()
    before = json.loads(seen(manager, other, PLAN))
    days = {"choice": "own", "days": "2026-02-01 至 2026-04-10 休息", "confirm": "1"}
    status, text = manager.ask(one, "POST", "/projects/XMB-2024/calendar/", days)
    assert status == 302, text[:2000]
    after = json.loads(seen(manager, other, PLAN))
    assert after["version"] > before["version"]
    assert after["rows"] != before["rows"]
    assert after == json.loads(seen(manager, one, PLAN))


def test_who_was_taken_out_in_one_is_out_in_the_other(pair: Pair, manager: Somebody) -> None:
    one, other = pair.workers()
    guest = signed_in(pair, "sunqi")
    key = json.loads(api(pair, other, "GET me", token_of(pair, "sunqi"))[1])["id"]
    assert guest.ask(other, "GET", "/projects/XMB-2024/")[0] == 404
    assert manager.ask(one, "POST", "/projects/XMB-2024/start/roles/", {"person": key, "role": "member"})[0] == 302
    assert guest.ask(other, "GET", "/projects/XMB-2024/")[0] == 200
    assert "XMB-2024" in seen(guest, other, "/projects/")
    assert manager.ask(one, "POST", "/projects/XMB-2024/start/roles/remove/", {"person": key, "role": "member"})[0] == 302
    begun = time.monotonic()
    assert guest.ask(other, "GET", "/projects/XMB-2024/")[0] == 404
    assert guest.ask(other, "GET", PLAN)[0] == 404
    assert "XMB-2024" not in seen(guest, other, "/projects/")
    assert time.monotonic() - begun < 5


def test_failed_sign_ins_are_counted_over_both(pair: Pair) -> None:
    ones = pair.workers()
    nobody = Somebody(pair)
    nobody.ask(ones[0], "GET", "/accounts/login/")
    fields = {"login": "lisi", "password": "wrong"}
    texts = [nobody.ask(ones[at % 2], "POST", "/accounts/login/", fields)[1] for at in range(12)]
    refused = ["次数太多" in text for text in texts]
    assert refused == [False] * 10 + [True] * 2


def test_a_key_sent_to_both_at_once_writes_once(pair: Pair) -> None:
    token = token_of(pair, "chenyi")
    for at in range(3):
        name = f"只写一次 {at}"
        with ThreadPoolExecutor(2) as pool:
            sent = [
                pool.submit(api, pair, worker, "POST projects/XMB-2024/tasks", token, {"name": name}, f"key-{at}")
                for worker in pair.workers()
            ]
            answers = [one.result() for one in sent]
        assert [status for status, _text in answers] == [201, 201], answers
        assert answers[0][1] == answers[1][1]
        listed = json.loads(api(pair, pair.workers()[0], "GET projects/XMB-2024/tasks?limit=200", token)[1])
        assert [item["name"] for item in listed["items"]].count(name) == 1


def token_of(pair: Pair, login: str) -> str:
    return pair.command("token", "--user", login)


def api(pair: Pair, worker: int, what: str, token: str, body: dict[str, Any] | None = None, key: str = "") -> tuple[int, str]:
    """Send a request ("GET me") with a token to one process."""
    made = pair.connection(worker)
    method, path = what.split()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    if key:
        headers["Idempotency-Key"] = key
    made.request(method, f"/api/v1/{path}", json.dumps(body) if body is not None else None, headers)
    answer = made.getresponse()
    text = answer.read().decode()
    made.close()
    return answer.status, text
