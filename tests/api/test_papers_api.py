"""Programs map columns of a table anew, take forms, notices and reports away, and read the record."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from support.addresses import inhabited
from support.api import BASE, Program, program_of, queries_of
from support.cast import Cast, launch_project, planned_project, task
from support.checks import unchanged
from support.web import client_of

HERE = "projects/S-1"
TABLE = "任务,谁,开始,完成\n采样,郑十,2024-03-11,2024-03-12\n化验,无此人,2024-03-13,2024-03-14\n"


def brought(program: Program, table: str = TABLE) -> dict[str, Any]:
    """Upload the table; return the draft."""
    answer = program.client.post(
        f"{BASE}{HERE}/imports",
        {"file": SimpleUploadedFile("表.csv", table.encode())},
        headers={"Authorization": f"Bearer {program.token}"},
    )
    assert answer.status_code == 201, answer.content
    told: dict[str, Any] = answer.json()
    return told


def test_columns_of_a_draft_are_mapped_anew(cast: Cast) -> None:
    planned_project(cast)
    program = program_of(cast.manager)
    draft = brought(program)
    path = f"{HERE}/imports/{draft['id']}"
    sheet = draft["sheets"][0]
    assert [one["heading"] for one in sheet["columns"]] == ["任务", "谁", "开始", "完成"]
    choices = program.ask("GET", "import-choices").json()
    assert choices["meanings"]["owner"] and choices["kinds"]["tasks"]
    plain = {"sheet": sheet["number"], "kind": sheet["kind"]}
    mapped = program.ask("PUT", f"{path}/layout", plain | {"columns": {"B": "owner", "D": ""}})
    assert mapped.status_code == 200, mapped.content
    assert [one["meaning"] for one in mapped.json()["sheets"][0]["columns"]][1::2] == ["owner", ""]
    assert any("无此人" in one["text"] for one in mapped.json()["issues"])
    with unchanged():
        for wrong, field in (
            ({"sheet": 9}, "sheet"),
            ({"sheet": 0, "columns": {"ZZ": "owner"}}, "column"),
            ({"sheet": 0, "heading": 40}, "heading"),
            ({"sheet": 0, "kind": "poem"}, "kind"),
            ({"sheet": 0, "heading": 0}, "heading"),
        ):
            answer = program.ask("PUT", f"{path}/layout", wrong)
            assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
        assert program.ask("PUT", f"{path}/layout", {"sheet": 0, "columns": {"b": "owner"}}).status_code == 422
    assert [one["id"] for one in program.ask("GET", f"{HERE}/imports").json()["items"]] == [draft["id"]]
    assert program.ask("GET", f"{path}/issues.xlsx").content[:2] == b"PK"
    program.ask("DELETE", path)
    assert program.ask("GET", f"{HERE}/imports").json()["count"] == 0
    with unchanged():
        assert program.ask("PUT", f"{path}/layout", plain).status_code == 422


def test_an_answer_is_taken_back(cast: Cast) -> None:
    planned_project(cast)
    program = program_of(cast.manager)
    draft = brought(program, TABLE.replace("谁", "负责人"))
    path = f"{HERE}/imports/{draft['id']}/answers"
    issue = next(one for one in draft["issues"] if any(not option["asks"] for option in one["options"]))
    option = next(one["value"] for one in issue["options"] if not one["asks"])
    settled = program.ask("POST", path, {"issue": issue["id"], "option": option}).json()["issues"]
    assert next(one for one in settled if one["id"] == issue["id"])["answer"]
    back = program.client.delete(
        f"{BASE}{path}", query_params={"issue": issue["id"]}, headers={"Authorization": f"Bearer {program.token}"}
    )
    assert next(one for one in back.json()["issues"] if one["id"] == issue["id"])["answer"] == ""


def test_forms_are_offered_and_chosen_from(cast: Cast) -> None:
    planned_project(cast)
    program = program_of(cast.member)
    offered = {one["form"]: one for one in program.ask("GET", f"{HERE}/forms").json()["items"]}
    assert set(offered) == {"complete", "tracking", "breakdown", "progress", "basics", "msproject"}
    assert (offered["msproject"]["endings"], offered["progress"]["more"]) == (["xml"], {"actual_start": "实际开始时间"})
    part = program.ask("GET", f"{HERE}/forms/tracking?ending=csv&department={cast.marketing.pk}&state=todo&column=risk")
    assert part.status_code == 200, part.content
    text = part.content.decode()
    assert ("推广" in text, "测试" in text, "风险点" in text) == (True, False, True)
    for wrong, field in (("department=999999", "department"), ("state=x", "state"), ("column=price", "column")):
        answer = program.ask("GET", f"{HERE}/forms/tracking?{wrong}")
        assert (answer.status_code, [key.partition(".")[0] for key in answer.json()["errors"]]) == (422, [field])


def test_notices_are_the_texts_of_the_page(cast: Cast) -> None:
    planned_project(cast)
    program, page = program_of(cast.manager), client_of(cast.manager)
    told = program.ask("GET", f"{HERE}/notices").json()["items"]
    shown = page.get(f"/{HERE}/plan/notice/").context["notices"]
    assert [(one["department"], one["text"]) for one in told] == [(one.name, one.text) for one in shown]
    assert "郑十" in program_of(cast.member).ask("GET", f"{HERE}/notices/start").json()["text"]


def test_every_edition_of_a_report_is_there_and_is_a_file(cast: Cast) -> None:
    inhabited(cast)
    program, path = program_of(cast.manager), f"{HERE}/reports/weekly"
    assert program.ask("GET", f"{path}/editions").json()["items"] == []
    program.ask("PUT", path, {"summary": "第一版"})
    sent = program.ask("POST", f"{path}/sending").json()
    program.ask("POST", f"{path}/editions")
    program.ask("PUT", path, {"summary": "第二版"})
    listed = program.ask("GET", f"{path}/editions").json()["items"]
    assert [(one["edition"], one["state"]) for one in listed] == [(2, "draft"), (1, "sent")]
    assert (listed[1]["week"], listed[1]["fingerprint"], listed[1]["sent_by"]) == (sent["week"], sent["fingerprint"], "陈一")
    asked = f"?week={sent['week']}&edition=1"
    first = program.ask("GET", f"{path}{asked}").json()
    assert (first["summary"], first["state"], first["paper"]) == ("第一版", "sent", sent["paper"])
    assert program.ask("GET", path).json()["summary"] == "第二版"
    for ending in ("xlsx", "docx"):
        file = program.ask("GET", f"{path}.{ending}{asked}")
        assert (file.status_code, file.content[:2]) == (200, b"PK")
    assert program.ask("GET", f"{path}{asked}9").status_code == 404
    assert program.ask("GET", f"{path}.docx{asked}9").status_code == 404
    for wrong in ("edition=0", "edition=x", "week=2024-W99"):
        assert program.ask("GET", f"{path}.xlsx?{wrong}").status_code == 422


def test_the_record_of_a_task_and_of_a_project_is_filtered(cast: Cast) -> None:
    project = planned_project(cast)
    program, item = program_of(cast.manager), task(project, "设计")
    program.ask("PATCH", f"{HERE}/tasks/{item.pk}", {"risk_point": "样机不足"})
    entry = program.ask("GET", f"{HERE}/tasks/{item.pk}/record").json()["items"][0]
    assert (entry["actor"], entry["changes"][0]["after"]) == ("陈一", "样机不足")
    whole = program.ask("GET", f"{HERE}/record").json()["items"]
    assert (whole[0]["id"], len(whole) > 1) == (entry["id"], True)
    before = program.ask("GET", f"{HERE}/record?before={entry['id']}").json()["items"]
    assert [one["id"] for one in before] == [one["id"] for one in whole[1:]]
    assert program.ask("GET", f"{HERE}/record?person={cast.member.pk}").json()["items"] == []
    assert program.ask("GET", f"{HERE}/record?last=2024-02-01").json() == {"items": [], "next_before": None}
    assert program.ask("GET", f"{HERE}/record.xlsx?kind=plan").content[:2] == b"PK"
    for wrong in ("first=x", "person=-1", "before=0", "q=%00"):
        assert program.ask("GET", f"{HERE}/record?{wrong}").status_code == 422


def test_the_whole_record_is_for_whom_the_page_lets(cast: Cast) -> None:
    project = planned_project(cast)
    manager, administrator, member = map(program_of, (cast.manager, cast.administrator, cast.member))
    assert {one["project"] for one in manager.ask("GET", "record").json()["items"]} == {project.pk}
    found = administrator.ask("GET", f"record?type=person&person={0}").json()["items"]
    assert any(one["project"] is None for one in found)
    for path in ("record", "record.xlsx"):
        assert member.ask("GET", path).status_code == 403
    assert administrator.ask("GET", "record.xlsx").content[:2] == b"PK"
    assert manager.ask("GET", "record?project=999999").json()["items"] == []


@pytest.mark.parametrize("path", ["record", "notices", "forms", "imports", "reports/weekly/editions"])
def test_a_long_project_costs_no_more_queries(cast: Cast, path: str) -> None:
    launch_project(cast)
    planned_project(cast)
    counts = queries_of(cast.manager, path, ("S-1", "XMB-2024"))
    assert max(counts) <= 15 and counts[1] - counts[0] <= 1


def test_a_list_is_understood_before_anything_is_written(cast: Cast) -> None:
    program, path = program_of(cast.manager), "quick-starts/preview"
    with unchanged():
        told = program.ask("POST", path, {"text": "订车 郑十 3天\n订餐 @无此人 2天 依赖1\n开幕 里程碑 依赖2"}).json()
        assert [(line["name"], line["days"], line["waits_for"]) for line in told["lines"][:2]] == [
            ("订车", 3, []),
            ("订餐", 2, [told["lines"][0]["code"]]),
        ]
        assert (told["lines"][0]["owner"]["id"], told["lines"][2]["milestone"]) == (cast.owner.pk, True)
        assert [one["name"] for one in told["unknown"]] == ["无此人"]
        assert program.ask("POST", path, {"text": " "}).json()["faults"] != []
        assert program.ask("POST", path, {"text": "x" * 50_001}).status_code == 422
