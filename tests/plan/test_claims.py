"""认领: departments claim their tasks or hand them back; the manager sees what nobody took on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from charters.ground import in_force
from support.api import program_of
from support.cast import NOW, Cast, planned_project, task
from support.checks import refused, said, unchanged
from support.web import client_of
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden, Stale
from tongzhou.notifications.models import Notice
from tongzhou.people.models import User
from tongzhou.plan.actions import change_dates
from tongzhou.plan.actions.claiming import Claiming, ask_for_claims, claim_tasks, hand_back_tasks
from tongzhou.plan.models import Claim, ClaimCall, WorkItem
from tongzhou.plan.queries.claim_queue import claims_owed
from tongzhou.plan.queries.claims import claims_of
from tongzhou.projects.access import standing
from tongzhou.projects.actions import seat
from tongzhou.projects.models import Project
from tongzhou.rhythm.jobs import settle

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def project(cast: Cast) -> Project:
    return planned_project(cast)


def promise(project: Project, name: str, owner: Any = "郑十", output: str = "图纸", finish: date | None = None) -> Claiming:
    return Claiming(task(project, name).pk, owner, output, finish)


def claim(by: User, project: Project, *names: str) -> list[Claim]:
    return claim_tasks(by=by, project=project, tasks=[promise(project, name) for name in names], now=NOW)


def hand_back(by: User, project: Project, *names: str, reason: str = "没有人手") -> list[Claim]:
    keys = [task(project, name).pk for name in names]
    return hand_back_tasks(by=by, project=project, items=keys, reason=reason, now=NOW)


def states(project: Project) -> dict[str, str]:
    return {row.name: row.state for row in claims_of(project)}


class TestClaiming:
    def test_a_claim_names_owner_deliverable_and_dates(self, cast: Cast, project: Project) -> None:
        row = task(project, "设计")
        made = claim_tasks(
            by=cast.liaison, project=project, tasks=[Claiming(row.pk, cast.member.pk, " 结构图纸 ", date(2024, 3, 6))], now=NOW
        )
        assert [(one.answer, one.owner, one.output, one.start, one.finish, one.by, one.at) for one in made] == [
            ("claimed", cast.member, "结构图纸", date(2024, 3, 4), date(2024, 3, 6), cast.liaison, NOW)
        ]
        fresh = task(project, "设计")
        assert (fresh.owner, fresh.key_output, fresh.version) == (cast.member, "结构图纸", row.version + 1)
        assert said() == (
            "tasks-claimed",
            {"project": project.pk, "items": [row.pk], "lost": [[row.pk, cast.owner.pk]]},
            [
                (
                    "work_item",
                    row.pk,
                    {"claim": None, "owner": "郑十", "key_output": ""},
                    {"claim": "研发部", "owner": "成员", "key_output": "结构图纸"},
                )
            ],
        )
        assert states(project) == {"设计": "claimed", "测试": "open", "定型": "open", "推广": "open"}

    def test_the_new_owner_and_the_old_one_are_told(self, cast: Cast, project: Project) -> None:
        settle(LATER)
        Notice.objects.all().delete()
        claim_tasks(by=cast.liaison, project=project, tasks=[promise(project, "设计", cast.member.pk)], now=NOW)
        settle(LATER)
        assert set(Notice.objects.filter(kind="task").values_list("person__name", flat=True)) == {"成员", "郑十"}

    def test_a_milestone_needs_no_deliverable_and_what_stands_there_is_kept(self, cast: Cast, project: Project) -> None:
        WorkItem.objects.filter(name="测试").update(key_output="测试报告")
        claim_tasks(
            by=cast.head,
            project=project,
            tasks=[promise(project, "定型", output=""), promise(project, "测试", output="")],
            now=NOW,
        )
        assert [row.output for row in Claim.objects.order_by("pk")] == ["", "测试报告"]

    @pytest.mark.parametrize("who", ["liaison", "head", "manager"])
    def test_who_may(self, cast: Cast, project: Project, who: str) -> None:
        claim(getattr(cast, who), project, "设计", "测试")
        assert Claim.objects.count() == 2

    @pytest.mark.parametrize("who", ["other_liaison", "other_head", "owner", "member", "general_lead", "quality", "stranger"])
    def test_who_may_not(self, cast: Cast, project: Project, who: str) -> None:
        with refused("forbidden", kind=Forbidden):
            claim(getattr(cast, who), project, "设计")
        with refused("forbidden", kind=Forbidden):
            hand_back(getattr(cast, who), project, "设计")

    def test_all_or_none(self, cast: Cast, project: Project) -> None:
        with refused("forbidden", kind=Forbidden):
            claim(cast.liaison, project, "设计", "推广")

    def test_each_missing_field_is_named(self, cast: Cast, project: Project) -> None:
        design, trial, launch = (task(project, name).pk for name in ("设计", "测试", "定型"))
        wanted = [
            Claiming(design, "", "", date(2024, 3, 7)),
            Claiming(trial, "没有这个人", "x" * 501),
            Claiming(launch, cast.quality.pk),
        ]
        with unchanged(), pytest.raises(Exception) as caught:
            claim_tasks(by=cast.manager, project=project, tasks=wanted, now=NOW)
        assert set(caught.value.errors) == {  # type: ignore[attr-defined]
            f"owner-{design}", f"output-{design}", f"finish-{design}", f"owner-{trial}", f"output-{trial}", f"owner-{launch}",
        }  # fmt: skip

    def test_what_is_refused(self, cast: Cast, project: Project) -> None:
        with refused("nothing-chosen", "task"):
            claim(cast.liaison, project)
        with refused("too-many", "task"):
            claim(cast.liaison, project, "设计", "设计")
        with refused("not-claimed", "task"):
            claim(cast.manager, project, "阶段")
        with refused("item-gone", kind=Stale):
            claim_tasks(by=cast.manager, project=project, tasks=[Claiming(10**12, "郑十", "图")], now=NOW)
        WorkItem.objects.filter(name="推广").update(department=None)
        with refused("no-department", "task"):
            claim(cast.manager, project, "推广")
        User.objects.filter(name="成员").update(is_active=False)
        with unchanged(), pytest.raises(Exception) as caught:
            claim_tasks(by=cast.liaison, project=project, tasks=[promise(project, "设计", cast.member.pk)], now=NOW)
        assert caught.value.code == "claims-incomplete"  # type: ignore[attr-defined]

    def test_a_signed_milestone_keeps_its_owner(self, cast: Cast) -> None:
        signed, _sheet = in_force(cast)
        milestone = WorkItem.objects.filter(project=signed, is_milestone=True).order_by("pk")[0]
        wanted = Claiming(milestone.pk, cast.member.pk)
        with clock.pretend(NOW), refused("part-signed"):
            claim_tasks(by=cast.manager, project=signed, tasks=[wanted], now=NOW)

    def test_a_light_project_claims_nothing(self, cast: Cast) -> None:
        light = planned_project(cast, "L-1", "light")
        with refused("no-claims-needed"):
            claim(cast.manager, light, "设计")
        with refused("no-claims-needed"):
            hand_back(cast.manager, light, "设计")
        with refused("no-claims-needed"):
            ask_for_claims(by=cast.manager, project=light, now=NOW)
        page = client_of(cast.manager).get("/projects/L-1/claims/").content.decode()
        assert "轻量项目的任务直接分给人" in page and "认领所选" not in page
        assert "认领</a>" not in client_of(cast.manager).get("/projects/L-1/plan/").content.decode()

    def test_a_task_of_another_department_is_to_be_claimed_there(self, cast: Cast, project: Project) -> None:
        claim(cast.liaison, project, "设计")
        WorkItem.objects.filter(name="设计").update(department=cast.marketing)
        assert states(project)["设计"] == "open"
        claim(cast.other_liaison, project, "设计")
        assert states(project)["设计"] == "claimed"

    def test_later_dates_and_owners_are_shown(self, cast: Cast, project: Project) -> None:
        claim(cast.liaison, project, "设计")
        change_dates(by=cast.manager, item=task(project, "设计"), name="finish", value=date(2024, 3, 8), now=NOW)
        WorkItem.objects.filter(name="设计").update(owner=cast.member)
        row = next(row for row in claims_of(project) if row.name == "设计")
        assert (row.state, row.moved, row.reowned) == ("claimed", True, True)
        page = client_of(cast.manager).get("/projects/S-1/claims/").content.decode()
        assert "完成日期已改为 2024-03-08" in page and "责任人已改为 成员" in page

    def test_what_is_done_or_cancelled_waits_for_nobody(self, cast: Cast, project: Project) -> None:
        WorkItem.objects.filter(name="设计").update(state="done")
        WorkItem.objects.filter(name="测试").update(state="cancelled")
        assert states(project) == {"定型": "open", "推广": "open"}


class TestHandingBack:
    def test_the_manager_is_told_why(self, cast: Cast, project: Project) -> None:
        hand_back(cast.liaison, project, "设计", "测试")
        keys = [task(project, name).pk for name in ("设计", "测试")]
        assert said()[:2] == ("tasks-handed-back", {"project": project.pk, "items": keys, "reason": "没有人手"})
        settle(LATER)
        told = Notice.objects.get(kind="claim")
        assert (told.person, "退回 2 项任务" in told.title, "没有人手" in told.text) == (cast.manager, True, True)
        assert states(project)["设计"] == "returned"
        claim(cast.liaison, project, "设计")
        assert states(project)["设计"] == "claimed"

    def test_what_is_refused(self, cast: Cast, project: Project) -> None:
        with refused("reason-needed", "reason"):
            hand_back(cast.liaison, project, "设计", reason="  ")
        with refused("text-too-long", "reason"):
            hand_back(cast.liaison, project, "设计", reason="x" * 2001)
        with refused("text-unusable", "reason"):
            hand_back(cast.liaison, project, "设计", reason="a\0b")
        with refused("nothing-chosen", "task"):
            hand_back(cast.liaison, project)
        hand_back(cast.liaison, project, "设计")
        with refused("returned-already", "task"):
            hand_back(cast.liaison, project, "设计")


class TestAsking:
    def test_the_liaisons_are_asked_and_owe_it(self, cast: Cast, project: Project) -> None:
        due = NOW + timedelta(days=2)
        call = ask_for_claims(by=cast.manager, project=project, due=due, now=NOW)
        assert said()[:2] == ("claims-asked", {"project": project.pk, "call": call.pk})
        settle(LATER)
        told = dict(Notice.objects.filter(kind="claim").values_list("person__name", "title"))
        assert set(told) == {"周七", "冯十二"}
        assert "为研发部认领 3 项任务" in told["周七"]
        (row,) = claims_owed(cast.liaison, NOW)
        assert (row.title, row.due_at, row.waits) == ("为研发部认领 3 项任务", due, "陈一")
        assert row.link == f"/projects/S-1/claims/?department={cast.rd.pk}"
        assert claims_owed(cast.head, NOW) == claims_owed(cast.member, NOW) == claims_owed(cast.manager, NOW) == []
        assert claims_owed(cast.liaison, due + timedelta(hours=1))[0].state == "block"
        claim(cast.liaison, project, "设计", "测试", "定型")
        assert claims_owed(cast.liaison, NOW) == []

    def test_nobody_owes_it_before(self, cast: Cast, project: Project) -> None:
        assert claims_owed(cast.liaison, NOW) == []

    def test_the_head_is_asked_where_there_is_no_liaison(self, cast: Cast, project: Project) -> None:
        part = project.participations.get(department=cast.rd)
        seat(by=cast.manager, participation=part, kind="liaison", holder=None, now=NOW)
        ask_for_claims(by=cast.manager, project=project, now=NOW)
        assert len(claims_owed(cast.head, NOW)) == 1
        settle(LATER)
        assert set(Notice.objects.filter(kind="claim").values_list("person__name", flat=True)) == {"李四", "冯十二"}

    def test_what_was_handed_back_waits_for_the_manager(self, cast: Cast, project: Project) -> None:
        ask_for_claims(by=cast.manager, project=project, now=NOW)
        hand_back(cast.liaison, project, "设计")
        (row,) = claims_owed(cast.manager, NOW)
        assert row.title == "有 1 项任务被退回"
        assert claims_owed(cast.liaison, NOW)[0].title == "为研发部认领 2 项任务"

    def test_in_a_project_that_ended_nobody_owes_it(self, cast: Cast, project: Project) -> None:
        ask_for_claims(by=cast.manager, project=project, now=NOW)
        hand_back(cast.liaison, project, "设计")
        assert [len(claims_owed(who, NOW)) for who in (cast.liaison, cast.manager)] == [1, 1]
        Project.objects.filter(pk=project.pk).update(stage=Project.Stage.CLOSED)
        assert claims_owed(cast.liaison, NOW) == claims_owed(cast.manager, NOW) == []

    def test_what_is_refused(self, cast: Cast, project: Project) -> None:
        for who in (cast.liaison, cast.general_lead, cast.member):
            with refused("forbidden", kind=Forbidden):
                ask_for_claims(by=who, project=project, now=NOW)
        with refused("due-passed", "due"):
            ask_for_claims(by=cast.manager, project=project, due=NOW, now=NOW)
        claim(cast.manager, project, "设计", "测试", "定型", "推广")
        with refused("all-claimed"):
            ask_for_claims(by=cast.manager, project=project, now=NOW)

    def test_the_manager_is_told_when_all_is_claimed(self, cast: Cast, project: Project) -> None:
        claim(cast.liaison, project, "设计", "测试", "定型")
        settle(LATER)
        assert not Notice.objects.filter(kind="claim").exists()
        claim(cast.other_liaison, project, "推广")
        settle(LATER)
        assert [row.person for row in Notice.objects.filter(kind="claim")] == [cast.manager]


class TestThePage:
    def test_claiming_several_and_handing_back_one(self, cast: Cast, project: Project) -> None:
        client = client_of(cast.liaison)
        page = client.get("/projects/S-1/claims/").content.decode()
        assert page.index("研发部") < page.index("市场部")
        assert "4 项任务，已认领 0 项" in page
        keys = [task(project, name).pk for name in ("设计", "测试")]
        sent: dict[str, Any] = {"task": [str(key) for key in keys]}
        for key in keys:
            sent |= {f"owner-{key}": "郑十", f"output-{key}": "图纸", f"finish-{key}": ""}
        assert client.post("/projects/S-1/claims/taken/", sent).status_code == 302
        back = {"task": str(task(project, "定型").pk), "reason": "不归我们"}
        assert client.post("/projects/S-1/claims/returned/", back).status_code == 302
        shown = client_of(cast.manager).get("/projects/S-1/claims/").content.decode()
        assert "退回 1 项" in shown and "不归我们" in shown and "改派其他部门" in shown

    def test_what_was_typed_stays_with_its_errors(self, cast: Cast, project: Project) -> None:
        key = task(project, "设计").pk
        sent = {"task": str(key), f"owner-{key}": "查无此人", f"output-{key}": "图纸一套"}
        client, manager = client_of(cast.liaison), client_of(cast.manager)
        with unchanged():
            answer = client.post("/projects/S-1/claims/taken/", sent)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "查无此人" in page and "图纸一套" in page and f'id="owner-error-{key}"' in page
        with unchanged():
            assert client.post("/projects/S-1/claims/taken/", {}).status_code == 422
            assert client.post("/projects/S-1/claims/taken/", {"task": "9" * 5000}).status_code == 412
            assert manager.post("/projects/S-1/claims/call/", {"due": "0001-01-01"}).status_code == 422

    def test_the_field_for_the_reason_is_open_where_it_is_missing(self, cast: Cast, project: Project) -> None:
        sent = {"task": str(task(project, "推广").pk), "reason": " "}
        client = client_of(cast.manager)
        with unchanged():
            answer = client.post("/projects/S-1/claims/returned/", sent)
        theirs, others = sorted(
            answer.content.decode().split('<section class="tz-panel tz-cl"')[1:], key=lambda one: "推广" not in one
        )
        assert answer.status_code == 422
        assert "<details open>" in theirs and 'aria-invalid="true"' in theirs and "请说明本部门为什么不承接" in theirs
        assert "<details open>" not in others and "aria-invalid" not in others

    def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(self, cast: Cast, project: Project) -> None:
        client, address = client_of(cast.liaison), "/projects/S-1/claims/taken/"
        rows = {name: task(project, name) for name in ("设计", "测试")}
        page = client.get("/projects/S-1/claims/").content.decode()
        sent: dict[str, Any] = {"task": str(rows["设计"].pk)}
        for row in rows.values():
            shown = {f"seen-owner-{row.pk}": str(row.owner_id or ""), f"seen-output-{row.pk}": row.key_output}
            assert all(f'name="{name}" value="{value}"' in page for name, value in shown.items())
            sent |= shown | {f"owner-{row.pk}": "郑十", f"output-{row.pk}": "图纸"}
        WorkItem.objects.filter(pk__in=[row.pk for row in rows.values()]).update(owner=cast.member, key_output="图纸与模型")
        with unchanged():
            answer = client.post(address, sent)
        key, other = rows["设计"].pk, rows["测试"].pk
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "责任人现在是 成员，请看过后再认领。" in page and "交付物现在是“图纸与模型”，请看过后再认领。" in page
        assert f'name="owner-{key}" id="owner-{key}"' in page and 'value="郑十"' in page and 'value="图纸"' in page
        # What was said counts as seen; a row that was not ticked was not told of.
        known = f'name="seen-owner-{key}" value="{cast.member.pk}"', f'name="seen-output-{key}" value="图纸与模型"'
        assert all(one in page for one in known)
        assert f'name="seen-output-{other}" value=""' in page
        again = sent | {f"seen-owner-{key}": str(cast.member.pk), f"seen-output-{key}": "图纸与模型"}
        assert client.post(address, again).status_code == 302
        assert (task(project, "设计").owner, task(project, "设计").key_output) == (cast.owner, "图纸")
        # Who says the same as the other overwrites nothing.
        same = {"task": str(other), f"owner-{other}": "成员", f"output-{other}": "图纸与模型"}
        assert client.post(address, sent | same).status_code == 302
        assert (task(project, "测试").owner, task(project, "测试").key_output) == (cast.member, "图纸与模型")

    def test_the_manager_asks(self, cast: Cast, project: Project) -> None:
        assert client_of(cast.manager).post("/projects/S-1/claims/call/", {"due": "2199-01-01"}).status_code == 302
        assert ClaimCall.objects.count() == 1
        assert "请各部门认领" not in client_of(cast.liaison).get("/projects/S-1/claims/").content.decode().split("tz-lead")[0]

    def test_queries_do_not_grow(self, cast: Cast, project: Project) -> None:
        client, counts = client_of(cast.manager), []
        for names in ((), ("设计",), ("测试", "定型", "推广")):
            if names:
                claim(cast.manager, project, *names)
            client.get("/projects/S-1/claims/")
            with CaptureQueriesContext(connection) as asked:
                client.get("/projects/S-1/claims/")
            counts.append(len(asked))
        # Five of them compute the plan, which outside of a transaction is kept.
        assert max(counts) <= 18
        assert counts[0] >= counts[1] >= counts[2]


class TestTheApi:
    def test_claiming_by_program(self, cast: Cast, project: Project) -> None:
        program, key = program_of(cast.liaison), task(project, "设计").pk
        body = {"tasks": [{"task": key, "output": "图纸", "finish": "2024-03-06"}]}
        assert program.ask("POST", "projects/S-1/claims", body).status_code == 201
        told = program.ask("GET", "projects/S-1/claims").json()
        (row,) = [one for one in told["items"] if one["task"] == key]
        assert (row["state"], row["owner_name"], row["output"], row["by"]) == ("claimed", "郑十", "图纸", "周七")
        wrong = program.ask("POST", "projects/S-1/claims", {"tasks": [{"task": key, "owner": "查无此人", "output": "图"}]})
        assert (wrong.status_code, list(wrong.json()["errors"])) == (422, [f"owner-{key}"])
        seen = {"tasks": [{"task": key, "owner": "成员", "output": "图", "seen": {"owner": None, "output": ""}}]}
        with unchanged():
            late = program.ask("POST", "projects/S-1/claims", seen)
        assert (late.status_code, set(late.json()["errors"])) == (422, {f"owner-{key}", f"output-{key}"})
        other = task(project, "推广").pk
        assert program.ask("POST", "projects/S-1/claims/returns", {"tasks": [other], "reason": "不"}).status_code == 403
        assert program.ask("POST", "projects/S-1/claims/returns", {"tasks": [key], "reason": "不"}).status_code == 201
        assert program.ask("POST", "projects/S-1/claims/calls", {}).status_code == 403
        assert program_of(cast.manager).ask("POST", "projects/S-1/claims/calls", {"due": "2199-01-01"}).status_code == 201


def test_seats_make_groups_ones_own(cast: Cast, project: Project) -> None:
    from tongzhou.plan.queries.claims import groups_of

    groups = groups_of(claims_of(project), standing(cast.other_liaison, project))
    assert [(group.name, group.mine, group.may, group.waiting) for group in groups] == [
        ("市场部", True, True, 1),
        ("研发部", False, False, 3),
    ]
