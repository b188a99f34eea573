"""What programs do with the API, room by room."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from support.addresses import inhabited
from support.api import BASE, Program, program_of
from support.cast import Cast, task
from support.checks import unchanged


def test_my_leave_is_mine(cast: Cast) -> None:
    mine, theirs = program_of(cast.member), program_of(cast.owner)
    body = {"first": "2024-05-06", "last": "2024-05-07", "stand_in": cast.owner.pk, "note": "探亲"}
    made = mine.ask("POST", "me/leave", body)
    assert (made.status_code, made.json()["note"]) == (201, "探亲")
    assert [row["id"] for row in mine.ask("GET", "me/leave").json()["items"]] == [made.json()["id"]]
    with unchanged():
        assert theirs.ask("DELETE", f"me/leave/{made.json()['id']}").status_code == 404
        assert mine.ask("POST", "me/leave", body | {"last": "2024-05-01"}).json()["errors"].keys() == {"last"}
        assert mine.ask("POST", "me/leave", body | {"stand_in": 999_999}).json()["errors"].keys() == {"stand_in"}
    assert mine.ask("DELETE", f"me/leave/{made.json()['id']}").status_code == 204


def test_no_change_is_said_of_several_at_once(cast: Cast) -> None:
    project, parameters = inhabited(cast)
    program, second = program_of(cast.owner), task(project, "测试").pk
    answer = program.ask("POST", "me/unchanged", {"tasks": [parameters["item_id"], second]})
    assert (answer.status_code, answer.json()) == (200, {"count": 2})
    with unchanged():
        for tasks, status in (([999_999_999], 422), ([], 422), ([parameters["item_id"], task(project, "推广").pk], 403)):
            assert program.ask("POST", "me/unchanged", {"tasks": tasks}).status_code == status


def test_a_task_is_added_changed_and_removed(cast: Cast) -> None:
    inhabited(cast)
    program, tasks = program_of(cast.manager), "projects/S-1/tasks"
    made = program.ask("POST", tasks, {"name": "复测", "department": "研发部", "owner": "郑十", "predecessors": "1.2FS+1d"})
    assert made.status_code == 201, made.content
    told = made.json()
    assert (told["owner"]["name"], told["predecessors"]) == ("郑十", "1.2FS+1d")
    path = f"{tasks}/{told['id']}"
    seen = program.ask("GET", path)
    assert seen["ETag"] == made["ETag"]
    changed = program.ask("PATCH", path, {"duration": "3d", "risk_point": "样机不足"}, If_Match=seen["ETag"])
    assert (changed.status_code, changed.json()["duration_days"], changed.json()["risk_point"]) == (200, 3, "样机不足")
    with unchanged():
        late = program.ask("PATCH", path, {"duration": "5d"}, If_Match=seen["ETag"])
        assert (late.status_code, late.json()["current"]["duration_days"]) == (412, 3)
        wrong = program.ask("PATCH", path, {"predecessors": "9.9"})
        assert (wrong.status_code, list(wrong.json()["errors"])) == (422, [f"{told['id']}.predecessors"])
        assert program.ask("PATCH", path, {"percent": 50}).status_code == 422
        assert program.ask("DELETE", path, If_Match=seen["ETag"]).status_code == 412
    assert program.ask("DELETE", path, If_Match=changed["ETag"]).status_code == 204
    assert program.ask("GET", path).status_code == 404
    undone = program.ask("POST", "projects/S-1/plan/commands", {"command": "undo"})
    assert (undone.status_code, program.ask("GET", path).status_code) == (200, 200)
    dry = program.ask("POST", "projects/S-1/plan/commands", {"command": "remove", "ids": [told["id"]], "dry": True})
    assert (dry.status_code, program.ask("GET", path).status_code) == (200, 200)


def test_a_comment_is_its_authors(cast: Cast) -> None:
    _project, parameters = inhabited(cast)
    mine, theirs, stranger = program_of(cast.member), program_of(cast.manager), program_of(cast.stranger)
    about = f"projects/S-1/comments?about=work_item&id={parameters['item_id']}"
    made = mine.ask("POST", about, {"text": "@陈一 请看"})
    assert made.status_code == 201, made.content
    path = f"projects/S-1/comments/{made.json()['id']}"
    with unchanged():
        assert mine.ask("POST", about, {"text": "@外人 请看"}).json()["errors"].keys() == {"text"}
        assert mine.ask("POST", "projects/S-1/comments?about=work_item&id=999999999", {"text": "x"}).status_code == 404
        assert theirs.ask("PATCH", path, {"text": "改"}).status_code == 422
        assert theirs.ask("DELETE", path).status_code == 422
        for method, body in (("PATCH", {"text": "改"}), ("DELETE", None)):
            never = stranger.ask(method, "projects/S-9/comments/1", body)
            assert (stranger.ask(method, path, body).content, never.status_code) == (never.content, 404)
    assert mine.ask("PATCH", path, {"text": "改好了"}).json()["edited"]
    assert mine.ask("DELETE", path).status_code == 204
    assert theirs.ask("GET", about).json()["items"][0]["removed"]


def test_a_table_comes_in_by_program(cast: Cast) -> None:
    project, _parameters = inhabited(cast)
    program, member = program_of(cast.manager), program_of(cast.member)
    table = "任务,负责人,开始,完成\n采样,郑十,2024-03-11,2024-03-12\n化验,无此人,2024-03-13,2024-03-14\n".encode()

    def send(by: Program, content: bytes, name: str = "表.csv") -> HttpResponse:
        headers = {"Authorization": f"Bearer {by.token}"}
        answer: HttpResponse = by.client.post(
            f"{BASE}projects/S-1/imports", {"file": SimpleUploadedFile(name, content)}, headers=headers
        )
        return answer

    with unchanged():
        assert send(member, table).status_code == 403
        assert send(program, b"").status_code == 422
        assert program.ask("POST", "projects/S-1/imports", {}).status_code == 422
    draft = send(program, table)
    assert draft.status_code == 201, draft.content
    told = draft.json()
    assert (told["state"], told["can_confirm"], told["tasks"]["created"]) == ("open", False, 2)
    path = f"projects/S-1/imports/{told['id']}"
    issue = next(one for one in told["issues"] if "无此人" in one["text"])
    wanted = next(one for one in issue["options"] if not one["asks"])
    settled = program.ask("POST", f"{path}/answers", {"issue": issue["id"], "option": wanted["value"]})
    assert settled.status_code == 200, settled.content
    ready = program.ask("POST", f"{path}/proposals").json()
    assert ready["can_confirm"], ready["issues"]
    with unchanged():
        assert program.ask("POST", f"{path}/confirmation", {"plan_version": 0}).status_code == 412
    done = program.ask("POST", f"{path}/confirmation", {"plan_version": ready["plan_version"]})
    assert (done.status_code, done.json()["state"]) == (200, "done")
    assert {"采样", "化验"} <= {item.name for item in project.work_items.all()}
    form = program.ask("GET", "projects/S-1/forms/tracking?ending=csv")
    assert (form.status_code, "采样" in form.content.decode()) == (200, True)
    assert program.ask("GET", "projects/S-1/forms/nothing").status_code == 422


def test_a_light_project_starts_from_a_list_by_program(cast: Cast) -> None:
    program = program_of(cast.manager)
    answer = program.ask("POST", "quick-starts", {"name": "团建", "text": "订车 郑十 3天\n订餐 2天"})
    assert answer.status_code == 201, answer.content
    number = answer.json()["number"]
    assert program_of(cast.owner).ask("GET", f"projects/{number}/tasks").json()["count"] == 2
    with unchanged():
        assert program.ask("POST", "quick-starts", {"name": "团建", "text": " "}).status_code == 422


def test_a_weekly_report_is_written_sent_and_corrected_by_program(cast: Cast) -> None:
    inhabited(cast)
    program, path = program_of(cast.manager), "projects/S-1/reports/weekly"
    seen = program.ask("GET", path)
    assert (seen.status_code, seen.json()["state"]) == (200, "gathered")
    written = program.ask("PUT", path, {"summary": "一切正常"}, If_Match=seen["ETag"])
    assert (written.json()["state"], written.json()["summary"]) == ("draft", "一切正常")
    with unchanged():
        late = program.ask("PUT", path, {"summary": "别的"}, If_Match=seen["ETag"])
        assert (late.status_code, late.json()["current"]["summary"]) == (412, "一切正常")
        assert program.ask("POST", f"{path}/editions").status_code == 422
    sent = program.ask("POST", f"{path}/sending", If_Match=written["ETag"]).json()
    assert (sent["state"], len(sent["fingerprint"])) == ("sent", 64)
    with unchanged():
        assert program.ask("POST", f"{path}/sending").status_code == 422
        assert program.ask("PUT", path, {"summary": "改"}).status_code == 422
    again = program.ask("POST", f"{path}/editions").json()
    assert (again["state"], again["edition"], again["summary"]) == ("draft", 2, "一切正常")
