"""Reads: how papers would look with some settings: a sample of each kind, that stands on no register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.documents.models import KindSetting, Letterhead
from tongzhou.documents.queries.codes import GROUP, LENGTH
from tongzhou.documents.queries.dressing import head_of
from tongzhou.documents.queries.kinds import CLOSING, DECLARATION, KINDS, PREAMBLE, PaperKind, numbering, setting_of
from tongzhou.documents.queries.numbering import is_pattern, shape_of
from tongzhou.papers import Column, Fact, Fields, Opinion, Opinions, Paper, Section, Stamp, Table, Text

PROJECT, NAME = "XMB-2026-001", "新产品上市项目"


@dataclass(frozen=True)
class KindRow:
    """A kind as the list of settings shows it: the number that its next paper may have, and how many texts are one's own."""

    kind: PaperKind
    example: str
    own: int


def kind_rows(today: date) -> list[KindRow]:
    """Return every kind. One query."""
    return [KindRow(kind, example(kind.key, numbering(kind.key), today), _own(setting_of(kind.key))) for kind in KINDS.values()]


def _own(row: KindSetting) -> int:
    return len(row.texts) + bool(row.numbering)


def example(kind: str, pattern: str, today: date) -> str:
    """Return the first number by a pattern; "" for what is no pattern."""
    if not is_pattern(pattern):
        return ""
    return shape_of(pattern, prefix=KINDS[kind].prefix, project=PROJECT, day=today).number(1)


def sample(kind: str, texts: Mapping[str, str], number: str, head: Letterhead) -> Paper:
    """Return a sample paper of a kind with these texts; its code is on no register."""
    code = "-".join(["X" * GROUP] * (LENGTH // GROUP))
    stamp = Stamp(number=number, code=code, words=_("A sample: this paper is on no register."))
    facts = Fields(
        (Fact("项目名称", NAME), Fact("项目编号", PROJECT), Fact("项目周期", "2026.03-2026.06"), Fact("项目负责人", "陈一")), 2
    )
    duties = Table((Column("部门"), Column("职责")), (("研发部", "负责样机设计与测试"), ("市场部", "负责推广方案与渠道预热")))
    opening = (Text(texts[PREAMBLE]),) if texts[PREAMBLE] else ()
    sections = [Section("一、基本信息", (*opening, facts)), Section("二、参与部门及职责", (duties,))]
    if texts[DECLARATION]:
        rows = (Opinion("研发部", "李四"), Opinion("市场部", "吴八"))
        sections.append(Section("三、签字", (Text(texts[DECLARATION]), Opinions(rows))))
    if texts[CLOSING]:
        sections[-1] = replace(sections[-1], blocks=(*sections[-1].blocks, Text(texts[CLOSING])))
    paper = Paper(title=KINDS[kind].title, subtitle=NAME, sections=tuple(sections))
    return replace(paper, letterhead=head_of(head), stamp=stamp)


def settings_card(request: HttpRequest, subject: None) -> dict[str, str]:
    """Lead the administrator to the settings of papers. No query."""
    note = _("Company name, logo, numbering, fixed texts")
    return {"href": reverse("paper_settings"), "icon": "file-text", "word": _("Papers"), "note": note}
