"""Pages and writes of the product at a size, each beside a bare Django page with as many rows and the same layout.

    python bench/pages.py [--size M] [--database sqlite] [--rounds 60]
    tools/postgres.sh python bench/pages.py --database postgresql

The same server answers both, in turns, so that the load of the machine falls on both alike. Prints p50 and p95 in milliseconds
of both sides and their ratio; a line that misses its target is marked. `--workers` sets the processes (2 on PostgreSQL).
"""

from __future__ import annotations

import argparse
import http.client
import json
import math
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = [sys.executable, "-m", "tongzhou.config.cli"]


@dataclass(frozen=True)
class Line:
    """A page beside its floor. `most`: the ratio that is allowed; `limit`: milliseconds that performance.md asks for."""

    name: str
    ours: str
    floor: str
    most: float = 1.5
    limit: float = 0
    bodies: tuple[bytes, ...] = ()
    """What is sent, in turns; nothing stands for GET."""
    kind: str = "application/x-www-form-urlencoded"
    floor_body: bytes | None = None
    who: str = "manager"


class Browser:
    """One connection that is kept, with cookies; notes the milliseconds and bytes of each answer."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, dict[str, str]()
        self.connection, self.asked = self._connect(), time.monotonic()

    def _connect(self) -> http.client.HTTPConnection:
        made = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        made.connect()
        made.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "", **more: str) -> tuple[int, bytes, float]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Accept-Encoding": "gzip"}
        headers |= {"Content-Type": kind} if kind else {}
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        if "csrftoken" in self.cookies and method != "GET":
            headers["X-CSRFToken"] = self.cookies["csrftoken"]
        if time.monotonic() - self.asked > 2:
            self.connection = self._connect()  # the server may have closed one that was idle
        start = time.perf_counter()
        self.connection.request(method, path, body=body, headers=headers)
        answer = self.connection.getresponse()
        content = answer.read()
        took, self.asked = (time.perf_counter() - start) * 1000, time.monotonic()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                pair = value.split(";", 1)[0].split("=", 1)
                self.cookies[pair[0]] = pair[1]
        if answer.will_close:
            self.connection = self._connect()
        return answer.status, content, took


def main() -> int:
    options = _options()
    with serving(options.size, options.data, options.database, options.workers) as (base, environment):
        return _measure(int(base.rpartition(":")[2]), environment, options)


@contextmanager
def serving(
    size: str, data: str | None = None, database: str = "sqlite", workers: int = 1
) -> Iterator[tuple[str, dict[str, str]]]:
    """Serve data of a size, laid out anew where no folder is given; yields the base address and the environment."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        environment = os.environ | {
            "TONGZHOU_DATA": data or folder,
            "TONGZHOU_BASE_URL": f"http://127.0.0.1:{port}",
            "DJANGO_SETTINGS_MODULE": "bench.floor.settings",
            "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}",
        }
        if database == "sqlite":
            environment.pop("TONGZHOU_DATABASE_URL", None)
        _prepare(environment, size, given=bool(data))
        several = ["--workers", str(workers)] if workers > 1 else []
        server = subprocess.Popen([*PROGRAM, "serve", "--port", str(port), *several], env=environment)
        try:
            _wait(port)
            yield f"http://127.0.0.1:{port}", environment
        finally:
            server.terminate()
            server.wait(20)


def way_in(environment: dict[str, str], login: str) -> str:
    """Return the path of a one-time way in."""
    done = subprocess.run([*PROGRAM, "link", "--user", login], env=environment, check=True, capture_output=True, text=True)
    return "/" + done.stdout.strip().split("/", 3)[3]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="M")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--only", default="", help="measure the lines whose name contains this")
    parser.add_argument("--data", help="a data folder that is filled already")
    options = parser.parse_args()
    options.workers = options.workers or (2 if options.database == "postgresql" else 1)
    return options


