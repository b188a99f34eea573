"""Backup and restore: what was acknowledged is in it, what is damaged is refused, a restore is there whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from config.test_server import free_port
from support.cluster import own_cluster
from support.place import COMMAND, Place, on_cluster, wait_ready

WRITERS = 4
WRITE = """
import sys, django
django.setup()
from tongzhou.lib import clock
from tongzhou.people.actions import add_person
from tongzhou.people.models import System
for at in range(10_000):
    person = add_person(by=System(), name=f"写{sys.argv[1]}之{at}", login=f"w{sys.argv[1]}-{at}", now=clock.now())
    print(person.login, flush=True)
"""


def seeded(place: Place) -> Place:
    place.data.mkdir(parents=True, exist_ok=True)
    place.lay("--today", "2026-03-02")
    return place


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    with own_cluster() as cluster:
        yield cluster.url


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Place]:
    """Return a maker of empty places of one kind of database."""
    if request.param == "sqlite":
        return lambda name: Place(tmp_path / name)
    url = request.getfixturevalue("cluster")
    return lambda name: on_cluster(url, tmp_path / name)


@contextmanager
def writers(place: Place) -> Iterator[list[str]]:
    """Let four processes add people all the while; what they were told is written down (in the list that is given)."""
    told: list[str] = []
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", WRITE, str(at)],
            env=place.environment | {"DJANGO_SETTINGS_MODULE": "tongzhou.config.settings"},
            stdout=subprocess.PIPE,
            text=True,
        )
        for at in range(WRITERS)
    ]

    def hear(process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            told.append(line.strip())

    ears = [threading.Thread(target=hear, args=(process,)) for process in processes]
    for ear in ears:
        ear.start()
    try:
        deadline = time.monotonic() + 60
        while len({login[:2] for login in told}) < WRITERS:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield told
    finally:
        for process in processes:
            process.kill()
            process.wait()
        for ear in ears:
            ear.join()


def test_a_backup_under_four_writers_comes_back_whole(fresh: Callable[[str], Place], tmp_path: Path) -> None:
    place, file = seeded(fresh("old")), tmp_path / "a.tzb"
    (place.data / "imports").mkdir(exist_ok=True)
    with writers(place) as told:
        before = set(told)
        place.done("backup", str(file))
        during = len(told)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and during > len(before)
    other = fresh("new")
    other.data.mkdir()
    assert "恢复完成" in other.done("restore", str(file))
    kept = other.logins()
    assert before <= kept <= place.logins()
    # Whole or absent: each person with her event.
    events = {row[0] for row in other.ask("SELECT subject_id FROM timeline_event WHERE kind = 'person-added'")}
    assert {row[0] for row in other.ask("SELECT id FROM people_user WHERE login LIKE 'w%-%'")} <= events
    assert other.wrong() == set()
    assert "全部相符" in other.done("verify")
    assert [row[0] for row in other.ask("SELECT source FROM timeline_restoration")] == ["a.tzb"]
    assert (other.data / "secrets" / "sealing").read_text() == (place.data / "secrets" / "sealing").read_text()
    assert (other.data / "secrets" / "django").read_text() != (place.data / "secrets" / "django").read_text()
    other.done("project", "create", "--number", "N-1", "--name", "新项目", "--lead-department", "研发部", "--manager", "chenyi")


def test_a_restore_replaces_only_with_yes_and_ends_sessions(fresh: Callable[[str], Place], tmp_path: Path) -> None:
    place, file = seeded(fresh("old")), tmp_path / "a.tzb"
    place.done("link", "--user", "admin")
    place.done("backup", str(file))
    assert "文件已存在" in place.refused("backup", str(file))
    place.done("token", "--user", "admin")
    assert "--yes" in place.refused("restore", str(file))
    before = place.content()
    assert "可以恢复" in place.done("restore", str(file), "--check")
    assert place.content() == before
    place.done("restore", str(file), "--yes")
    assert place.ask("SELECT COUNT(*) FROM people_apitoken") == [(0,)]
    now = "now()" if place.url else "strftime('%Y-%m-%d %H:%M:%f', 'now')"
    assert place.ask(f"SELECT COUNT(*) FROM people_signinlink WHERE used_at IS NULL AND expires_at > {now}") == [(0,)]
    kind, data = place.ask("SELECT kind, data FROM timeline_event ORDER BY id DESC LIMIT 1")[0]
    told = json.loads(data) if isinstance(data, str) else data
    assert (kind, told["source"]) == ("data-restored", "a.tzb")
    place.done("restore", str(file), "--yes")
    assert len({row[0] for row in place.ask("SELECT id FROM timeline_restoration")}) == 1
    assert "/enter/" in place.done("link")


BYTES: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda body: body[: len(body) * 2 // 3],
    "bit": lambda body: body[: len(body) // 3] + bytes([body[len(body) // 3] ^ 1]) + body[len(body) // 3 + 1 :],
    "empty": lambda body: b"",
    "text": lambda body: b"not a backup" * 100,
}
MANIFESTS: dict[str, dict[str, Any]] = {
    "newer": {"migrations": {"plan": ["9999_from_tomorrow"]}},
    "format": {"format": 2},
    "rows": {"tables": {"people_user": 1_000_000}},
    "foreign": {"product": "another"},
    "vendor": {"vendor": "oracle"},
    "outside": {"parts": {"../../evil": {"size": 1, "sha256": hashlib.sha256(b"x").hexdigest()}}},
}


def spoilt(file: Path, target: Path, how: str) -> None:
    """Write a copy of a backup that somebody or something spoilt."""
    if how in BYTES:
        target.write_bytes(BYTES[how](file.read_bytes()))
        return
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {name: old.read(name) for name in old.namelist()}
        manifest = json.loads(parts.pop("manifest.json"))
        for name, change in MANIFESTS.get(how, {}).items():
            manifest[name] = manifest[name] | change if isinstance(change, dict) else change
        if how == "part":
            parts["secrets/sealing"] = parts["secrets/sealing"][::-1]
        elif how == "missing":
            del parts["secrets/sealing"]
        elif how == "outside":
            parts["../../evil"] = b"x"
        for name, body in parts.items():
            new.writestr(name, body)
        new.writestr("manifest.json", json.dumps(manifest))


REASONS = {
    "cut": "不是完整的",
    "bit": "损坏",
    "empty": "不是完整的",
    "text": "不是完整的",
    "part": "与清单不符",
    "missing": "与清单不符",
    "newer": "更新的版本",
    "format": "更新的版本",
    "rows": "行数与清单不符",
    "foreign": "不是同舟的备份文件",
    "vendor": "只能恢复到同类数据库",
    "outside": "与清单不符",
}


def test_what_is_damaged_foreign_or_newer_is_refused_and_nothing_is_touched(
    fresh: Callable[[str], Place], tmp_path: Path
) -> None:
    place, file = seeded(fresh("old")), tmp_path / "a.tzb"
    place.done("backup", str(file))
    before = place.content()
    for how, reason in REASONS.items():
        target = tmp_path / f"{how}.tzb"
        spoilt(file, target, how)
        assert reason in place.refused("restore", str(target), "--yes"), how
        assert place.content() == before, how
    assert "没有这个文件" in place.refused("restore", str(tmp_path / "none.tzb"), "--yes")
    assert not (place.data / "restoring").exists() and not list(place.data.glob("*.restoring*"))


def test_of_two_kinds_of_databases_neither_takes_the_others(cluster: str, tmp_path: Path) -> None:
    place, file = seeded(Place(tmp_path / "lite")), tmp_path / "a.tzb"
    place.done("backup", str(file))
    (tmp_path / "post").mkdir()
    assert "备份来自 SQLite" in Place(tmp_path / "post", cluster).refused("restore", str(file))


def test_a_restore_killed_at_any_moment_leaves_the_old_or_the_new(fresh: Callable[[str], Place], tmp_path: Path) -> None:
    place, file = seeded(fresh("old")), tmp_path / "a.tzb"
    place.done("backup", str(file))
    old = place.logins()
    seen = set()
    rounds = int(os.environ.get("TONGZHOU_KILLS", "3"))
    for at in range(rounds):
        place.done("token", "--user", "admin", "--name", f"round {at}")
        marked = place.ask("SELECT COUNT(*) FROM people_apitoken")[0][0]
        begun = subprocess.Popen(
            [*COMMAND, "restore", str(file), "--yes"],
            env=place.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(0.4 + 2.2 * at / rounds)
        begun.send_signal(signal.SIGKILL)
        begun.wait()
        place.done("migrate")  # whoever starts next ends it, or throws it away
        tokens = place.ask("SELECT COUNT(*) FROM people_apitoken")[0][0]
        assert tokens in (marked, 0), at
        assert place.logins() == old
        assert place.wrong() == set()
        assert not (place.data / "restoring").exists()
        seen.add(tokens == 0)
    assert seen


def test_what_a_restore_left_that_was_killed_while_it_laid_out_is_thrown_away(fresh: Callable[[str], Place]) -> None:
    place = seeded(fresh("old"))
    old = place.logins()
    (place.data / "restoring" / "imports").mkdir(parents=True)
    (place.data / "restoring" / "imports" / "half").write_bytes(b"half of a file")
    place.done("migrate")
    assert not (place.data / "restoring").exists()
    assert place.logins() == old


def test_on_sqlite_nobody_restores_under_a_running_server(tmp_path: Path) -> None:
    place, file = seeded(Place(tmp_path / "old")), tmp_path / "a.tzb"
    place.done("backup", str(file))
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import django, time; django.setup()\nfrom tongzhou.config import standing\n"
            "assert standing.enter(); print(1, flush=True); time.sleep(60)",
        ],
        env=place.environment | {"DJANGO_SETTINGS_MODULE": "tongzhou.config.settings"},
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None and holder.stdout.readline()
        assert "先停止服务" in place.refused("restore", str(file), "--yes")
    finally:
        holder.kill()
        holder.wait()
    with closing(sqlite3.connect(place.data / "tongzhou.sqlite3")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM people_user").fetchone()
        assert "正在被使用" in place.refused("restore", str(file), "--yes")
    place.done("restore", str(file), "--yes")


def test_on_postgresql_processes_begin_anew_after_a_restore(cluster: str, tmp_path: Path) -> None:
    place, file = seeded(on_cluster(cluster, tmp_path / "old")), tmp_path / "a.tzb"
    place.done("backup", str(file))
    port = free_port()
    served = subprocess.Popen([*COMMAND, "serve", "--workers", "2", "--port", str(port)], env=place.environment)
    supervisor = psutil.Process(served.pid)
    try:
        wait_ready(port)
        before = {child.pid for child in supervisor.children()}
        place.done("restore", str(file), "--yes")
        deadline = time.monotonic() + 60
        while before & {child.pid for child in supervisor.children()} or len(supervisor.children()) < len(before):
            assert time.monotonic() < deadline
            time.sleep(0.2)
        wait_ready(port)
    finally:
        served.terminate()
        served.wait(15)
