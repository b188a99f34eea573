"""The verify page: what it says of a paper to anybody who holds it, and no more."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from documents.papers import another, handed
from signoffs.sheets import LEAD, heads, opened, sign
from support.cast import NOW, Cast, make_cast, small_project
from support.checks import unchanged
from support.web import client_of
from tongzhou.documents.queries.codes import new_code, printed
from tongzhou.documents.queries.handed import Handed
from tongzhou.projects.models import Project
from tongzhou.signoffs.actions import void_sheet, withdraw_signature
from tongzhou.signoffs.models import Signature, Withdrawal
from tongzhou.timeline.actions import lifted


def page_of(one: Handed, client: Client | None = None) -> HttpResponse:
    return (client or Client()).get(f"/verify/{printed(one.issued.code)}/")


def text(one: Handed, client: Client | None = None) -> str:
    answer = page_of(one, client)
    assert answer.status_code == 200
    return answer.content.decode()


def compare(one: Handed, content: bytes) -> HttpResponse:
    return Client().post(f"/verify/{printed(one.issued.code)}/", {"file": SimpleUploadedFile("a.docx", content)})


def test_anybody_sees_what_stands_on_the_paper(cast: Cast) -> None:
    project = small_project(cast)
    first = handed(cast, project)
    with unchanged():
        page = text(first)
    for said in (
        "登记在册，是最新的一份",
        "项目章程",
        "小项目章程",
        first.issued.number,
        "S-1 小项目 S-1",
        "陈一",
        first.issued.digest,
    ):
        assert said in page
    assert "/projects/" not in page
    # As it was printed, whatever became of the project's name.
    Project.objects.update(name="改名了")
    assert "小项目 S-1" in text(first)


@pytest.mark.parametrize(("person", "sees"), [("member", True), ("stranger", False), ("administrator", True)])
def test_who_sees_the_project_gets_a_way_into_it(cast: Cast, person: str, sees: bool) -> None:
    first = handed(cast, small_project(cast))
    assert ("/projects/S-1/papers/?q=" in text(first, client_of(getattr(cast, person)))) == sees


def test_the_code_is_typed_as_people_type(cast: Cast) -> None:
    first = handed(cast, small_project(cast))
    code, client = printed(first.issued.code), Client()
    for typed in (code, code.lower(), code.replace("-", " "), "".join(chr(ord(one) + 0xFEE0) for one in code)):
        answer = client.get("/verify/", {"code": typed})
        assert (answer.status_code, answer["Location"]) == (302, f"/verify/{code}/")
        assert client.get(f"/verify/{typed}/").status_code == 200
    assert "验证码" in client.get("/verify/").content.decode()


@pytest.mark.parametrize("code", ["x", "0" * 20, "新", "😀", "x" * 3000, "<script>", "%00", "FW4JP4R99KEAYRYQHWF4"])
def test_every_unknown_code_is_answered_alike(cast: Cast, code: str) -> None:
    handed(cast, small_project(cast))
    manager = client_of(cast.manager)
    with unchanged():
        for answer in (Client().get("/verify/", {"code": code}, follow=True), manager.get(f"/verify/{code}/")):
            assert answer.status_code == 404
            assert "没有使用此验证码的文件" in answer.content.decode()
            assert "<script>" not in answer.content.decode().replace('<script type="module"', "")


def test_guessing_is_throttled_and_then_nothing_is_said(cast: Cast) -> None:
    first = handed(cast, small_project(cast))
    client = Client()
    statuses = [client.get(f"/verify/{new_code()}/").status_code for _guess in range(61)]
    assert statuses == [*[404] * 60, 429]
    held = page_of(first, client)
    assert (held.status_code, held["Retry-After"]) == (429, "600")
    assert first.issued.number not in held.content.decode()
    assert client.get("/verify/", {"code": "x"}).status_code == 429
    # Another address goes on, and right codes are not counted.
    elsewhere = Client(REMOTE_ADDR="10.9.8.7")
    assert {page_of(first, elsewhere).status_code for _time in range(70)} == {200}


def test_a_later_one_is_told(cast: Cast) -> None:
    project = small_project(cast)
    first, second = handed(cast, project), handed(cast, project, another("改了"), now=NOW + timedelta(days=3))
    assert "登记在册，但已有更新的一份" in text(first)
    assert "最新的是 2024-03-04 的第 2 版" in text(first)
    assert second.issued.number not in text(first)
    assert "登记在册，是最新的一份" in text(second)
    # The first content is the present one again: what was newer is not any more.
    handed(cast, project)
    assert "登记在册，是最新的一份" in text(first)
    assert "登记在册，但已有更新的一份" in text(second)


def test_how_signing_stands(cast: Cast) -> None:
    project = small_project(cast)
    sheet = opened(cast, project)
    first = handed(cast, project, sheet=sheet)
    assert "登记在册，正在签署，尚未生效" in text(first)
    assert "已有 0 方签署，共 3 方" in text(first)
    refusal = sign(cast.head, sheet, heads(cast)[0], "refuse", "预算不够，绝密")
    page = text(first)
    assert "登记在册，但有人不同意，未生效" in page
    # The decision stands there, the opinion does not.
    assert "不同意" in page
    assert "绝密" not in page
    withdraw_signature(by=cast.head, signature=refusal, reason="补了", now=NOW)
    for person, seat in ((cast.head, heads(cast)[0]), (cast.other_head, heads(cast)[1]), (cast.general_lead, LEAD)):
        sign(person, sheet, seat)
    page = text(first)
    for said in ("各方均已签署，现行有效", "李四", "吴八", "褚十六", "2024-03-01"):
        assert said in page
    following = opened(cast, project, shared={"items": [], "budget": "1.00"})
    handed(cast, project, another("改了"), sheet=following)
    # What is in force stays so until the later version is.
    assert "各方均已签署，现行有效" in text(first)
    assert "第 2 版尚未生效，在此之前以本文件为准" in text(first)
    for person, seat in ((cast.head, heads(cast)[0]), (cast.other_head, heads(cast)[1]), (cast.general_lead, LEAD)):
        sign(person, following, seat)
    assert "登记在册，但已被新版本取代" in text(first)


def test_a_sheet_that_was_opened_anew_replaces_the_one_before(cast: Cast) -> None:
    project = small_project(cast)
    first = handed(cast, project, sheet=opened(cast, project))
    opened(cast, project, shared={"items": [], "budget": "1.00"})
    assert "登记在册，但已被新版本取代" in text(first)


def test_a_voided_one_says_so_and_not_why(cast: Cast) -> None:
    project = small_project(cast)
    sheet = opened(cast, project)
    first = handed(cast, project, sheet=sheet)
    void_sheet(by=cast.manager, sheet=sheet, reason="绝密原因", now=NOW)
    assert "登记在册，但已作废" in text(first)
    assert "绝密原因" not in text(first)


@pytest.mark.django_db(transaction=True)
def test_a_record_that_was_changed_is_told(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path
    cast = make_cast()
    project = small_project(cast)
    sheet = opened(cast, project)
    sign(cast.head, sheet, heads(cast)[0])
    first = handed(cast, project, sheet=sheet)
    assert "签署记录已核对，未被改动" in text(first)
    # What was changed shows as soon as the chain is walked again: it grew, or a minute has passed.
    with lifted(connection):
        Signature.objects.update(name="别人")
    assert "签署记录已核对" in text(first)
    sign(cast.other_head, sheet, heads(cast)[1])
    assert "签署记录核对不符" in text(first)


@pytest.mark.django_db(transaction=True)
def test_a_newest_act_whose_row_was_deleted_is_told(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path
    cast = make_cast()
    project = small_project(cast)
    sheet = opened(cast, project)
    withdraw_signature(by=cast.head, signature=sign(cast.head, sheet, heads(cast)[0]), reason="看错了", now=NOW)
    first = handed(cast, project, sheet=sheet)
    assert "签署记录已核对，未被改动" in text(first)
    with lifted(connection):
        Withdrawal.objects.all().delete()
    cache.clear()
    assert "签署记录核对不符" in text(first)


@pytest.mark.parametrize("signers", [1, 3])
def test_queries_are_constant(cast: Cast, django_assert_max_num_queries: Any, signers: int) -> None:
    project = small_project(cast)
    sheet = opened(cast, project, seats=(*heads(cast), LEAD)[:signers])
    first = handed(cast, project, sheet=sheet)
    text(first)
    with django_assert_max_num_queries(11):
        text(first)
    unsigned = handed(cast, project, key=2)
    with django_assert_max_num_queries(3):
        text(unsigned)


def test_a_file_is_compared_to_the_byte(cast: Cast) -> None:
    project = small_project(cast)
    first = handed(cast, project)
    with unchanged():
        same = compare(first, first.content)
        changed = bytearray(first.content)
        changed[100] ^= 1
        other = compare(first, bytes(changed))
    assert (same.status_code, other.status_code) == (200, 200)
    assert 'class="is-same"' in same.content.decode()
    assert "与登记一致（DOCX，2024-03-01 09:00）" in same.content.decode()
    assert 'class="is-other"' in other.content.decode()
    # A file of another paper is not this one.
    second = handed(cast, project, another("改了"))
    assert 'class="is-other"' in compare(second, first.content).content.decode()


def test_files_that_are_not_compared(cast: Cast) -> None:
    first = handed(cast, small_project(cast))
    path = f"/verify/{printed(first.issued.code)}/"
    with unchanged():
        for given in ({}, {"file": "text"}):
            answer = Client().post(path, given)
            assert answer.status_code == 422
            assert "请选择要核对的文件" in answer.content.decode()
        large = Client().post(path, {"file": SimpleUploadedFile("a.pdf", b"x" * (20 * 2**20 + 1))})
    assert large.status_code == 422
    assert "最大 20 MB" in large.content.decode()
    assert Client(enforce_csrf_checks=True).post(path, {}).status_code == 403


def test_nothing_else_is_opened(cast: Cast) -> None:
    """No session is begun, and no page of the project answers who has a code."""
    first = handed(cast, small_project(cast))
    client = Client()
    text(first, client)
    assert "sessionid" not in client.cookies
    assert client.get("/projects/S-1/papers/").status_code == 302
    assert client.get(f"/projects/S-1/papers/{first.issued.pk}.docx").status_code == 302
    assert client_of(cast.stranger).get(f"/projects/S-1/papers/{first.issued.pk}.docx").status_code == 404
