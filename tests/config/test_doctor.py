"""`tongzhou doctor`: each check sees what plain SQL (or a careless hand) broke, and --fix mends it."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from config.test_server import command, free_port
from support.cast import NOW, Cast, planned_project, task
from tongzhou.config.commands import doctor
from tongzhou.config.doctor import machine
from tongzhou.config.doctor.findings import NOTE, OK, WRONG, Finding
from tongzhou.lib import clock
from tongzhou.people.actions import make_sign_in_link
from tongzhou.people.models import IdempotentAnswer, SignInLink, System
from tongzhou.plan.actions import Report, record_progress
from tongzhou.projects.models import Project, ProjectSummary
from tongzhou.rhythm.actions import set_due
from tongzhou.rhythm.jobs import settle
from tongzhou.rhythm.models import Due
from tongzhou.timeline.models import Event

SQL = {
    "动态保护": {
        "sqlite": "DROP TRIGGER timeline_event_no_update",
        "postgresql": "DROP TRIGGER timeline_event_no_change ON timeline_event",
    },
    "进度缓存": "UPDATE plan_workitem SET percent = 9000, state = 'doing' WHERE name = '测试'",
    "计算日期": "UPDATE plan_workitem SET finish = '2024-12-31' WHERE name = '测试'",
    "项目摘要": "UPDATE projects_projectsummary SET open_tasks = 77",
    "姓名拼音": "UPDATE people_user SET pinyin = 'wrong' WHERE name = '李四'",
    "法定节假日": "UPDATE people_statutoryyear SET announced = NOT announced WHERE year = 2024",
    "过期条目": "UPDATE people_signinlink SET used_at = '2020-01-01 00:00:00+00:00'",
}
FIXED = [name for name in SQL if name != "法定节假日"]


@pytest.fixture
def project(cast: Cast, settings: Any, tmp_path: Path) -> Project:
    """A sound project with a report, in a data folder of its own, with a link that was used lately."""
    settings.DATA_DIR = tmp_path
    made = planned_project(cast)
    record_progress(by=cast.owner, item=task(made, "设计"), report=Report("doing", 4000), status_date=NOW.date(), now=NOW)
    make_sign_in_link(by=System(), person=cast.owner, now=clock.now())
    settle(clock.now())
    set_due("rhythm-care", 0, clock.now() + timedelta(hours=1))
    return made


def findings(*, fix: bool = False) -> dict[str, Finding]:
    return {finding.name: finding for finding in doctor.checks(fix=fix)}


def wrong(*, fix: bool = False) -> list[str]:
    return [name for name, finding in findings(fix=fix).items() if finding.level == WRONG]


def broken(name: str) -> None:
    statement = SQL[name]
    with connection.cursor() as cursor:
        cursor.execute(statement if isinstance(statement, str) else statement[connection.vendor])


def test_what_is_sound_is_found_sound(project: Project) -> None:
    before = Event.objects.count()
    assert wrong() == []
    assert wrong(fix=True) == []
    assert {finding.fixed for finding in findings(fix=True).values()} == {0}
    assert Event.objects.count() == before


@pytest.mark.parametrize("name", FIXED)
def test_what_sql_broke_is_found_and_mended(project: Project, name: str) -> None:
    broken(name)
    assert name in wrong()
    assert name in wrong(), "looking changes nothing"
    mended = findings(fix=True)
    assert (mended[name].level, mended[name].fixed > 0) == (OK, True)
    assert wrong() == []
    if name != "动态保护":
        assert Event.objects.latest("pk").actor_name == System().actor_name


def test_progress_is_that_of_the_latest_mark(project: Project) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE plan_workitem SET percent = 10000, state = 'done', actual_finish = '2024-03-05' WHERE name = '设计'"
        )
    found = findings()
    assert "1 个任务" in found["进度缓存"].text and "S-1" in found["进度缓存"].text
    findings(fix=True)
    row = task(project, "设计")
    assert (row.state, row.percent, row.actual_finish) == ("doing", 4000, None)
    event = Event.objects.get(kind="plan-repaired")
    changes = {change.object_label: (change.before, change.after) for change in event.changes.all()}
    assert (changes["设计"][0]["state"], changes["设计"][1]["state"]) == ("done", "doing")


def test_a_lost_summary_comes_back(project: Project) -> None:
    ProjectSummary.objects.all().delete()
    assert wrong() == ["项目摘要"]
    assert wrong(fix=True) == []
    assert ProjectSummary.objects.get(project=project).open_tasks == 4


def test_a_plan_in_a_circle_is_told_and_left_alone(project: Project) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO plan_dependency (project_id, predecessor_id, successor_id, kind, lag, elapsed) "
            "SELECT project_id, successor_id, predecessor_id, kind, lag, elapsed FROM plan_dependency"
        )
    assert wrong() == ["排程"]
    assert wrong(fix=True) == ["排程"]


def test_the_state_of_a_statutory_year_is_told(project: Project) -> None:
    broken("法定节假日")
    assert (findings(fix=True)["法定节假日"].level, wrong()) == (NOTE, [])
    assert "2024" in findings()["法定节假日"].text


def test_files_that_no_import_knows_are_removed(project: Project, tmp_path: Path) -> None:
    (tmp_path / "imports").mkdir()
    old, fresh = tmp_path / "imports" / "old.xlsx", tmp_path / "imports" / "fresh.xlsx"
    for path in (old, fresh):
        path.write_bytes(b"x")
    long_ago = (datetime.now() - timedelta(days=1)).timestamp()
    os.utime(old, (long_ago, long_ago))
    assert wrong() == ["导入文件"]
    _committed(lambda: findings(fix=True))
    assert (old.exists(), fresh.exists(), wrong()) == (False, True, [])


def _committed(act: Callable[[], object]) -> None:
    """Run what waits for the commit, which a test's transaction never reaches."""
    from django.test import TestCase

    with TestCase.captureOnCommitCallbacks(execute=True):
        act()


