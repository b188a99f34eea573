"""The pages of blocks: reporting one, answering, escalating by hand, with good and bad input; notices; empty and many."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from support.cast import NOW, Cast, planned_project, task
from support.checks import unchanged
from support.forms import BAD_TEXTS, assert_wrong, questions
from support.web import client_of
from tongzhou.lib import clock
from tongzhou.notifications.models import Notice
from tongzhou.plan.actions import ItemSpec, Report, bring_in
from tongzhou.plan.models import WorkItem
from tongzhou.progress.actions import Asking, Words, report_progress
from tongzhou.progress.models import Block
from tongzhou.projects.models import Project
from tongzhou.rhythm.jobs import settle

LATER = NOW + timedelta(minutes=20)
UNTIL = datetime(2024, 3, 4, 9, tzinfo=UTC)
LIST = "/projects/S-1/blocks/"


@pytest.fixture
def project(cast: Cast) -> Iterator[Project]:
    found = planned_project(cast)
    with clock.pretend(LATER):
        yield found


def blocked(cast: Cast, item: WorkItem, reason: str = "样机没到") -> Block:
    words = Words(problem=reason, blocking=Asking(person=cast.other_liaison.pk, until=UNTIL))
    report = Report("blocked", 3000)
    report_progress(by=cast.manager, item=item, report=report, words=words, status_date=date(2024, 3, 1), now=NOW)
    return Block.objects.get(work_item=item, closed_at=None)


def of_task(project: Project, act: str) -> str:
    return f"/projects/S-1/tasks/{task(project, '设计').pk}/{act}/"


def answer_of(block: Block) -> str:
    return f"{LIST}{block.pk}/answer/"


def whom(cast: Cast, **values: Any) -> dict[str, Any]:
    return {"unblocker": f"person-{cast.other_liaison.pk}", "until": "2024-03-04T17:00", "reason": "缺样机"} | values


@pytest.mark.parametrize("unblocker", ["person", "department"])
def test_a_report_names_who_must_unblock_it(cast: Cast, project: Project, unblocker: str) -> None:
    key = cast.other_liaison.pk if unblocker == "person" else cast.marketing.pk
    values = {
        "state": "blocked",
        "percent": "30",
        "problem": "样机没到",
        "unblocker": f"{unblocker}-{key}",
        "until": "2024-03-04T17:00",
    }
    assert client_of(cast.owner).post(of_task(project, "progress"), values).status_code == 302
    block = Block.objects.get()
    assert (block.until, block.reason) == (UNTIL, "样机没到")
    page = client_of(cast.member).get(LIST).content.decode()
    assert "设计" in page and "冯十二" in page and "03-04 17:00" in page


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("unblocker", ""),
        ("unblocker", "person-0"),
        ("unblocker", "person-" + "9" * 5000),
        ("unblocker", "x\x00"),
        ("until", ""),
        ("until", "2024-02-01T17:00"),
        ("until", "2026-01-01T17:00"),
        ("until", "0001-01-01T00:00"),
        ("until", "9999-12-31T00:00"),
        ("until", "morgen"),
    ],
)
def test_who_and_when_are_said_at_their_fields(cast: Cast, project: Project, name: str, value: str) -> None:
    report = {"state": "blocked", "percent": "30", "problem": "样机没到"} | whom(cast) | {name: value}
    report.pop("reason")
    page = assert_wrong(client_of(cast.owner), of_task(project, "progress"), report, f"report-{name}")
    assert "样机没到" in page
    block = blocked(cast, task(project, "设计"))
    assert_wrong(client_of(cast.owner), of_task(project, "block"), whom(cast, **{name: value}), name)
    assert Block.objects.get() == block


@pytest.mark.parametrize("reason", ["\x00", "长" * 2001])
def test_a_reason_that_cannot_be_kept(cast: Cast, project: Project, reason: str) -> None:
    blocked(cast, task(project, "设计"))
    assert_wrong(client_of(cast.owner), of_task(project, "block"), whom(cast, reason=reason), "reason")


def test_a_task_that_is_not_blocked_has_nobody_to_unblock_it(cast: Cast, project: Project) -> None:
    client = client_of(cast.owner)
    with unchanged():
        answer = client.post(of_task(project, "block"), whom(cast))
    assert answer.status_code == 422 and "此任务没有阻塞" in answer.content.decode()


ANSWERS = {
    "cleared": {"outcome": "样机已送到"},
    "longer": {"until": "2024-03-06T17:00", "reason": "等物流"},
    "another": {"unblocker": "department", "reason": "归生产部"},
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_each_answer_by_its_form(cast: Cast, project: Project, kind: str) -> None:
    block, client = blocked(cast, task(project, "设计")), client_of(cast.other_liaison)
    assert "/answer/" in client.get(f"{LIST}{block.pk}/").content.decode()
    values = {"answer": kind, "next": "page"} | ANSWERS[kind]
    if kind == "another":
        values["unblocker"] = f"department-{cast.rd.pk}"
    assert client.post(answer_of(block), values).status_code == 302
    page = client_of(cast.owner).get(f"{LIST}{block.pk}/").content.decode()
    assert {"cleared": "样机已送到", "longer": "等物流", "another": "归生产部"}[kind] in page


@pytest.mark.parametrize(
    "values",
    [
        {"answer": "longer", "until": "", "reason": "等物流"},
        {"answer": "longer", "until": "2024-03-04T17:00", "reason": "等物流"},
        {"answer": "longer", "until": "2026-03-04T17:00", "reason": "等物流"},
        {"answer": "longer", "until": "gestern", "reason": "等物流"},
        {"answer": "longer", "until": "2024-03-06T17:00", "reason": ""},
        {"answer": "longer", "until": "2024-03-06T17:00", "reason": "长" * 1001},
        {"answer": "another", "unblocker": "", "reason": ""},
        {"answer": "another", "unblocker": "person-0", "reason": "归生产部"},
        {"answer": "cleared", "outcome": "长" * 1001},
        {"answer": "cleared", "outcome": "\x00"},
        {"answer": "ja"},
        {},
    ],
)
@pytest.mark.parametrize("queued", [False, True])
def test_an_answer_that_cannot_be_is_refused_in_words(
    cast: Cast, project: Project, values: dict[str, str], queued: bool
) -> None:
    block, client = blocked(cast, task(project, "设计")), client_of(cast.other_liaison)
    headers = {"HX-Request": "true"} if queued else {}
    with unchanged():
        answer = client.post(answer_of(block), values | {"next": "queue" if queued else "page"}, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert values.get("reason", "") in page and page.count('class="tz-error"') == 1
    assert ("aria-invalid" in page) is (values.get("answer") in ANSWERS)


def test_escalating_by_its_form(cast: Cast, project: Project) -> None:
    client, path = client_of(cast.owner), of_task(project, "escalation")
    assert "部门内 → 项目经理 → 项目总负责人" in client.get(path).content.decode()
    for reason in (*BAD_TEXTS.values(), "长" * 2001):
        assert_wrong(client, path, {"reason": reason}, "reason")
    answer = client.post(path, {"reason": "等不了"})
    assert answer.status_code == 302
    assert "等不了" in client.get(answer["Location"]).content.decode()


def notices() -> list[tuple[str, str, str]]:
    settle(LATER)
    return sorted(Notice.objects.filter(kind="block").values_list("person__name", "title", "link"))


def test_every_notice_goes_out_once_and_leads_to_the_form(cast: Cast, project: Project) -> None:
    block = blocked(cast, task(project, "设计"))
    link = f"{LIST}{block.pk}/"
    expected = [("冯十二", "请在 03-04 17:00 前解除阻塞：「设计」", link)]
    assert notices() == expected
    client = client_of(cast.other_liaison)
    client.post(answer_of(block), {"answer": "longer", "until": "2024-03-05T17:00", "reason": "等物流"})
    words = "冯十二 需要到 03-05 17:00 才能解除「设计」"
    expected += [("郑十", words, link), ("陈一", words, link)]
    assert notices() == sorted(expected)
    client.post(answer_of(block), {"answer": "another", "unblocker": f"person-{cast.other_head.pk}", "reason": "归他"})
    words = "冯十二 表示「设计」应由他人解除"
    expected += [("吴八", "请在 03-05 17:00 前解除阻塞：「设计」", link), ("郑十", words, link), ("陈一", words, link)]
    assert notices() == sorted(expected)
    client_of(cast.other_head).post(answer_of(block), {"answer": "cleared", "outcome": "已送到"})
    words = "「设计」已解除阻塞，可以继续"
    expected += [("郑十", words, link), ("陈一", words, link)]
    assert notices() == sorted(expected)
    for person in (cast.owner, cast.manager, cast.other_head):
        assert client_of(person).get(link).status_code == 200


def test_where_nobody_is_blocked_the_page_says_so(cast: Cast, project: Project) -> None:
    page = client_of(cast.member).get(LIST).content.decode()
    assert "没有阻塞的任务" in page and "<table" not in page


def test_pages_ask_as_much_for_sixty_as_for_three(cast: Cast, project: Project) -> None:
    items = [ItemSpec(str(key), f"第{key}件", department=cast.rd.pk, owner=cast.owner.pk, duration=480) for key in range(3, 63)]
    bring_in(by=cast.manager, project=project, items=items, links=[], now=NOW)
    rows = iter(
        WorkItem.objects.select_related("project", "owner").filter(project=project, name__startswith="第").order_by("pk")
    )
    client, counts = client_of(cast.manager), []
    for many in (3, 60):
        while Block.objects.count() < many:
            block = blocked(cast, next(rows))
        for path in (LIST, f"{LIST}{block.pk}/", f"/projects/S-1/tasks/{block.work_item_id}/block/"):
            counts.append(questions(client, path))
    assert counts[:3] == counts[3:]
    assert max(counts) <= 15
