"""The command line, as a person types it: on a data folder of its own."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

# What differs between two runs by its nature: passwords, and the numbers by which caches know a calendar's content.
RANDOM = {"people_user": {"password"}, "people_workcalendar": {"version"}}
CREATE = ["project", "create", "--number", "TS-1", "--name", "试点", "--lead-department", "研发部", "--manager", "admin"]


def tongzhou(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tongzhou.config.cli", *words],
        env=os.environ | {"TONGZHOU_DATA": str(data)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo organisation laid around 2 March 2026."""
    data = tmp_path_factory.mktemp("demo")
    seed(data)
    return data


def seed(data: Path) -> None:
    assert tongzhou(data, "migrate").returncode == 0
    done = tongzhou(data, "seed", "--size", "S", "--today", "2026-03-02")
    assert done.returncode == 0, done.stderr


def content(data: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of the product's tables without what is random by nature."""
    with sqlite3.connect(data / "tongzhou.sqlite3") as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rooms = ("people_", "projects_", "plan_", "progress_", "timeline_", "exchange_")
        found = {}
        for table in sorted(name for name in tables if name.startswith(rooms)):
            columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
            kept = [name for name in columns if name not in RANDOM.get(table, set())]
            listed = ", ".join(f'"{name}"' for name in kept)
            found[table] = database.execute(f"SELECT {listed} FROM {table} ORDER BY 1").fetchall()
    return found


def test_the_same_date_gives_the_same_demo(demo: Path, tmp_path: Path) -> None:
    seed(tmp_path)
    assert content(tmp_path) == content(demo)


def test_the_demo_has_three_projects_with_history(demo: Path) -> None:
    found = content(demo)
    assert len(found["projects_project"]) == 3
    assert found["timeline_event"] and found["progress_progressupdate"] and found["plan_progressmark"]


def test_a_project_is_created_once(demo: Path) -> None:
    done = tongzhou(demo, *CREATE)
    assert (done.returncode, done.stdout) == (0, "TS-1\n"), done.stderr
    again = tongzhou(demo, *CREATE)
    assert (again.returncode, again.stdout) == (1, "")
    assert len(again.stderr.splitlines()) == 1


def test_who_or_what_is_missing_is_said_with_what_there_is(demo: Path, tmp_path: Path) -> None:
    named = tongzhou(demo, *CREATE[:-1], "陈一")
    assert (named.returncode, named.stdout) == (1, "")
    assert "不是姓名" in named.stderr and "chenyi" in named.stderr
    assert tongzhou(tmp_path, "migrate").returncode == 0
    empty = tongzhou(tmp_path, *CREATE)
    assert (empty.returncode, "tongzhou seed" in empty.stderr, "tongzhou link" in empty.stderr) == (1, True, True)


@pytest.mark.parametrize("sunday_or_holiday", ["2024-03-10", "2026-10-01"])
def test_the_demo_can_be_laid_around_a_day_off(tmp_path: Path, sunday_or_holiday: str) -> None:
    assert tongzhou(tmp_path, "migrate").returncode == 0
    assert tongzhou(tmp_path, "seed", "--today", sunday_or_holiday).returncode == 0


def test_a_token_is_printed_for_a_program(demo: Path) -> None:
    done = tongzhou(demo, "token", "--user", "admin", "--name", "备份", "--scopes", "read", "--days", "7")
    assert (done.returncode, done.stdout[:3], len(done.stdout.split())) == (0, "tz_", 1), done.stderr
    for words in (["--user", "nobody"], ["--user", "admin", "--scopes", "fly"], ["--user", "admin", "--days", "9999"]):
        refused = tongzhou(demo, "token", *words)
        assert (refused.returncode, refused.stdout, len(refused.stderr.splitlines())) == (1, "", 1)


def test_the_demo_is_sound(demo: Path) -> None:
    """It was laid for a day that is long past, and nothing has run since: this is all that is wrong with it."""
    done = tongzhou(demo, "doctor")
    assert done.stderr == ""
    assert [line.partition("：")[0] for line in done.stdout.splitlines() if line.startswith("✗")] == ["✗ 到期队列"]
