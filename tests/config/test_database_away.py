"""While the database is away people and programs are told so, and what comes back is used without a restart."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client

from config.test_server import Server, free_port
from support.cast import Cast, planned_project
from support.cluster import Cluster, own_cluster
from support.web import client_of
from tongzhou.lib.web import AWAY, BUSY, FULL, trouble_of
from tongzhou.people.models import Department


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with own_cluster() as made:
        yield made


@pytest.fixture(scope="module")
def server(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data, port = tmp_path_factory.mktemp("away"), free_port()
    environment = os.environ | {"TONGZHOU_DATA": str(data), "TONGZHOU_PORT": str(port), "TONGZHOU_DATABASE_URL": cluster.url}
    command = [sys.executable, "-m", "tongzhou.config.cli"]
    subprocess.run([*command, "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL, timeout=120)
    link = subprocess.run([*command, "link"], env=environment, check=True, capture_output=True, text=True, timeout=60).stdout
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen([*command, "serve"], env=environment, **pipes) as process:
        assert process.stdout is not None
        assert str(port) in process.stdout.readline()
        made = Server(data, port, process)
        (data / "link").write_text("/" + link.strip().split("/", 3)[3])
        yield made
        process.terminate()


@pytest.fixture(scope="module")
def administrator(server: Server) -> dict[str, str]:
    """The cookies of somebody who is signed in."""
    cookies: dict[str, str] = {}
    path = (server.data / "link").read_text()
    assert server.ask("GET", path, cookies)[0] == 200
    assert server.ask("POST", path, cookies, {})[0] == 302
    return cookies


def answer_of(server: Server, path: str, **headers: str) -> tuple[HTTPResponse, str]:
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=30)) as asked:
        asked.request("GET", path, headers=headers)
        answer = asked.getresponse()
        return answer, answer.read().decode()


def test_a_server_that_stops_and_comes_back(cluster: Cluster, server: Server, administrator: dict[str, str]) -> None:
    cookie = "; ".join(f"{name}={value}" for name, value in administrator.items())
    assert server.ask("GET", "/", administrator)[0] == 200
    cluster.stop()
    begun = time.monotonic()
    for path in ("/", "/projects/"):
        answer, text = answer_of(server, path, Cookie=cookie)
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5"), path
        assert "数据库暂时没有响应" in text and "Traceback" not in text
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    answer, text = answer_of(server, "/api/v1/projects", Authorization="Bearer tz_none")
    assert (answer.status, answer.headers["Content-Type"]) == (503, "application/problem+json"), text
    assert '"about:database-away"' in text
    assert time.monotonic() - begun < 40
    assert answer_of(server, "/healthz")[0].status == 200
    answer, text = answer_of(server, "/readyz")
    assert (answer.status, "database-away" in text) == (503, True)
    cluster.start()
    deadline = time.monotonic() + 20
    while server.ask("GET", "/", administrator)[0] != 200:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert answer_of(server, "/readyz")[0].status == 200
    # Connections that were lent before the stop are found out: not one more request fails.
    assert [server.ask("GET", "/departments/", administrator)[0] for _at in range(20)] == [200] * 20
    assert server.process.poll() is None


@pytest.fixture
def impatient(transactional_db: None) -> Iterator[None]:
    """Wait for another's lock for a moment only."""
    timeout = connection.settings_dict["OPTIONS"].get("timeout")
    statement = {"sqlite": "PRAGMA busy_timeout = 50", "postgresql": "SET lock_timeout = '50ms'"}
    with connection.cursor() as cursor:
        cursor.execute(statement[connection.vendor])
    yield
    again = {"sqlite": f"PRAGMA busy_timeout = {int((timeout or 5) * 1000)}", "postgresql": "RESET lock_timeout"}
    with connection.cursor() as cursor:
        cursor.execute(again[connection.vendor])


@pytest.mark.usefixtures("impatient")
def test_a_lock_that_is_held_too_long(cast: Cast) -> None:
    client, fields = client_of(cast.administrator), {"name": "新部门"}
    client.get("/departments/")
    with locked():
        answer = client.post("/departments/new/", fields)
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
        assert "数据库正忙于其他工作" in answer.content.decode()
        program = client.post("/departments/new/", fields, headers={"accept": "application/json"})
        assert (program.status_code, program["Content-Type"]) == (503, "application/problem+json")
    assert not Department.objects.filter(name="新部门").exists()
    assert client.post("/departments/new/", fields).status_code == 302
    assert Department.objects.filter(name="新部门").exists()


def locked() -> Any:
    """Hold what every writer of departments needs, as another process does."""
    if connection.vendor == "sqlite":
        other: Any = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        return closing(other)
    settings = connection.settings_dict
    held = psycopg.connect(dbname=settings["NAME"], user=settings["USER"], host=settings["HOST"], port=settings["PORT"])
    held.execute("LOCK TABLE people_department IN EXCLUSIVE MODE")
    return closing(held)


def test_an_error_before_any_view_is_told_as_well(cast: Cast) -> None:
    """The session is read by a middleware: what it meets passes no other one on its way out."""
    client = Client(raise_request_exception=False)
    client.cookies = client_of(cast.manager).cookies

    def away(*_arguments: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(away):
        answer = client.get("/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert client.get("/").status_code == 200


def test_a_mistake_of_ours_stays_one(cast: Cast) -> None:
    client = client_of(cast.manager)
    client.raise_request_exception = False
    planned_project(cast)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE projects_comment RENAME TO gone")
    assert client.get("/projects/S-1/").status_code == 500


def test_which_trouble_is_which(tmp_path: Path) -> None:
    def caused(cause: Exception) -> OperationalError:
        error = OperationalError(str(cause))
        error.__cause__ = cause
        return error

    assert trouble_of(caused(psycopg.errors.DiskFull())) == FULL
    assert trouble_of(caused(psycopg.errors.LockNotAvailable())) == BUSY
    assert trouble_of(caused(psycopg.OperationalError("connection refused"))) == AWAY
    assert trouble_of(psycopg.OperationalError("the pool has none")) == AWAY
    assert trouble_of(ValueError()) == ""
    with closing(sqlite3.connect(tmp_path / "small.sqlite3", isolation_level=None)) as database:
        database.execute("PRAGMA max_page_count = 3")
        database.execute("CREATE TABLE one (text)")
        with pytest.raises(sqlite3.OperationalError) as full:
            database.execute("INSERT INTO one VALUES (zeroblob(100000))")
        assert trouble_of(caused(full.value)) == FULL
        with pytest.raises(sqlite3.OperationalError) as missing:
            database.execute("SELECT * FROM two")
        assert trouble_of(caused(missing.value)) == ""
    with pytest.raises(sqlite3.OperationalError) as gone:
        sqlite3.connect(tmp_path / "no" / "such.sqlite3")
    assert trouble_of(caused(gone.value)) == AWAY
