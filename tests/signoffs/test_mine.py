"""My signatures: what waits and what changed since I saw it, what I signed, and several papers after one proof of identity."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from signoffs.sheets import LEAD, heads, opened, origin, sign
from support.api import program_of
from support.cast import NOW, Cast, small_project
from support.checks import refused, said, unchanged
from support.web import client_of
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden, Outdated
from tongzhou.people.models import User
from tongzhou.projects.actions import seat as give_seat
from tongzhou.projects.models import Project
from tongzhou.signoffs.actions import (
    About,
    Content,
    Course,
    Grant,
    Said,
    delegate_seat,
    open_sheet,
    see_sheet,
    sign_seen,
    void_sheet,
    withdraw_signature,
)
from tongzhou.signoffs.models import Sheet, Signature, Viewing
from tongzhou.signoffs.queries.mine import delegations_of, signatures_of, signed_by, waiting_for
from tongzhou.signoffs.queries.queue import sheets_waiting, signatures_owed
from tongzhou.signoffs.queries.walking import seen_paper, stops_of
from tongzhou.timeline.models import Event

pytestmark = pytest.mark.django_db
PASSWORD = "同舟共济-2024"


@pytest.fixture
def project(cast: Cast) -> Project:
    return small_project(cast)


def paper(cast: Cast, project: Project, key: int, title: str, **shared: Any) -> Sheet:
    content = Content({"items": [], **shared}, f"<article>{title}</article>", labels={"budget": "预算"})
    about = About("test", key, title)
    return open_sheet(
        by=cast.manager, project=project, about=about, content=content, course=Course((*heads(cast), LEAD)), now=NOW
    )


def proven(person: User, minutes: int = 0) -> Client:
    client = client_of(person)
    session = client.session
    at = (clock.now() - timedelta(minutes=minutes)).timestamp()
    session["proof"] = {"person": person.pk, "method": "password", "at": at}
    session.save()
    return client


def place(sheet: Sheet, seat: str) -> int:
    return sheet.places.get(seat=seat).pk


def seen(client: Client, sheet: Sheet, *, whole: bool = True) -> int:
    data = {"digest": sheet.digest, "whole": "1" if whole else ""}
    return client.post(f"/projects/S-1/sheets/{sheet.pk}/seen/", data).status_code


def decide(client: Client, of: list[int], at: int, sheet: Sheet, decision: str = "approve", **more: Any) -> Any:
    data = {"of": ",".join(map(str, of)), "at": at, "digest": sheet.digest, "decision": decision, "opinion": "", **more}
    return client.post("/me/signatures/walk/", data)


class TestSeeing:
    def test_it_is_kept_once(self, cast: Cast, project: Project) -> None:
        sheet = paper(cast, project, 1, "章程甲")
        first = see_sheet(by=cast.head, sheet=sheet, digest=sheet.digest, now=NOW)
        assert (first.sheet, first.person, first.digest, first.whole, first.at) == (sheet, cast.head, sheet.digest, False, NOW)
        assert said() == ("sheet-seen", {"sheet": sheet.pk, "digest": sheet.digest, "whole": False}, [])
        assert Event.objects.latest("pk").project_id is None
        with unchanged():
            assert see_sheet(by=cast.head, sheet=sheet, digest=sheet.digest, now=NOW + timedelta(hours=1)) == first
        see_sheet(by=cast.head, sheet=sheet, digest=sheet.digest, whole=True, now=NOW)
        assert Viewing.objects.count() == 2
        connection.check_constraints()
        for write in (partial(Viewing.objects.update, at=NOW - timedelta(days=1)), Viewing.objects.all().delete):
            with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
                write()

    def test_another_hash_is_not_this_sheet(self, cast: Cast, project: Project) -> None:
        sheet = paper(cast, project, 1, "章程甲")
        for wrong in ("", "0" * 64, "\0", "x" * 100_000):
            with refused("sheet-changed", kind=Outdated):
                see_sheet(by=cast.head, sheet=sheet, digest=wrong, now=NOW)
        client = client_of(cast.head)
        with unchanged():
            assert client.post(f"/projects/S-1/sheets/{sheet.pk}/seen/", {"digest": "0" * 64}).status_code == 409

    def test_who_does_not_see_the_project_keeps_nothing(self, cast: Cast, project: Project) -> None:
        sheet = paper(cast, project, 1, "章程甲")
        assert seen(client_of(cast.stranger), sheet) == 404


class TestWhatWaits:
    def test_the_difference_is_to_what_i_saw(self, cast: Cast, project: Project) -> None:
        first = paper(cast, project, 1, "章程甲", budget="100")
        see_sheet(by=cast.head, sheet=first, digest=first.digest, now=NOW)
        paper(cast, project, 1, "章程甲", budget="110")
        third = paper(cast, project, 1, "章程甲", budget="120")
        (mine,) = waiting_for(cast.head, NOW)
        assert (mine.sheet, mine.opened_at) == (third, None)
        assert mine.since is not None
        assert (mine.since.version, [(one.label, one.before, one.after) for one in mine.since.changes]) == (
            1,
            [("预算", "100", "120")],
        )
        (other,) = waiting_for(cast.other_head, NOW)
        assert other.since is not None and other.since.version is None
        see_sheet(by=cast.head, sheet=third, digest=third.digest, now=NOW)
        again = waiting_for(cast.head, NOW)[0]
        assert (again.opened_at, again.since and again.since.version) == (NOW, 1)

    def test_what_i_signed_counts_as_seen(self, cast: Cast, project: Project) -> None:
        sign(cast.head, paper(cast, project, 1, "章程甲", budget="100"), heads(cast)[0])
        paper(cast, project, 1, "章程甲", budget="120")
        mine = waiting_for(cast.head, NOW)[0]
        assert mine.since is not None and (mine.since.version, mine.since.count) == (1, 1)

    def test_a_delegate_is_asked_for_her_principal(self, cast: Cast, project: Project) -> None:
        paper(cast, project, 1, "章程甲")
        grant = Grant(cast.owner, NOW.date(), NOW.date())
        delegate_seat(by=cast.head, project=project, seat=heads(cast)[0], grant=grant, now=NOW)
        assert [(one.sheet.title, one.principal) for one in waiting_for(cast.owner, NOW)] == [("章程甲", "李四")]
        assert [(one.seat, one.mine, one.holds) for one in delegations_of(cast.owner, NOW.date())] == [
            ("研发部负责人", False, True)
        ]
        assert [(one.mine, one.row.delegate) for one in delegations_of(cast.head, NOW.date())] == [(True, cast.owner)]

    def test_nothing_waits_in_a_project_that_ended(self, cast: Cast, project: Project) -> None:
        sheet = paper(cast, project, 1, "章程甲")
        for waits in (waiting_for, signatures_owed, sheets_waiting):
            assert len(waits(cast.head, NOW)) == 1
        Project.objects.update(stage=Project.Stage.CLOSED)
        for waits in (waiting_for, signatures_owed, sheets_waiting):
            assert len(waits(cast.head, NOW)) == 0
        (stop,) = stops_of(cast.head, [place(sheet, heads(cast)[0])], NOW)
        assert stop.state == "gone"

    def test_the_page(self, cast: Cast, project: Project) -> None:
        one, two = paper(cast, project, 1, "章程甲", budget="100"), paper(cast, project, 2, "备忘乙")
        see_sheet(by=cast.head, sheet=one, digest=one.digest, now=NOW)
        paper(cast, project, 1, "章程甲", budget="120")
        sign(cast.head, two, heads(cast)[0])
        page = client_of(cast.head).get("/me/signatures/").content.decode()
        assert "1 份文件待你签署" in page
        assert "与你看过的第 1 版相比，1 处改动" in page and "<del>100</del>" in page
        assert "备忘乙 第 1 版" in page and f"/projects/S-1/sheets/{two.pk}/verification/" in page
        assert "没有待你签署的文件" in client_of(cast.member).get("/me/signatures/").content.decode()


class TestWhatISigned:
    def test_more_than_a_walk_holds_is_said(self, cast: Cast, project: Project) -> None:
        papers = [paper(cast, project, key, f"约定{key}") for key in range(1, 53)]
        client = client_of(cast.head)
        said_now = client.get("/me/signatures/").content.decode()
        walk = client.get("/me/signatures/walk/", {"place": [place(one, heads(cast)[0]) for one in papers]}).content.decode()
        assert 'data-check-most="50"' in said_now and "一次最多 50 份，其余随后再签。" in said_now
        assert "1 / 50" in walk

    def test_it_says_how_it_stands(self, cast: Cast, project: Project) -> None:
        first = paper(cast, project, 1, "章程甲", budget="1")
        sign(cast.head, first, heads(cast)[0])
        second = paper(cast, project, 1, "章程甲", budget="2")
        taken = sign(cast.head, second, heads(cast)[0])
        withdraw_signature(by=cast.head, signature=taken, now=NOW)
        void = paper(cast, project, 2, "备忘乙")
        sign(cast.head, void, heads(cast)[0], "refuse", "不行")
        void_sheet(by=cast.manager, sheet=void, reason="重写", now=NOW)
        shown = signed_by(cast.head, signatures_of(cast.head))
        assert [(one.sheet.title, one.sheet.version, one.newest, one.state, one.word) for one in shown] == [
            ("备忘乙", 1, 1, "已作废", "不同意"),
            ("章程甲", 2, 2, "已撤回", "同意"),
            ("章程甲", 1, 2, "已被新版取代", "同意"),
        ]

    def test_a_project_that_is_left_leads_nowhere(self, cast: Cast, project: Project) -> None:
        sheet = paper(cast, project, 1, "章程甲")
        sign(cast.general_lead, sheet, LEAD)
        project.roles.filter(user=cast.general_lead).delete()
        page = client_of(cast.general_lead).get("/me/signatures/").content.decode()
        assert "章程甲 第 1 版" in page and f"/sheets/{sheet.pk}/" not in page
        (told,) = program_of(cast.general_lead).ask("GET", "me/signatures?state=signed").json()["items"]
        assert {"project", "sheet", "newest", "state"} & set(told) == set()

    def test_nothing_newer_of_a_project_that_is_left_is_told(self, cast: Cast, project: Project) -> None:
        sign(cast.general_lead, paper(cast, project, 1, "章程甲", budget="1"), LEAD)
        paper(cast, project, 1, "章程甲", budget="2")
        Project.objects.update(name="并购计划")
        client = client_of(cast.general_lead)
        before = client.get("/me/signatures/").content.decode()
        assert all(text in before for text in ("并购计划", "已被新版取代", "已有第 2 版"))
        project.roles.filter(user=cast.general_lead).delete()
        after = client.get("/me/signatures/").content.decode()
        assert "章程甲 第 1 版" in after
        assert not any(text in after for text in ("并购计划", "已被新版取代", "已有第 2 版"))


class TestTheWalk:
    def test_one_proof_serves_several(self, cast: Cast, project: Project) -> None:
        cast.head.set_password(PASSWORD)
        cast.head.save()
        sheets = [paper(cast, project, number, f"文件{number}") for number in range(1, 4)]
        of = [place(sheet, heads(cast)[0]) for sheet in sheets]
        client = client_of(cast.head)
        page = client.get("/me/signatures/walk/", {"place": of}).content.decode()
        assert "1 / 3" in page and "文件1" in page and sheets[0].digest in page and "proof_password" in page
        assert "data-unkept" in page and "“已看完全文”未能记录：网络中断" in page
        assert [seen(client, sheet) for sheet in sheets] == [204, 204, 204]
        done = decide(client, of, 0, sheets[0], proof_method="password", proof_password=PASSWORD)
        assert done.status_code == 302 and done["Location"].endswith("at=1")
        page = client.get(done["Location"]).content.decode()
        assert "2 / 3" in page and "已确认是你本人" in page and "proof_password" not in page
        assert decide(client, of, 1, sheets[1], "condition", opinion="月底前").status_code == 302
        last = decide(client, of, 2, sheets[2], "refuse", opinion="预算不足")
        page = client.get(last["Location"]).content.decode()
        assert "已签 3 份" in page and "文件3" in page
        assert list(Signature.objects.order_by("pk").values_list("decision", "method")) == [
            ("approve", "password"),
            ("condition", "password"),
            ("refuse", "password"),
        ]
        assert len({row.authenticated_at for row in Signature.objects.all()}) == 1

    def test_what_was_not_shown_is_not_signed(self, cast: Cast, project: Project) -> None:
        sheet = paper(cast, project, 1, "文件1")
        of, client = [place(sheet, heads(cast)[0])], proven(cast.head)
        with unchanged():
            answer = decide(client, of, 0, sheet)
        assert (answer.status_code, "请先看完全文" in answer.content.decode()) == (422, True)
        seen(client, sheet, whole=False)
        with unchanged():
            assert decide(client, of, 0, sheet).status_code == 422
        seen(client_of(cast.other_head), sheet)
        with unchanged():
            assert decide(client, of, 0, sheet).status_code == 422
        seen(client, sheet)
        assert decide(client, of, 0, sheet).status_code == 302

    def test_a_stale_hash_is_told_with_the_difference(self, cast: Cast, project: Project) -> None:
        old = paper(cast, project, 1, "文件1", budget="1")
        client = proven(cast.head)
        seen(client, old)
        new = paper(cast, project, 1, "文件1", budget="2")
        of = [place(new, heads(cast)[0])]
        with unchanged():
            answer = decide(client, of, 0, old)
        page = answer.content.decode()
        assert answer.status_code == 409 and "先看过第 2 版再签" in page and "<ins>2</ins>" in page
        assert new.digest in page
        with unchanged():
            assert decide(client, of, 0, old, digest="0" * 64).status_code == 409

    def test_a_seat_that_was_taken_away_on_the_way(self, cast: Cast, project: Project) -> None:
        sheets = [paper(cast, project, number, f"文件{number}") for number in (1, 2)]
        of, client = [place(sheet, heads(cast)[0]) for sheet in sheets], proven(cast.head)
        for sheet in sheets:
            seen(client, sheet)
        assert decide(client, of, 0, sheets[0]).status_code == 302
        part = project.participations.get(department=cast.rd)
        give_seat(by=cast.manager, participation=part, kind="head", holder=cast.owner, now=NOW)
        with unchanged():
            answer = decide(client, of, 1, sheets[1])
        assert (answer.status_code, "已不待你签" in answer.content.decode()) == (422, True)
        assert Signature.objects.count() == 1
        with refused("not-your-seat", kind=Forbidden):
            given = Said("approve", sheets[1].digest)
            sign_seen(by=cast.head, place=sheets[1].places.get(pk=of[1]), said=given, origin=origin(), now=NOW)

    def test_a_proof_that_ran_out_on_the_way_is_asked_anew(self, cast: Cast, project: Project) -> None:
        sheets = [paper(cast, project, number, f"文件{number}") for number in (1, 2)]
        of, client = [place(sheet, heads(cast)[0]) for sheet in sheets], proven(cast.head)
        for sheet in sheets:
            seen(client, sheet)
        assert decide(client, of, 0, sheets[0]).status_code == 302
        session = client.session
        session["proof"] = {**session["proof"], "at": (clock.now() - timedelta(minutes=6)).timestamp()}
        session.save()
        answer = decide(client, of, 1, sheets[1], opinion="请按期")
        page = answer.content.decode()
        assert answer.status_code == 422 and "请按期" in page and 'value="approve" required checked' in page
        assert Signature.objects.count() == 1

    def test_stopping_keeps_what_was_signed_and_skipping_goes_on(self, cast: Cast, project: Project) -> None:
        sheets = [paper(cast, project, number, f"文件{number}") for number in (1, 2, 3)]
        of, client = [place(sheet, heads(cast)[0]) for sheet in sheets], proven(cast.head)
        seen(client, sheets[1])
        assert decide(client, of, 1, sheets[1]).status_code == 302
        page = client.get(f"/me/signatures/walk/?of={','.join(map(str, of))}&at=3").content.decode()
        assert "已签 1 份，还有 2 份待签" in page
        again = client.get(f"/me/signatures/walk/?of={of[1]},{of[2]}&at=0").content.decode()
        assert "2 / 2" in again and "文件3" in again

    def test_signing_twice_and_what_nobody_should_send(self, cast: Cast, project: Project) -> None:
        sheet = paper(cast, project, 1, "文件1")
        of, client = [place(sheet, heads(cast)[0])], proven(cast.head)
        seen(client, sheet)
        decide(client, of, 0, sheet)
        with unchanged():
            assert decide(client, of, 0, sheet).status_code == 422
            assert client.post("/me/signatures/walk/", {"of": "", "at": "0"}).status_code == 404
            assert decide(client, [10**15], 0, sheet).status_code == 422
            other = place(sheet, LEAD)
            assert decide(client, [other], 0, sheet).status_code == 422
        for query in ("of=x&at=y", "of=" + "9" * 5000, "of=%00", "place=%F0%9F%98%80", f"of={of[0]}&at=99999999999999999999"):
            assert client.get(f"/me/signatures/walk/?{query}").status_code == 200
        second = paper(cast, project, 2, "文件2")
        of = [place(second, heads(cast)[0])]
        seen(client, second)
        with unchanged():
            assert decide(client, of, 0, second, "").status_code == 422
            assert decide(client, of, 0, second, "refuse").status_code == 422
            assert decide(client, of, 0, second, opinion="x" * 2001).status_code == 422

    def test_a_condition_that_is_carried_over_is_shown_as_one(self, cast: Cast, project: Project) -> None:
        mine, other = heads(cast)
        first = opened(cast, project, parts={other: {"people": 4}})
        sign(cast.other_head, first, other, "condition", "需增加两名操作工")
        second = opened(cast, project, parts={mine: {"people": 5}, other: {"people": 4}})
        assert second.places.get(seat=other).carried is not None
        (stop,) = stops_of(cast.head, [place(second, mine)], NOW)
        words = {capacity: word for capacity, word, _icon, _tone in seen_paper(cast.head, stop).seats}
        assert words == {"研发部负责人": "待你签", "市场部负责人": "有条件同意", "项目总负责人": "待签"}

    def test_what_is_not_mine_is_not_told(self, cast: Cast, project: Project) -> None:
        sheet = paper(cast, project, 1, "机密文件")
        page = client_of(cast.stranger).get(f"/me/signatures/walk/?of={place(sheet, LEAD)}").content.decode()
        assert "机密文件" not in page and "一份已不待你签的文件" in page

    def test_queries_do_not_grow(self, cast: Cast, project: Project) -> None:
        client, counts = proven(cast.head), {"/me/signatures/": [], "/me/signatures/walk/": []}  # type: ignore[var-annotated]
        for number in range(1, 4):
            old = paper(cast, project, number, f"文件{number}", budget="1")
            seen(client, old)
            paper(cast, project, number, f"文件{number}", budget="2")
            sign(cast.head, paper(cast, project, 10 + number, f"签过{number}"), heads(cast)[0])
            for path, found in counts.items():
                client.get(path)
                with CaptureQueriesContext(connection) as asked:
                    assert client.get(path).status_code == 200
                found.append(len(asked))
        for path, found in counts.items():
            assert found[0] == found[1] == found[2] <= 15, (path, found)

    def test_without_scripts_it_can_be_said(self, cast: Cast, project: Project) -> None:
        sheet = paper(cast, project, 1, "文件1")
        client, of = client_of(cast.head), place(sheet, heads(cast)[0])
        page = client.get(f"/me/signatures/walk/?of={of}").content.decode()
        assert re.search(r"<noscript><form[^>]+/seen/", page)
        data = {"digest": sheet.digest, "whole": "1", "of": str(of), "at": "0"}
        answer = client.post(f"/projects/S-1/sheets/{sheet.pk}/seen/", data)
        assert (answer.status_code, answer["Location"]) == (302, f"/me/signatures/walk/?of={of}&at=0")


def test_the_workbench_leads_there(cast: Cast) -> None:
    assert 'href="/me/signatures/"' in client_of(cast.head).get("/").content.decode()


def test_by_program(cast: Cast, project: Project) -> None:
    first = paper(cast, project, 1, "章程甲", budget="1")
    program = program_of(cast.head)
    seen_once = program.ask("POST", f"projects/S-1/sheets/{first.pk}/seen", {"digest": first.digest, "whole": True})
    assert (seen_once.status_code, seen_once.json()["whole"]) == (200, True)
    assert program.ask("POST", f"projects/S-1/sheets/{first.pk}/seen", {"digest": "0"}).status_code == 409
    second = paper(cast, project, 1, "章程甲", budget="2")
    told = program.ask("GET", "me/signatures").json()
    assert [(one["sheet"], one["seen_version"], [part["after"] for part in one["changes"]]) for one in told["items"]] == [
        (second.pk, 1, ["2"])
    ]
    sign(cast.head, second, heads(cast)[0])
    assert [one["state"] for one in program.ask("GET", "me/signatures?state=signed").json()["items"]] == ["open"]
    assert program.ask("GET", "me/signatures?state=delegated").json()["items"] == []
    assert opened(cast, project).pk
