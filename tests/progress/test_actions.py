"""Reporting progress: numbers, words and the call for help are kept together."""

from datetime import date

import pytest

from support.cast import NOW, Cast, planned_project, task
from support.checks import kinds_since, refused, said
from tongzhou.lib.access import Forbidden
from tongzhou.people.models import System
from tongzhou.plan.actions import Report
from tongzhou.progress.actions import Words, report_progress
from tongzhou.progress.models import ProgressUpdate
from tongzhou.projects.models import Project
from tongzhou.timeline.models import Event

FIRST = date(2024, 3, 1)


@pytest.fixture
def project(cast: Cast) -> Project:
    return planned_project(cast)


def test_a_report_keeps_its_words(cast: Cast, project: Project) -> None:
    item, count = task(project, "设计"), Event.objects.count()
    words = Words("图纸 “终稿”\r\n=1+1", "接口不稳", "加班3天", cast.marketing.pk)
    report_progress(by=cast.owner, item=item, report=Report("doing", 6050), words=words, status_date=FIRST, now=NOW)
    assert kinds_since(count) == ["progress-recorded", "help-asked"]
    assert said() == ("help-asked", {"item": item.pk, "department": cast.marketing.pk}, [])
    row = ProgressUpdate.objects.get()
    assert (row.work_item, row.status_date, row.reported_at, row.reported_by) == (item, FIRST, NOW, cast.owner)
    assert (row.reporter_name, row.state, row.percent, row.actual_start, row.actual_finish) == (
        "郑十",
        "doing",
        6050,
        FIRST,
        None,
    )
    assert (row.done, row.problem, row.help_needed, row.help_department_id) == (
        "图纸 “终稿”\r\n=1+1",
        "接口不稳",
        "加班3天",
        cast.marketing.pk,
    )
    assert row.shown_percent == 60.5


def test_nobody_is_asked_where_no_help_is_needed(cast: Cast, project: Project) -> None:
    count = Event.objects.count()
    words = Words(reporter_name="某人")
    report_progress(
        by=System(), item=task(project, "设计"), report=Report("doing", 100), words=words, status_date=FIRST, now=NOW
    )
    assert kinds_since(count) == ["progress-recorded"]
    row = ProgressUpdate.objects.get()
    assert (row.reporter_name, row.reported_by) == ("某人", None)


def test_a_refused_report_leaves_no_words(cast: Cast, project: Project) -> None:
    def report(by: object, percent: int) -> None:
        report_progress(
            by=by,  # type: ignore[arg-type]
            item=task(project, "设计"),
            report=Report("doing", percent),
            words=Words("x", help_department=cast.marketing.pk),
            status_date=FIRST,
            now=NOW,
        )

    with refused("percent-range", "percent"):
        report(cast.owner, 10001)
    with refused("forbidden", kind=Forbidden):
        report(cast.member, 100)
