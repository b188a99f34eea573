"""Handing out: one number and one code for the same content of the same thing, and every file on the register."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import replace
from datetime import timedelta
from functools import partial
from threading import Barrier, Event, Thread
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext

from documents.papers import CHARTER, another, handed
from signoffs.sheets import heads, opened, sign
from support.cast import NOW, Cast, make_cast, small_project
from support.checks import refused, said, unchanged
from support.web import client_of
from tongzhou.documents.actions import hand_out_again
from tongzhou.documents.models import IssuedFile, IssuedPaper, KindSetting
from tongzhou.documents.queries.codes import ALPHABET, LENGTH, new_code, printed, typed
from tongzhou.documents.queries.dressing import kept_of, packed
from tongzhou.documents.queries.kinds import KINDS, TEXTS, wording
from tongzhou.documents.queries.numbering import is_pattern, shape_of
from tongzhou.documents.queries.register import papers, registered
from tongzhou.documents.queries.signing import signature_rows
from tongzhou.papers import Column, Opinion, Opinions, Paper, Section, Table
from tongzhou.projects.models import Project
from tongzhou.timeline.actions import lifted


def text_of(docx: bytes) -> str:
    """Return the words of every part of a docx."""
    with ZipFile(io.BytesIO(docx)) as archive:
        parts = [archive.read(name).decode() for name in archive.namelist() if re.fullmatch(r"word/\w+\.xml", name)]
    return re.sub(r"<[^>]+>", "", "".join(parts))


def test_a_paper_gets_its_number_and_code_once(cast: Cast) -> None:
    project = small_project(cast)
    first = handed(cast, project)
    row = first.issued
    assert (row.number, row.version, row.kind, row.by_name) == ("ZC-S-1-001", 1, "charter", cast.manager.name)
    assert (row.project_number, row.project_name) == ("S-1", project.name)
    assert first.name == "小项目章程 ZC-S-1-001.docx"
    again = handed(cast, project, by=cast.head, now=NOW + timedelta(days=1))
    assert again.issued.pk == row.pk
    assert again.content == first.content
    assert IssuedPaper.objects.count() == 1
    # One file, because the same paper gives the same bytes; but both times are on the record.
    kept = IssuedFile.objects.get()
    assert (kept.digest, kept.size) == (hashlib.sha256(first.content).hexdigest(), len(first.content))
    assert said() == ("paper-handed-out", {"paper": row.pk, "ending": "docx", "digest": kept.digest}, [])


def test_the_paper_carries_number_code_and_address(cast: Cast) -> None:
    first = handed(cast, small_project(cast))
    words = text_of(first.content)
    assert first.issued.number in words
    assert printed(first.issued.code) in words


def test_another_content_another_thing_another_kind(cast: Cast) -> None:
    project, other = small_project(cast), small_project(cast, "S-2")
    rows = [
        handed(cast, project),
        handed(cast, project, another("首月销量6000台")),
        handed(cast, project, key=2),
        handed(cast, other),
        handed(cast, project, kind="memo"),
        handed(cast, None, kind="tracking", ending="xlsx"),
    ]
    told = [(row.issued.number, row.issued.version) for row in rows]
    assert told == [
        ("ZC-S-1-001", 1),
        ("ZC-S-1-002", 2),
        ("ZC-S-1-003", 1),
        ("ZC-S-2-001", 1),
        ("BW-S-1-001", 1),
        ("GZ-001", 1),
    ]
    assert len({row.issued.code for row in rows}) == len(rows)


def test_what_comes_back_is_the_newest_again(cast: Cast) -> None:
    project = small_project(cast)
    first, second = handed(cast, project).issued, handed(cast, project, another("改了")).issued
    assert (first.turn, second.turn) == (1, 2)
    back = handed(cast, project).issued
    assert (back.pk, back.turn) == (first.pk, 3)
    assert handed(cast, project).issued.turn == 3


def test_what_somebody_names_out_of_the_past_is_not_the_newest(cast: Cast) -> None:
    project = small_project(cast)
    first, second = handed(cast, project).issued, handed(cast, project, another("改了")).issued
    again = handed(cast, project, present=False).issued
    assert (again.pk, again.turn) == (first.pk, 1)
    never = handed(cast, project, another("更早的"), present=False).issued
    assert (never.version, never.turn) == (3, 0)
    states = [registered(papers().get(pk=row.pk)).state for row in (first, second, never)]
    assert states == ["superseded", "current", "superseded"]
    # Alone on the register it is not the newest either; it is when it becomes what the thing says.
    alone = handed(cast, project, key=2, present=False).issued
    assert registered(papers().get(pk=alone.pk)).state == "superseded"
    handed(cast, project, key=2)
    assert registered(papers().get(pk=alone.pk)).state == "current"


def test_a_paper_and_its_title_are_made_in_the_organisations_language(cast: Cast) -> None:
    project = small_project(cast)

    def paper() -> Paper:
        return replace(CHARTER, title=gettext("Project charter"))

    def title(made: Paper) -> str:
        return f"{made.title} {gettext('Project charter')}"

    first = handed(cast, project, paper, title=title).issued
    with translation.override("en"):
        assert handed(cast, project, paper, title=title).issued.pk == first.pk
        other = handed(cast, project, paper, title=title, key=2).issued
    assert first.title == other.title == "项目章程 项目章程"


def test_a_table_too_long_for_a_pdf_is_refused_by_either_way(cast: Cast) -> None:
    project = small_project(cast)
    table = Table((Column("序号"),), tuple((str(row),) for row in range(5001)))
    long = Paper("任务进度跟踪表", sections=(Section("", (table,)),))
    told = {"kind": "tracking", "key": 1, "title": "表"}
    with unchanged(), refused("too-many-rows"):
        handed(cast, project, long, ending="pdf", **told)
    issued = handed(cast, project, long, ending="xlsx", **told).issued
    client = client_of(cast.manager)
    with unchanged():
        answer = client.get(f"/projects/S-1/papers/{issued.pk}.pdf")
    assert (answer.status_code, "PDF 最多 5000 行" in answer.content.decode()) == (422, True)


def test_endings_are_those_of_the_kind(cast: Cast) -> None:
    project = small_project(cast)
    with unchanged():
        for kind, ending in (("charter", "xlsx"), ("charter", "html"), ("charter", "exe"), ("nothing", "pdf")):
            with pytest.raises(Http404):
                handed(cast, project, kind=kind, ending=ending)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.key)
def test_every_kind_in_every_ending(cast: Cast, kind: Any) -> None:
    project = small_project(cast)
    made = [handed(cast, project, kind=kind.key, ending=ending) for ending in kind.endings]
    assert len({one.issued.pk for one in made}) == 1
    starts = {"docx": b"PK", "xlsx": b"PK", "pdf": b"%PDF"}
    for one, ending in zip(made, kind.endings, strict=True):
        assert one.content.startswith(starts[ending])


def test_the_signatures_come_from_the_sheet(cast: Cast) -> None:
    project = small_project(cast)
    unsigned = handed(cast, project)
    sheet = opened(cast, project)
    sign(cast.head, sheet, heads(cast)[0], "condition", "需增加两名操作工")
    rows = signature_rows(sheet).rows
    assert [(row.department, row.name) for row in rows] == [
        ("研发部", "李四"),
        ("市场部", "吴八"),
        ("项目总负责人", "褚十六"),
    ]
    assert (rows[0].opinion, rows[0].signed, rows[0].dated) == ("有条件同意：需增加两名操作工", "李四", "2024年3月1日")
    assert (rows[1].opinion, rows[1].signed, rows[1].dated) == ("", "", "")
    signed = handed(cast, project, sheet=sheet)
    # The same paper as the one that was taken along unsigned: its number stays, its file is another one.
    assert (signed.issued.pk, signed.issued.sheet) == (unsigned.issued.pk, sheet)
    assert signed.content != unsigned.content
    assert "需增加两名操作工" in text_of(signed.content)
    assert IssuedFile.objects.filter(paper=signed.issued).count() == 2
    assert handed(cast, project).issued.pk == signed.issued.pk


def test_a_next_sheet_is_a_next_paper_and_the_old_one_stays(cast: Cast) -> None:
    project = small_project(cast)
    one = opened(cast, project)
    first = handed(cast, project, sheet=one).issued
    two = opened(cast, project, shared={"items": [], "budget": "1.00"})
    second = handed(cast, project, sheet=two).issued
    assert (second.version, second.turn) == (2, 2)
    again = handed(cast, project, sheet=one).issued
    assert (again.pk, again.turn) == (first.pk, 1)


def test_a_paper_is_handed_out_again_as_it_was(cast: Cast) -> None:
    project = small_project(cast)
    first = handed(cast, project)
    handed(cast, project, another("改了"))
    row = IssuedPaper.objects.get(pk=first.issued.pk)
    again = hand_out_again(by=cast.head, issued=row, ending="docx", now=NOW)
    assert (again.content, again.name) == (first.content, first.name)
    with pytest.raises(Http404):
        hand_out_again(by=cast.head, issued=row, ending="xlsx", now=NOW)


def test_what_was_left_to_be_signed_by_hand_is_so_again(cast: Cast) -> None:
    project = small_project(cast)
    blank = replace(CHARTER, sections=(Section("签字", (Opinions((Opinion("研发部", "李四"),)),)),))
    first = handed(cast, project, blank)
    again = hand_out_again(by=cast.head, issued=first.issued, ending="docx", now=NOW)
    assert again.content == first.content and "李四" in text_of(again.content)
    # Who signs is not what the paper says: with another head it keeps its number.
    other = replace(CHARTER, sections=(Section("签字", (Opinions((Opinion("研发部", "王五"),)),)),))
    assert handed(cast, project, other).issued.pk == first.issued.pk


def test_files_on_the_register_are_never_changed(cast: Cast) -> None:
    handed(cast, small_project(cast))
    for write in (lambda: IssuedFile.objects.update(digest="0" * 64), lambda: IssuedFile.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


def test_what_the_register_says_is_never_changed(cast: Cast) -> None:
    row = handed(cast, small_project(cast)).issued
    connection.check_constraints()
    kept = IssuedPaper.objects.get(pk=row.pk)
    rows = IssuedPaper.objects.filter(pk=row.pk)
    wrong = {"content": b"x", "digest": "0" * 64, "code": new_code(), "number": "ZC-9", "thing": "0:charter:9", "title": "乙"}
    writes = [partial(rows.update, **{name: value}) for name, value in wrong.items()]
    for write in (*writes, partial(rows._raw_delete, "default"), kept.save):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            write()
    # What may: the sheet that it got, and that it is the newest again.
    assert rows.update(turn=5) == 1


def test_a_paper_that_was_changed_on_the_register_is_not_handed_out(cast: Cast) -> None:
    project = small_project(cast)
    issued = handed(cast, project, replace(CHARTER, lead="120 万元")).issued
    connection.check_constraints()
    other = packed(kept_of(replace(CHARTER, lead="920 万元")))
    client = client_of(cast.manager)
    for content in (other, b"", b"x", packed(b"[]"), packed(b"5"), packed(b"{}"), packed(b"\xff")):
        with lifted(connection):
            IssuedPaper.objects.filter(pk=issued.pk).update(content=content)
        with unchanged():
            answer = client.get(f"/projects/S-1/papers/{issued.pk}.docx")
        assert (answer.status_code, "文件登记中的内容被改动过" in answer.content.decode()) == (422, True)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_row() -> None:
    cast = make_cast()
    project, barrier = small_project(cast), Barrier(4)
    made: list[int] = []

    def take(paper: Any, key: int) -> None:
        mine = Project.objects.get(pk=project.pk)
        barrier.wait()
        try:
            made.append(handed(cast, mine, paper, key=key).issued.pk)
        finally:
            connection.close()

    asked = [(CHARTER, 1), (CHARTER, 1), (another("改了"), 1), (CHARTER, 2)]
    threads = [Thread(target=take, args=one) for one in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = IssuedPaper.objects.order_by("serial")
    assert (len(made), len(set(made))) == (4, 3)
    assert [row.number for row in rows] == [f"ZC-S-1-00{count}" for count in (1, 2, 3)]
    assert sorted((row.key, row.version) for row in rows) == [(1, 1), (1, 2), (2, 1)]


@pytest.mark.django_db(transaction=True)
def test_who_looks_before_another_keeps_it_still_finds_it() -> None:
    """The same paper is kept by another just after it was looked for the first time: it has one number all the same."""
    cast = make_cast()
    project, looked, kept = small_project(cast), Event(), Event()
    made: list[int] = []

    def pausing(execute: Any, sql: str, *rest: Any) -> Any:
        answer = execute(sql, *rest)
        if sql.startswith("SELECT") and "documents_issuedpaper" in sql and not looked.is_set():
            looked.set()
            # Where one transaction writes at a time (SQLite) the other one waits for this one.
            kept.wait(1)
        return answer

    def slow() -> None:
        try:
            with connection.execute_wrapper(pausing):
                made.append(handed(cast, project).issued.pk)
        finally:
            connection.close()

    def fast() -> None:
        try:
            assert looked.wait(20)
            made.append(handed(cast, Project.objects.get(pk=project.pk)).issued.pk)
        finally:
            kept.set()
            connection.close()

    threads = [Thread(target=slow), Thread(target=fast)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (len(made), len(set(made)), IssuedPaper.objects.count()) == (2, 1, 1)


def test_codes_are_hard_to_mistake_and_easy_to_type() -> None:
    assert len(ALPHABET) ** LENGTH > 2**80
    assert set("0O1IL2Z5S8BU") & set(ALPHABET) == set()
    code = new_code()
    wide = "".join(chr(ord(one) + 0xFEE0) for one in printed(code).lower())
    for text in (code, printed(code), printed(code).lower(), printed(code).replace("-", " "), wide, f" {wide}\n", f"{code}——"):
        assert typed(text) == code
    for text in ("", "x" * 5000, code[:-1], f"{code}4", code[:-1] + "0", "\x00", "新"):
        assert typed(text) == ""


@pytest.mark.parametrize(
    "pattern", ["", "ZC", "{n}{n}", "{n}-{who}", "{n:3", "n}", "{n!r}", "{n:03}\x00", "x" * 61 + "{n}", "{n}\u202e"]
)
def test_what_is_no_pattern(pattern: str) -> None:
    assert not is_pattern(pattern)


def test_numbers_follow_the_companys_pattern(cast: Cast) -> None:
    project = small_project(cast)
    KindSetting.objects.create(kind="charter", numbering="同舟〔{year}〕{month}号之{n}", texts={"closing": "完"})
    assert [handed(cast, project, key=key).issued.number for key in (1, 2)] == ["同舟〔2024〕03号之1", "同舟〔2024〕03号之2"]
    assert (wording("charter")["closing"], wording("charter")["preamble"]) == ("完", KINDS["charter"].texts["preamble"])
    assert {kind: set(wording(kind)) for kind in KINDS} == {kind: set(TEXTS) for kind in KINDS}
    # Two patterns that give the same number: the second counts on.
    KindSetting.objects.update(numbering="同舟〔2024〕{month}号之{n}")
    assert handed(cast, project, key=3).issued.number == "同舟〔2024〕03号之3"
    assert shape_of("{n:3}/{project}", prefix="", project="", day=NOW.date()).number(7) == "007"
