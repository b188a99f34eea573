"""Comments with @: who writes, who is named, what stays of a removed one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from support.cast import NOW, Cast, planned_project, small_project, task
from support.checks import refused, said, unchanged
from support.web import client_of
from tongzhou.lib.access import Forbidden
from tongzhou.lib.markdown import markdown
from tongzhou.people.models import User
from tongzhou.projects import actions
from tongzhou.projects.models import Comment, Mention, Project
from tongzhou.projects.queries.comments import About, about, found_people, mentions_of, talk_of


@pytest.fixture
def project(cast: Cast) -> Project:
    return planned_project(cast)


def on(project: Project) -> About:
    return About("project", project.pk, project.name)


def write(cast: Cast, project: Project, text: str, by: User | None = None) -> Comment:
    return actions.add_comment(by=by or cast.member, project=project, on=on(project), text=text, now=NOW)


def test_everybody_who_takes_part_comments_and_nobody_else(cast: Cast, project: Project) -> None:
    row = write(cast, project, " 请 @李四 和 @zhengshi 看一下 ")
    assert (row.text, set(row.mentions.values_list("user__name", flat=True))) == (
        "请 @李四 和 @zhengshi 看一下",
        {"李四", "郑十"} if cast.owner.login == "zhengshi" else {"李四"},
    )
    kind, data, changes = said()
    assert (kind, data["comment"], changes[0][3]) == ("comment-added", row.pk, {"text": row.text})
    for person in (cast.general_lead, cast.liaison, cast.quality):
        write(cast, project, "好", person)
    with refused("forbidden", kind=Forbidden):
        write(cast, project, "好", cast.stranger)


def test_a_comment_is_refused(cast: Cast, project: Project) -> None:
    for text in ("", " \n"):
        with refused("text-missing", "text"):
            write(cast, project, text)
    with refused("text-too-long", "text"):
        write(cast, project, "x" * 10_001)
    for text in ("@外人 看", "请@外人看一下", "@wairen"):
        with refused("mention-outside", "text"):
            write(cast, project, text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@李四看一下", ["李四"]),
        ("@李四，@周七。", ["周七", "李四"]),
        ("a@李四.com", []),
        ("@@李四", []),
        ("@明天 @2026 @", []),
        ("@李四(lisi)", ["李四"]),
        ("@李四(zhouqi)", ["周七"]),
    ],
)
def test_who_is_named(cast: Cast, project: Project, text: str, names: list[str]) -> None:
    row = write(cast, project, text)
    assert sorted(row.mentions.values_list("user__name", flat=True)) == sorted(names)


def test_namesakes_are_told_apart_by_login_and_the_longest_name_wins(cast: Cast, project: Project) -> None:
    for login, name in (("lisi2", "李四"), ("lisiguang", "李四光")):
        person = User.objects.create_user(login, name)
        actions.give_role(by=cast.manager, project=project, person=person, role="member", now=NOW)
    assert write(cast, project, "@李四(lisi2)").mentions.get().user.login == "lisi2"
    assert write(cast, project, "@李四光来看").mentions.get().user.login == "lisiguang"
    assert write(cast, project, "@李四").mentions.count() == 2


def test_ones_own_is_edited_for_a_quarter_of_an_hour(cast: Cast, project: Project) -> None:
    row = write(cast, project, "@李四")

    def edit(text: str, by: User = cast.member, minutes: int = 15) -> None:
        actions.edit_comment(by=by, comment=row, text=text, now=NOW + timedelta(minutes=minutes))

    edit("@周七")
    assert said()[0] == "comment-edited"
    assert [mention.user for mention in Mention.objects.all()] == [cast.liaison]
    with unchanged():
        edit("@周七")
    with refused("not-own", "text"):
        edit("x", cast.manager)
    with refused("too-late", "text"):
        edit("x", minutes=16)
    with refused("mention-outside", "text"):
        edit("@外人")
    with refused("forbidden", kind=Forbidden):
        edit("x", cast.stranger)


def test_one_that_was_removed_keeps_its_place_without_its_text(cast: Cast, project: Project) -> None:
    row = write(cast, project, "@李四 **快**")
    with refused("not-own", "text"):
        actions.remove_comment(by=cast.manager, comment=row, now=NOW)
    assert [one.text for one in mentions_of(cast.head)] == ["@李四 **快**"]
    actions.remove_comment(by=cast.member, comment=row, now=NOW + timedelta(days=9))
    assert said()[0] == "comment-removed"
    assert mentions_of(cast.head) == []
    shown = talk_of(project, on(project), cast.member, NOW).rows[0]
    assert (shown.html, shown.text, shown.mine) == (None, "", False)
    with refused("removed", "text"):
        actions.remove_comment(by=cast.member, comment=row, now=NOW)


def test_pages_end_with_the_newest_and_cost_the_same(cast: Cast, project: Project) -> None:
    counts = []
    for count in (1, 44):
        for number in range(count):
            write(cast, project, f"第 {number} 条 @李四")
        with CaptureQueriesContext(connection) as seen:
            talk = talk_of(project, on(project), cast.member, NOW)
        counts.append(len(seen))
    assert counts == [2, 2]
    assert (talk.total, talk.page, len(talk.rows), talk.older, talk.newer) == (45, 3, 5, 2, 0)
    assert talk.rows[-1].text == "第 43 条 @李四"
    assert talk_of(project, on(project), cast.member, NOW, 99).page == 3


def test_markdown_is_clean() -> None:
    said = markdown("# 甲\n**乙** <script>x</script> [丙](javascript:x) [丁](https://example.org)\n\n<img src=x onerror=x>")
    assert "<h3>甲</h3>" in said
    assert "<strong>乙</strong>" in said
    assert "<script" not in said
    assert "<img" not in said
    assert 'href="javascript' not in said
    assert 'href="https://example.org"' in said


def test_only_what_is_in_the_project_is_talked_about(cast: Cast, project: Project) -> None:
    other = planned_project(cast, "S-2")
    assert about(project, "work_item", task(project, "设计").pk) == About("work_item", task(project, "设计").pk, "设计")
    for type_, key in (("work_item", task(other, "设计").pk), ("work_item", None), ("project", other.pk), ("x", 1)):
        assert about(project, type_, key) is None


def test_the_section_on_the_overview_and_in_the_drawer(cast: Cast, project: Project) -> None:
    client = client_of(cast.member)
    item = task(project, "设计").pk
    fields = {"type": "work_item", "id": str(item), "text": "**注意** @李四"}
    answer = client.post("/projects/S-1/comments/", fields, headers={"HX-Request": "true"})
    assert "<strong>注意</strong> <strong>@李四</strong>" in answer.content.decode()
    row = Comment.objects.get()
    drawer = client.get(f"/projects/S-1/tasks/{item}/").content.decode()
    assert "<strong>注意</strong>" in drawer
    assert client.post("/projects/S-1/comments/", {"text": "总"})["Location"].startswith("/projects/S-1/comments/?type=project")
    assert "<p>总</p>" in client.get("/projects/S-1/").content.decode()
    assert client.get("/projects/S-1/comments/?page=%C2%B2").status_code == 200
    assert client.post(f"/projects/S-1/comments/{row.pk}/", {"remove": "1"}).status_code == 302
    assert "已删除" in client.get(f"/projects/S-1/comments/?type=work_item&id={item}").content.decode()


@pytest.mark.parametrize(
    "query", ["type=work_item", "type=x&id=1", "id=999", "id=x", "type=work_item&id=" + "9" * 50, "id=%C2%B2"]
)
def test_what_is_not_there_answers_404(cast: Cast, project: Project, query: str) -> None:
    assert client_of(cast.member).get(f"/projects/S-1/comments/?{query}").status_code == 404


@pytest.mark.parametrize("text", ["", "\0", "x" * 20_000, "@外人"])
def test_bad_texts_are_shown_again(cast: Cast, project: Project, text: str) -> None:
    client = client_of(cast.member)
    with unchanged():
        assert client.post("/projects/S-1/comments/", {"text": text}).status_code == 422


def test_completion_offers_those_who_see_the_project(cast: Cast) -> None:
    project = small_project(cast)
    for text in ("李", "lisi", "ls", "LISI"):
        assert [one["name"] for one in found_people(project, text)] == ["李四"]
    assert found_people(project, "外") == found_people(project, "%") == []
    client = client_of(cast.member)
    assert client.get("/projects/S-1/people/?q=李").json() == {
        "people": [{"name": "李四", "login": "lisi", "department": "研发部"}]
    }
    assert len(client.get("/projects/S-1/people/").json()["people"]) == 8


def test_a_mention_stands_on_the_workbench_of_the_named(cast: Cast, project: Project) -> None:
    write(cast, project, "@李四 请确认外观")
    assert "请确认外观" in client_of(cast.head).get("/").content.decode()
    assert "请确认外观" not in client_of(cast.manager).get("/").content.decode()


def test_a_text_is_read_once() -> None:
    text = "[" * 10_000
    assert markdown(text) is markdown(text)