def _prepare(environment: dict[str, str], size: str, given: bool) -> None:
    start = time.perf_counter()
    subprocess.run([*PROGRAM, "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
    if not given:
        subprocess.run([*PROGRAM, "seed", "--size", size], env=environment, check=True, stdout=subprocess.DEVNULL)
    print(f"seeded {size} in {time.perf_counter() - start:.0f} s", flush=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            if Browser(port).ask("GET", "/healthz")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server does not answer")


def _sign_in(port: int, environment: dict[str, str], login: str) -> Browser:
    path, browser = way_in(environment, login), Browser(port)
    _status, page, _took = browser.ask("GET", path, Accept_Encoding="identity")
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token, page[:300]
    form = urlencode({"csrfmiddlewaretoken": token[1].decode()}).encode()
    assert browser.ask("POST", path, form, "application/x-www-form-urlencoded")[0] == 302
    return browser


def _measure(port: int, environment: dict[str, str], options: argparse.Namespace) -> int:
    told = subprocess.run([sys.executable, "-m", "bench.floor.cast"], env=environment, check=True, capture_output=True)
    cast = json.loads(told.stdout)
    browsers = {role: _sign_in(port, environment, cast[role]) for role in ("manager", "member")}
    missed = 0
    print(f"{options.database}, size {options.size}, {options.workers} process(es), load {os.getloadavg()[0]:.1f}", flush=True)
    print(f"{'':28}{'ours p50':>10}{'p95':>8}{'floor p50':>11}{'p95':>8}{'ratio':>8}{'KB':>8}")
    for line in (line for line in _lines(browsers, cast["number"]) if options.only in line.name):
        ours, floor, size = _turns(browsers[line.who], line, options.rounds)
        ratio = _middle(ours, 0.5) / _middle(floor, 0.5)
        bad = ratio > line.most
        late = line.limit and _middle(ours, 0.5) > line.limit
        missed += bad
        note = (f"  > {line.most}" if bad else "") + (f"  over {line.limit:g} ms" if late else "")
        print(
            f"{line.name:28}{_middle(ours, 0.5):10.1f}{_middle(ours, 0.95):8.1f}{_middle(floor, 0.5):11.1f}"
            f"{_middle(floor, 0.95):8.1f}{ratio:8.2f}{size / 1024:8.1f}{note}",
            flush=True,
        )
    return 1 if missed else 0


def _turns(browser: Browser, line: Line, rounds: int) -> tuple[list[float], list[float], int]:
    """Ask for both in turns; the first tenth only warms up."""
    ours, floor, size = [], [], 0
    for turn in range(rounds + rounds // 10):
        body = line.bodies[turn % len(line.bodies)] if line.bodies else None
        status, content, took = _ask(browser, line.ours, body, line.kind)
        assert status in (200, 201), (line.name, status, content[:300])
        other, text, floor_took = _ask(browser, line.floor, line.floor_body, "")
        assert other < 400, (line.name, other, text[:300])
        if turn >= rounds // 10:
            ours.append(took)
            floor.append(floor_took)
            size = len(content)
    return ours, floor, size


def _ask(browser: Browser, path: str, body: bytes | None, kind: str) -> tuple[int, bytes, float]:
    return browser.ask("POST" if body is not None else "GET", path, body, kind)


def _lines(browsers: dict[str, Browser], number: str) -> list[Line]:
    """What is measured: the largest project as its manager sees it, and the person with most open tasks."""
    base = f"/projects/{quote(number)}"
    leaves = json.loads(_plain(browsers["manager"], f"/api/v1{base}/tasks?limit=200"))
    own = json.loads(_plain(browsers["member"], "/api/v1/me/tasks?limit=200"))
    task = next(row["id"] for row in leaves["items"] if row["kind"] == "task")
    # A task under way, as most reports are about; the first report on another would begin before what it waits for.
    mine, reported = own["count"], next(row for row in own["items"] if row["state"] == "doing")
    rows = leaves["count"]
    reports = tuple(_report("doing", percent) for percent in range(20, 80))
    # A finished task moves those that wait for it; taken back, they move again.
    finishes = (_report("done", 100), _report("doing", 40))
    listed = min(json.loads(_plain(browsers["manager"], "/api/v1/projects?limit=1"))["count"], 50)
    return [
        Line("overview", f"{base}/", "/floor/rows/40/", limit=20),
        Line(f"plan data, {rows} rows", f"{base}/plan/data", f"/floor/data/{rows}/", limit=15 if rows <= 250 else 60),
        Line("task", f"{base}/tasks/{task}/", "/floor/rows/1/", limit=20),
        Line(f"board, {rows} rows", f"{base}/board/data/", f"/floor/data/{rows}/", limit=20),
        Line(f"my tasks, {mine} rows", "/my-tasks/", f"/floor/rows/{mine}/", limit=20, who="member"),
        Line("tracking table, 100 rows", f"{base}/tracking/", "/floor/rows/100/", limit=20),
        Line(f"projects, {listed} rows", "/projects/", f"/floor/rows/{listed}/", limit=25),
        Line("tasks by API, 100 rows", f"/api/v1{base}/tasks?limit=100", "/floor/data/100/", limit=20),
        _write("write one progress", reported, reports),
        _write("finish one task", reported, finishes),
        _chain(browsers["manager"]),
    ]


def _report(state: str, percent: int) -> bytes:
    return json.dumps({"state": state, "percent": percent, "status_date": date.today().isoformat()}).encode()


def _write(name: str, task: dict[str, Any], bodies: tuple[bytes, ...]) -> Line:
    path = f"/api/v1/projects/{quote(task['project'])}/tasks/{task['id']}/progress"
    floor = f"/floor/write/{task['id']}/"
    return Line(name, path, floor, 2.0, 15, bodies, "application/json", floor_body=b"", who="member")


def _chain(manager: Browser) -> Line:
    """A project of 200 tasks, each waiting for the one before; its head gets longer and shorter by a day."""
    lead = json.loads(_plain(manager, "/api/v1/departments?limit=1"))["items"][0]["id"]
    number = f"CHAIN-{int(time.time())}"
    _sent(manager, "/api/v1/projects", {"number": number, "name": "链", "lead": lead, "starts_on": "2026-01-05"})
    rows = [{"name": f"第 {at} 步", "duration": 2} | ({"predecessors": str(at - 1)} if at > 1 else {}) for at in range(1, 201)]
    path = f"/api/v1/projects/{number}/plan/commands"
    head = _sent(manager, path, {"command": "insert", "parent": None, "before": None, "rows": rows})["ids"][0]
    bodies = tuple(
        json.dumps({"command": "set", "cells": [{"id": head, "field": "duration", "value": days}]}).encode() for days in (3, 2)
    )
    return Line("move the head of 200", path, f"/floor/move/{head}/", math.inf, 40, bodies, "application/json", floor_body=b"")


def _sent(browser: Browser, path: str, body: dict[str, Any]) -> dict[str, Any]:
    status, content, _took = browser.ask(
        "POST", path, json.dumps(body).encode(), "application/json", Accept_Encoding="identity"
    )
    assert status in (200, 201), (path, status, content[:300])
    answer: dict[str, Any] = json.loads(content)
    return answer


def _plain(browser: Browser, path: str) -> bytes:
    status, content, _took = browser.ask("GET", path, Accept_Encoding="identity", Accept="application/json")
    assert status == 200, (path, status, content[:300])
    return content


def _middle(times: list[float], share: float) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


if __name__ == "__main__":
    sys.exit(main())
