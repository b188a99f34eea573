"""The pages of meetings: planning, writing, two who write at once, sending, answering; good and bad; empty and many."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from support.cast import NOW, Cast, small_project
from support.checks import unchanged
from support.forms import BAD_TEXTS, assert_wrong, marked, questions
from support.web import BAD_BODIES, BAD_VALUES, client_of, send_json
from tongzhou.lib import clock
from tongzhou.meetings.actions import Plan, Sending, add_item, plan_meeting, send_minutes
from tongzhou.meetings.models import AgendaItem, Meeting
from tongzhou.people.models import System
from tongzhou.projects.actions import move_stage
from tongzhou.projects.models import Project

LATER = NOW + timedelta(hours=4)
UNTIL = datetime(2024, 3, 5, 10, tzinfo=UTC)
LIST = "/projects/S-1/meetings/"
NEW = f"{LIST}new/kickoff/"


@pytest.fixture
def project(cast: Cast) -> Iterator[Project]:
    found = small_project(cast)
    with clock.pretend(LATER):
        yield found


def met(cast: Cast, project: Project, *, out: bool = False) -> Meeting:
    plan = Plan("启动会", NOW + timedelta(hours=1), 60, cast.head.pk, "三楼", "https://meeting.example.com/1", cast.member.pk)
    people = [cast.other_head.pk, cast.manager.pk]
    with clock.pretend(NOW):
        row = plan_meeting(by=cast.manager, project=project, kind="kickoff", plan=plan, people=people, now=NOW)
    if out:
        send_minutes(by=cast.head, meeting=row, sending=Sending(UNTIL), now=LATER)
    return row


def at(row: Meeting, act: str = "") -> str:
    return f"{LIST}{row.pk}/{act}"


def fields(cast: Cast, **values: Any) -> dict[str, Any]:
    known = {"title": "启动会", "starts_at": "2024-03-04T10:00", "length": "60", "host": cast.head.pk, "place": "三楼"}
    return known | {"link": "", "recorder": "", "people_invited": [cast.head.pk, cast.other_head.pk]} | values


def test_an_empty_project_offers_its_kickoff(cast: Cast, project: Project) -> None:
    page = client_of(cast.manager).get(LIST).content.decode()
    assert "还没有会议" in page and NEW in page
    page = client_of(cast.member).get(LIST).content.decode()
    assert "还没有会议" in page and NEW not in page


def test_a_kickoff_is_planned_by_its_form(cast: Cast, project: Project) -> None:
    client = client_of(cast.manager)
    page = client.get(NEW).content.decode()
    assert "各部门角色与职责" in page and "李四（研发部）" in page and "会后 24 小时内" in page
    answer = client.post(NEW, fields(cast))
    row = Meeting.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, at(row))
    assert set(row.attendees.values_list("person_id", flat=True)) == {cast.head.pk, cast.other_head.pk}
    page = client.get(LIST).content.decode()
    assert "启动会" in page and NEW not in page
    with unchanged():
        assert client.post(NEW, fields(cast)).status_code == 422


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("title", text) for text in BAD_TEXTS.values()),
        ("title", "长" * 121),
        ("place", "长" * 201),
        ("place", "\x00"),
        ("link", "javascript:alert(1)"),
        ("starts_at", ""),
        ("starts_at", "昨天"),
        ("starts_at", "0001-01-01T00:00"),
        ("starts_at", "9999-12-31T00:00"),
        ("starts_at", "2024-02-30T00:00"),
        ("starts_at", "2020-02-03T00:00"),
        ("length", ""),
        ("length", "0"),
        ("length", "9" * 5000),
        ("length", "1441"),
        ("length", "1.5"),
        ("host", ""),
        ("host", "外人"),
        ("host", "9" * 5000),
        ("recorder", "x"),
        ("people_invited", []),
        ("people_invited", ["外人"]),
        ("people_invited", ["9" * 5000]),
    ],
)
def test_what_cannot_be_planned_is_said_at_its_field(cast: Cast, project: Project, name: str, value: Any) -> None:
    person = cast.stranger.pk
    sent = person if value == "外人" else [person] if value == ["外人"] else value
    assert_wrong(client_of(cast.manager), NEW, fields(cast) | {name: sent}, name)


def test_full_width_digits_are_numbers(cast: Cast, project: Project) -> None:
    client_of(cast.manager).post(NEW, fields(cast, length="６０"))
    assert Meeting.objects.get().length == 60


def test_details_and_attendees_are_changed(cast: Cast, project: Project) -> None:
    row, client = met(cast, project), client_of(cast.head)
    page = client.get(at(row, "details/")).content.decode()
    assert 'name="version"' in page and "2024-03-01T10:00" in page
    given = fields(cast, title="项目启动会", starts_at="2024-03-01T11:00", version="1")
    assert client.post(at(row, "details/"), given).status_code == 302
    assert "person_" in client.get(at(row, "attendees/")).content.decode()
    presences = {f"person_{cast.head.pk}": "present", f"person_{cast.other_head.pk}": "excused"}
    assert client.post(at(row, "attendees/"), presences).status_code == 302
    assert "请假" in client.get(at(row)).content.decode()
    with unchanged():
        answer = client.post(at(row, "attendees/"), {f"person_{cast.other_head.pk}": "present"})
        assert answer.status_code == 422 and "主持人和记录人始终要参会" in answer.content.decode()
        assert client.post(at(row, "attendees/"), presences | {f"person_{cast.head.pk}": "x"}).status_code == 422


def test_two_who_change_the_details_see_what_differs(cast: Cast, project: Project) -> None:
    row = met(cast, project)
    other = fields(cast, title="项目启动会", starts_at="2024-03-01T11:00", recorder=cast.head.pk, version="1")
    assert client_of(cast.head).post(at(row, "details/"), other).status_code == 302
    manager, given = client_of(cast.manager), fields(cast, place="一楼", starts_at="2024-03-02T09:30", version="1")
    with unchanged():
        answer = manager.post(at(row, "details/"), given)
    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 412 and "请刷新" not in page
    assert '<td class="tz-pre">2024-03-01 11:00</td><td class="tz-pre">2024-03-02 09:30</td>' in page
    assert '<td class="tz-pre">项目启动会</td>' in page and '<th scope="row">记录人</th>' in page
    assert 'value="一楼"' in page, "what was typed stays"
    # What is saved next is over what was shown.
    assert 'name="version" value="2"' in page
    assert manager.post(at(row, "details/"), given | {"version": "2"}).status_code == 302
    row.refresh_from_db()
    assert (row.place, row.version) == ("一楼", 3)


def test_the_recorder_writes_the_minutes(cast: Cast, project: Project) -> None:
    row, client = met(cast, project), client_of(cast.member)
    assert "开始写纪要" in client.get(at(row)).content.decode()
    assert client.post(at(row, "minutes/")).status_code == 302
    page = client.get(at(row)).content.decode()
    assert "研发部" in page and "开始写纪要" not in page
    item = row.items.get(key="scope")
    sent = client.post(at(row, f"agenda/{item.pk}/text/"), {"text": "不含售后", "version": "1"})
    assert sent["Location"] == f"{at(row)}#part-{item.pk}"
    assert "不含售后" in client.get(at(row)).content.decode()
    assert client.post(at(row, "agenda/"), {"title": "样机"}).status_code == 302
    own = row.items.get(title="样机")
    assert client.post(at(row, f"agenda/{own.pk}/removal/")).status_code == 302
    assert client.post(at(row, "decisions/"), {"decision": "先做样机"}).status_code == 302
    task = {"what": "排期", "who": cast.other_head.pk, "due": "2024-03-05"}
    assert client.post(at(row, "actions/"), task).status_code == 302
    page = client.get(at(row)).content.decode()
    assert "先做样机" in page and "排期" in page and "2024-03-05" in page
    assert client.post(at(row, f"decisions/{row.decisions.get().pk}/removal/")).status_code == 302
    assert client.post(at(row, f"actions/{row.actions.get().pk}/removal/")).status_code == 302
    assert (row.decisions.count(), row.actions.count()) == (0, 0)


def test_two_texts_of_one_part_are_both_shown(cast: Cast, project: Project) -> None:
    row = met(cast, project)
    item = row.items.get(key="scope")
    path = at(row, f"agenda/{item.pk}/text/")
    client_of(cast.member).post(at(row, "minutes/"))
    client_of(cast.member).post(path, {"text": "不含售后", "version": "1"})
    host = client_of(cast.head)
    with unchanged():
        answer = host.post(path, {"text": "不含培训", "version": "1"})
    page = answer.content.decode()
    assert answer.status_code == 412
    assert "请刷新" not in page, "that would lose what was typed"
    assert "成员 在此期间写了" in page and "不含售后" in page and "\n不含培训</textarea>" in page
    # What is saved next is over the text that was shown.
    assert 'name="version" value="2"' in page
    assert host.post(path, {"text": "不含售后与培训", "version": "2"}).status_code == 302
    assert AgendaItem.objects.get(pk=item.pk).text == "不含售后与培训"


def test_a_part_is_written_to_in_its_place(cast: Cast, project: Project) -> None:
    row, client = met(cast, project), client_of(cast.member)
    item = row.items.get(key="scope")
    path = at(row, f"agenda/{item.pk}/text/")
    fragment = client.get(path, headers={"HX-Request": "true"}).content.decode()
    assert "<textarea" not in fragment, "before the minutes are begun there is nothing to write to"
    client.post(at(row, "minutes/"))
    page = client.get(at(row)).content.decode()
    assert 'name="text"' not in page and f"?part={item.pk}#part-{item.pk}" in page
    assert client.get(path)["Location"] == f"{at(row)}?part={item.pk}#part-{item.pk}"
    for shown in (client.get(at(row, f"?part={item.pk}")), client.get(path, headers={"HX-Request": "true"})):
        text = shown.content.decode()
        assert text.count('name="text"') == 1 and f'id="text-{item.pk}"' in text and "data-autosave" in text
    for bad in ("x", "9" * 5000, "-1", "１"):
        assert client.get(at(row), {"part": bad}).status_code == 200
    assert client_of(cast.quality).get(path).status_code == 403


def test_a_text_is_saved_while_one_writes_and_never_over_another(cast: Cast, project: Project) -> None:
    row, client = met(cast, project), client_of(cast.member)
    item = row.items.get(key="scope")
    path, host = at(row, f"agenda/{item.pk}/text/"), client_of(cast.head)
    client.post(at(row, "minutes/"))
    saved = send_json(client, path, {"text": "不含", "version": 1})
    assert (saved.status_code, saved.json()["version"]) == (200, 2) and saved.json()["said"].startswith("已保存 ")
    assert send_json(client, path, {"text": "不含售后", "version": 2}).json()["version"] == 3
    with unchanged():
        assert send_json(client, path, {"text": "不含售后", "version": 3}).json()["version"] == 3
        stale = send_json(host, path, {"text": "不含培训", "version": 1})
    told = stale.json()
    assert (stale.status_code, told["text"], told["version"], told["edited_by"]) == (412, "不含售后", 3, "成员")
    assert "其他人" in told["detail"]


BAD_SAVES = [{"version": 1}, *({"text": "x", "version": value} for value in BAD_VALUES), {"text": ["x"], "version": 1}]


@pytest.mark.parametrize("body", [*filter(None, BAD_BODIES.values()), *BAD_SAVES])
def test_what_cannot_be_saved_meanwhile_is_refused_in_words(cast: Cast, project: Project, body: object) -> None:
    row, client = met(cast, project), client_of(cast.member)
    client.post(at(row, "minutes/"))
    path = at(row, f"agenda/{row.items.get(key='scope').pk}/text/")
    with unchanged():
        answer = send_json(client, path, body)
    assert answer.status_code in (412, 422) and answer.json()["detail"]


@pytest.mark.parametrize(
    ("act", "values"),
    [
        *(("decisions/", {"decision": text}) for text in BAD_TEXTS.values()),
        ("decisions/", {"decision": "长" * 1001}),
        *(("agenda/", {"title": text}) for text in BAD_TEXTS.values()),
        ("actions/", {}),
        ("actions/", {"what": "排期", "who": "x", "due": "2024-03-05"}),
        ("actions/", {"what": "排期", "who": "9" * 5000, "due": "2024-03-05"}),
        ("actions/", {"what": "排期", "who": "1", "due": "0001-01-01"}),
        ("actions/", {"what": "\x00", "who": "1", "due": "9999-01-01"}),
        ("editions/", {"due": ""}),
        ("editions/", {"due": "0001-01-01T00:00"}),
        ("editions/", {"due": "2024-03-01T00:00"}),
        ("editions/", {"due": "2024-03-05T18:00", "note": "长" * 501}),
        ("cancellation/", {"reason": ""}),
        ("cancellation/", {"reason": "长" * 501}),
    ],
)
def test_bad_input_is_said_and_nothing_written(cast: Cast, project: Project, act: str, values: dict[str, str]) -> None:
    row, client = met(cast, project), client_of(cast.head)
    client.post(at(row, "minutes/"))
    with unchanged():
        answer = client.post(at(row, act), values)
    assert answer.status_code == 422
    assert marked(answer) or "还没有保存" in answer.content.decode()


BAD_PARTS = ({}, {"text": "长" * 20_001, "version": "1"}, {"text": "\x00", "version": "1"}, {"text": "x", "version": "x"})


@pytest.mark.parametrize("values", BAD_PARTS)
def test_a_text_that_is_none_is_said_at_its_part(cast: Cast, project: Project, values: dict[str, str]) -> None:
    row, client = met(cast, project), client_of(cast.head)
    client.post(at(row, "minutes/"))
    item = row.items.get(key="scope")
    with unchanged():
        answer = client.post(at(row, f"agenda/{item.pk}/text/"), values)
    assert answer.status_code == 422 and f"text-{item.pk}-error" in answer.content.decode()


def test_a_part_that_the_newest_edition_has_not_is_not_found_once_the_project_ended(cast: Cast, project: Project) -> None:
    row, client = met(cast, project, out=True), client_of(cast.head)
    item = add_item(by=cast.head, meeting=row, title="样机排期", now=LATER)
    path = at(row, f"agenda/{item.pk}/text/")
    assert client.get(path, headers={"HX-Request": "true"}).status_code == 200
    move_stage(by=System(), project=project, to="closed", now=LATER)
    assert client.get(path, headers={"HX-Request": "true"}).status_code == 404


def test_what_changed_since_is_shown_and_taken(cast: Cast, project: Project) -> None:
    row, client = met(cast, project), client_of(cast.head)
    client.post(at(row, "minutes/"))
    assert "与项目当前数据一致" in client.get(at(row, "changes/")).content.decode()
    project.participations.filter(department=cast.marketing).update(duty="推广方案")
    page = client.get(at(row, "changes/")).content.decode()
    assert "推广方案" in page and "此后更改" in page
    # What was not sent yet is who writes the minutes' alone.
    assert client_of(cast.other_head).get(at(row, "changes/")).status_code == 403
    item = row.items.get(key="departments")
    assert client.post(at(row, "minutes/"), {"item": str(item.pk)})["Location"] == f"{at(row)}#part-{item.pk}"
    assert "推广方案" in client.get(at(row)).content.decode()


def test_minutes_are_sent_and_answered_on_their_page(cast: Cast, project: Project) -> None:
    row = met(cast, project)
    host, asked = client_of(cast.head), client_of(cast.other_head)
    with unchanged():
        assert asked.post(at(row, "answer/"), {"answer": "confirmed", "edition": "1"}).status_code == 422
    assert host.post(at(row, "editions/"), {"due": "2024-03-05T18:00", "note": ""}).status_code == 302
    page = asked.get(at(row)).content.decode()
    assert "纪要是否无误" in page and "未答复不算确认" in page
    assert "第 1 版" in asked.get(at(row, "editions/1/")).content.decode()
    assert asked.get(at(row, "editions/2/")).status_code == 404
    with unchanged():
        answer = asked.post(at(row, "answer/"), {"answer": "objected", "reason": "", "edition": "1"})
    assert answer.status_code == 422 and "objection" in marked(answer)
    assert asked.post(at(row, "answer/"), {"answer": "objected", "reason": "职责不对", "edition": "1"}).status_code == 302
    assert "职责不对" in host.get(at(row)).content.decode()
    assert asked.post(at(row, "answer/"), {"answer": "confirmed", "edition": "1"}).status_code == 302
    other = client_of(cast.quality)
    with unchanged():
        answer = other.post(at(row, "answer/"), {"answer": "confirmed", "edition": "1"})
    assert answer.status_code == 422 and "没有请你确认" in answer.content.decode()
    with unchanged():
        assert asked.post(at(row, "answer/"), {"answer": "confirmed", "edition": "9"}).status_code == 412
    # The question as such leads to the minutes.
    page = asked.get(f"/projects/S-1/confirmations/{Meeting.objects.get().confirmation_id}/").content.decode()
    assert at(row) in page


def test_a_meeting_is_called_off_on_its_page(cast: Cast, project: Project) -> None:
    row, client = met(cast, project), client_of(cast.manager)
    assert client.post(at(row, "cancellation/"), {"reason": "改期"}).status_code == 302
    assert "已取消：改期" in client.get(at(row)).content.decode()
    with unchanged():
        assert client.post(at(row, "minutes/")).status_code == 422
    # Another one is offered.
    assert NEW in client.get(LIST).content.decode()


def test_who_may_not_write_sees_no_form(cast: Cast, project: Project) -> None:
    row = met(cast, project, out=True)
    for person in (cast.quality, cast.liaison, cast.general_lead):
        page = client_of(person).get(at(row)).content.decode()
        assert '/editions/"' not in page and "<textarea" not in page


def test_a_light_project_is_offered_its_start_in_plain_words(cast: Cast) -> None:
    small_project(cast, "S-2", "light")
    client = client_of(cast.manager)
    with clock.pretend(LATER):
        page = client.get("/projects/S-2/meetings/").content.decode()
        assert "/projects/S-2/meetings/new/start/" in page and "启动会" not in page
        form = client.get("/projects/S-2/meetings/new/start/").content.decode()
        given = {"title": "任务启动", "starts_at": "2024-03-01T12:00", "length": "15", "host": cast.manager.pk}
        made = client.post("/projects/S-2/meetings/new/start/", given | {"people_invited": [cast.member.pk]})
        shown = client.get(made["Location"]).content.decode()
        client.post(f"{made['Location']}editions/", {"due": "2024-03-05T18:00"})
        sent = client_of(cast.member).get(made["Location"]).content.decode()
        assert client.get("/projects/S-2/meetings/new/kickoff/").status_code == 404
    for text in (page, form, shown, sent):
        assert not [word for word in ("章程", "会签", "承诺", "备忘录", "签字") if word in text.partition("<main")[2]]


@pytest.mark.parametrize("person", ["manager", "other_head", "quality"])
def test_pages_ask_few_questions(cast: Cast, project: Project, person: str) -> None:
    row = met(cast, project, out=True)
    client = client_of(getattr(cast, person))
    acts = ("", "editions/1/", *(["changes/"] if person == "manager" else []))
    counts = {act: questions(client, at(row, act)) for act in acts}
    counts["list"] = questions(client, LIST)
    assert max(counts.values()) <= 15, counts


def test_a_list_with_more_meetings_asks_no_more(cast: Cast, project: Project) -> None:
    met(cast, project, out=True)
    client = client_of(cast.manager)
    one = questions(client, LIST)
    plan = Plan("任务启动", NOW, 15, cast.manager.pk)
    plan_meeting(by=cast.manager, project=project, kind="start", plan=plan, people=[cast.head.pk], now=LATER)
    assert questions(client, LIST) == one
