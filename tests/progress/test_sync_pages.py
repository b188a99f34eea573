"""The pages of syncs and their rhythm: good and bad input, notices that lead to the tasks, empty and many."""

from __future__ import annotations

from datetime import timedelta

import pytest

from support.cast import NOW, Cast, planned_project
from support.forms import assert_wrong, marked, questions
from support.syncs import RHYTHM, begun
from support.web import client_of
from tongzhou.lib import clock
from tongzhou.notifications.models import Notice
from tongzhou.people.models import User
from tongzhou.plan.actions import ItemSpec, bring_in
from tongzhou.progress.actions import keep_beats
from tongzhou.progress.models import SyncResult, SyncRhythm
from tongzhou.projects.models import Project, ProjectRole
from tongzhou.rhythm.jobs import settle

LIST, SET, ALL = "/projects/S-1/syncs/", "/projects/S-1/syncs/rhythm/", "/organisation/rhythm/"
FRIDAY = NOW + timedelta(hours=8)
WRONG = [
    ("urgent_weekday", "7"),
    ("urgent_weekday", "x"),
    ("regular_weekday", "9" * 5000),
    ("urgent_at", ""),
    ("urgent_at", "25:00"),
    ("regular_at", "mittags"),
    ("regular_at", "\x00"),
    ("urgent_day_off", ""),
    ("regular_day_off", "nie"),
    ("lead_minutes", ""),
    ("lead_minutes", "-1"),
    ("lead_minutes", "1441"),
    ("lead_minutes", "9" * 5000),
    ("lead_minutes", "1.5"),
]


@pytest.fixture
def project(cast: Cast) -> Project:
    found = begun(planned_project(cast))
    with clock.pretend(NOW):
        keep_beats(NOW)
    return found


@pytest.mark.parametrize(("name", "value"), WRONG)
@pytest.mark.parametrize("path", [SET, ALL])
def test_a_rhythm_that_cannot_be_is_said_at_its_field(cast: Cast, project: Project, path: str, name: str, value: str) -> None:
    client = client_of(cast.manager if path == SET else cast.administrator)
    page = assert_wrong(client, path, RHYTHM | {name: value}, name)
    assert "还没有保存" in page
    if name != "regular_at":
        assert 'value="16:30"' in page


def test_a_rhythm_is_set_and_told_what_it_means(cast: Cast, project: Project) -> None:
    client = client_of(cast.administrator)
    sent = client.post(ALL, RHYTHM | {"lead_minutes": "６０"})
    assert (sent.status_code, sent["Location"]) == (302, ALL)
    assert SyncRhythm.objects.get(is_organisation=True).lead_minutes == 60
    assert "同步节奏已保存" in client.get(ALL).content.decode()
    assert not marked(client.get(ALL))
    with clock.pretend(NOW):
        page = client_of(cast.manager).get(LIST).content.decode()
    assert "组织设置" in page and "提前 60 分钟提醒" in page and "16:30" in page
    client_of(cast.manager).post(SET, RHYTHM | {"lead_minutes": "0"})
    page = client_of(cast.manager).get(LIST).content.decode()
    assert "本项目设置" in page and "分钟提醒" not in page


def test_who_may_not_set_it_sees_no_form(cast: Cast, project: Project) -> None:
    assert 'name="urgent_at"' not in client_of(cast.owner).get(LIST).content.decode()
    assert client_of(cast.owner).post(SET, RHYTHM).status_code == 403


def test_notices_lead_to_what_is_to_be_done(cast: Cast, project: Project) -> None:
    for hour in (-2, 0, 1):
        settle(FRIDAY + timedelta(hours=hour))
    rows = list(Notice.objects.filter(kind="sync").order_by("pk").values_list("person__name", "link"))
    tasks, missing = "/my-tasks/?group=report", f"{LIST}?state=missed"
    assert sorted(rows) == sorted([("郑十", tasks), ("郑十", tasks), ("陈一", missing), ("周七", missing)])
    with clock.pretend(FRIDAY + timedelta(hours=1)):
        page = client_of(cast.owner).get(tasks).content.decode()
        assert "设计" in page and "无变化" in page
        page = client_of(cast.manager).get(missing).content.decode()
    assert "设计、测试" in page and "郑十" in page


@pytest.mark.parametrize("query", ["?state=synced", "?q=%00nie", "?department=x&urgency=urgent", "?slot=" + "9" * 5000])
def test_what_matches_nothing_says_so(cast: Cast, project: Project, query: str) -> None:
    settle(FRIDAY)
    page = client_of(cast.manager).get(f"{LIST}{query}").content.decode()
    assert ("没有符合的记录" in page) is not query.startswith("?slot")


def test_pages_ask_as_much_for_sixty_people_as_for_three(cast: Cast, project: Project) -> None:
    client, counts = client_of(cast.manager), []
    for week, many in enumerate((3, 60)):
        people = [User.objects.create_user(f"p{week}-{at}", f"人{week}-{at}", department=cast.rd) for at in range(many)]
        ProjectRole.objects.bulk_create([ProjectRole(project=project, user=one, kind="member") for one in people])
        items = [ItemSpec(f"{week + 7}{at:02}", f"任务{at}", owner=one.pk, duration=480) for at, one in enumerate(people)]
        bring_in(by=cast.manager, project=project, items=items, links=[], now=NOW)
        slot = FRIDAY + timedelta(weeks=week)
        settle(slot)
        assert SyncResult.objects.filter(round__slot_at=slot).count() >= many
        for path in (LIST, f"{LIST}?state=missed", "/projects/S-1/syncs.xlsx", "/projects/S-1/tracking/"):
            with clock.pretend(slot):
                counts.append(questions(client, path))
    assert counts[:4] == counts[4:]
    assert max(counts) <= 15