def test_what_was_used_lately_stays(project: Project, cast: Cast) -> None:
    for key, days in (("old", 2), ("new", 0)):
        at = clock.now() - timedelta(days=days)
        IdempotentAnswer.objects.create(user=cast.owner, key=key, fingerprint="", status=200, body="", at=at)
    assert wrong() == ["过期条目"]
    assert wrong(fix=True) == []
    assert (IdempotentAnswer.objects.get().key, SignInLink.objects.count()) == ("new", 1)


def test_secrets_that_others_can_read(project: Project, tmp_path: Path) -> None:
    secret = tmp_path / "secrets" / "django"
    secret.parent.mkdir(mode=0o700)
    secret.write_text("x")
    secret.chmod(0o644)
    assert wrong() == ["密钥权限"]
    assert wrong(fix=True) == []
    assert secret.stat().st_mode & 0o777 == 0o600


def test_a_data_folder_that_is_gone(project: Project, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "secrets"
    settings.DATA_DIR.write_text("a file, where a folder should be")
    assert machine.data_folder().level == WRONG


def test_pending_migrations_end_the_examination(project: Project) -> None:
    MigrationRecorder.Migration.objects.filter(app="timeline", name="0003_restoration").delete()
    found = findings(fix=True)
    assert (wrong(), list(found)[-1]) == (["数据库结构"], "数据库结构")


def test_versions_settings_and_disk_are_judged(db: None, settings: Any) -> None:
    if connection.vendor == "sqlite":
        assert machine.database_version((3, 51, 2)).level == NOTE
        assert machine.database_version((3, 51, 3)).level == OK
    else:
        assert machine.database_version((14, 9)).level == WRONG
        assert machine.database_version((15, 0)).level == OK
    assert [machine.disk(free).level for free in (10**8, 10**9, 10**10)] == [WRONG, NOTE, OK]
    assert machine.configuration("http://tongzhou.example").level == NOTE
    assert machine.configuration("https://tongzhou.example").level == OK
    settings.DEBUG = True
    assert machine.configuration().level == NOTE


def test_the_command_says_it_in_lines_and_in_json(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.run(argparse.Namespace(fix=False, json=False)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(findings()) and all(line[0] in "✓!" for line in lines)
    broken("姓名拼音")
    assert doctor.run(argparse.Namespace(fix=False, json=True)) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is False
    assert [check["name"] for check in answer["checks"] if check["level"] == "wrong"] == ["姓名拼音"]


def test_an_empty_data_folder_is_told_to_migrate(tmp_path: Path) -> None:
    done = command(tmp_path, free_port(), "doctor")
    assert (done.returncode, "tongzhou migrate" in done.stdout, done.stderr) == (1, True, "")
    environment = os.environ | {"TONGZHOU_DATA": str(tmp_path), "TONGZHOU_DATABASE_URL": "postgresql://x@127.0.0.1:1/x"}
    words = [sys.executable, "-m", "tongzhou.config.cli", "doctor"]
    away = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (away.returncode, "数据库没有响应" in away.stdout, "Traceback" in away.stderr) == (1, True, False)


def test_background_jobs_that_fail_wait_or_stop_are_told(project: Project) -> None:
    names = ("后台任务", "到期队列", "后台线程")
    Due.objects.all().delete()
    assert [findings()[name].level for name in names] == [OK, OK, NOTE]
    set_due("rhythm-care", 0, clock.now() + timedelta(hours=1))
    assert [findings()[name].level for name in names] == [OK, OK, OK]
    set_due("rhythm-care", 0, clock.now() - timedelta(hours=1))
    Due.objects.create(kind="event", key=1, at=NOW, next_at=NOW, lane=Due.Lane.SOON, dead_at=NOW)
    found = findings()
    assert [found[name].level for name in names] == [NOTE, WRONG, WRONG]
    assert "变更的后续处理 1" in found["后台任务"].text


def test_a_queue_that_stands_keeps_the_server_ready(project: Project, client: Client) -> None:
    set_due("rhythm-care", 0, clock.now() - timedelta(hours=1))
    assert client.get("/readyz").status_code == 200
