"""What the commands refuse: one line of reason, the exit code, and nothing written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.cast import Cast, small_project
from support.checks import unchanged
from tongzhou.config.cli import main
from tongzhou.projects.models import Project

GOOD = {"--number": "P-1", "--name": "试点", "--lead-department": "研发部", "--manager": "chenyi"}


def run(*words: str) -> int:
    """Run a command in this process, on the test's database."""
    return main(words)


def create(**changed: str) -> int:
    given = GOOD | {f"--{name.replace('_', '-')}": value for name, value in changed.items()}
    return run("project", "create", *(word for pair in given.items() for word in pair))


def test_a_project_is_created(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    assert create(manager="CHENYI") == 0
    assert capsys.readouterr() == ("P-1\n", "")
    made = Project.objects.get(number="P-1")
    assert (made.name, made.roles.get().user, made.participations.get().department) == ("试点", cast.manager, cast.rd)


@pytest.mark.parametrize(
    "changed",
    [
        {"lead_department": "没有部"},
        {"manager": "nobody"},
        {"manager": "wairen"},
        {"number": "S-1"},
        {"number": "a/b"},
        {"number": ""},
        {"name": " "},
        {"name": "长" * 121},
    ],
    ids=str,
)
def test_a_project_is_not_created(cast: Cast, capsys: pytest.CaptureFixture[str], changed: dict[str, str]) -> None:
    small_project(cast)
    cast.stranger.is_active = False
    cast.stranger.save()
    with unchanged():
        assert create(**changed) == 1
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)


def test_what_is_no_text_is_told_by_name(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    for name in GOOD:
        with unchanged():
            assert create(**{name.removeprefix("--"): "\udcff"}) == 2
    assert run("link", "--user", "\udcff") == run("seed", "--today", "\udcff") == 2
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", len(GOOD) + 2)


@pytest.mark.parametrize("login", ["nobody", "wairen"])
def test_no_link_for_nobody_or_a_disabled_person(cast: Cast, capsys: pytest.CaptureFixture[str], login: str) -> None:
    cast.stranger.is_active = False
    cast.stranger.save()
    with unchanged():
        assert run("link", "--user", login) == 1
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)


def test_the_first_link_makes_the_administrator(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("link") == 0
    assert "/enter/" in capsys.readouterr().out


@pytest.mark.parametrize("day", ["2026-02-30", "0001-01-01", "9999-12-31", "today", "２０２６-01-01"])
def test_the_demo_is_not_laid_around_what_is_no_day(db: None, capsys: pytest.CaptureFixture[str], day: str) -> None:
    with unchanged():
        assert run("seed", "--today", day) == 2
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)


def test_the_demo_goes_into_an_empty_database_only(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    with unchanged():
        assert run("seed") == 1
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)


@pytest.mark.parametrize(
    ("variables", "words", "code"),
    [
        ({"TONGZHOU_PORT": "many"}, ("migrate",), 2),
        ({"TONGZHOU_DEBUG": "maybe"}, ("serve",), 2),
        ({"TONGZHOU_DATA": "/dev/null"}, ("migrate",), 2),
        ({"TONGZHOU_DATABASE_URL": "oracle://x"}, ("link",), 2),
        ({"TONGZHOU_WORKER": "nobody"}, ("worker",), 2),
        ({}, ("seed",), 1),
        ({}, ("worker",), 1),
        ({}, ("serve",), 1),
    ],
    ids=str,
)
def test_a_wrong_setting_and_an_unprepared_database_are_one_line(
    tmp_path: Path, variables: dict[str, str], words: tuple[str, ...], code: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tongzhou.config.cli", *words],
        env=os.environ | {"TONGZHOU_DATA": str(tmp_path)} | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (code, "", 1), done.stderr
