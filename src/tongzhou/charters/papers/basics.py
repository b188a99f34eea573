"""项目基本信息表: the core of a project on one page, for every weight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from tongzhou.charters.papers.charter import period
from tongzhou.documents.queries.kinds import CLOSING, PREAMBLE, wording
from tongzhou.papers import Fact, Fields, Paper, Section, Text
from tongzhou.papers.paper import Block
from tongzhou.papers.wording import chinese_date

KIND = "basic-information"
Cut = Mapping[str, Any]


def basic_information(cut: Cut, *, dated: date | None = None) -> Paper:
    """Describe the basic information of a project: the labels of the form in its order."""
    # A paper speaks the organisation's language, whoever takes it along.
    with translation.override(settings.LANGUAGE_CODE):
        return _paper(cut, dated)


def _paper(cut: Cut, dated: date | None) -> Paper:
    basics, texts = cut["basics"], wording(KIND)
    head = (
        Fact("项目名称", basics["name"]),
        Fact("项目编号", basics["number"]),
        Fact("项目周期", period(basics["start"], basics["finish"])),
        Fact("项目负责人", basics["manager"]),
        Fact("联系方式", basics["contact"]),
    )
    rest = (
        Fact("项目核心目标", _lines([basics["objective"], *map(_objective, cut["objectives"])])),
        Fact("参与部门及职责", _lines(map(_duty, cut["departments"]))),
        Fact("关键里程碑", _lines(map(_milestone, cut["milestones"]))),
        Fact("交付物清单", _lines(_deliverables(cut))),
    )
    blocks: tuple[Block, ...] = (*_said(texts[PREAMBLE]), Fields((*head, *rest)), *_said(texts[CLOSING]))
    return Paper(title=_("Basic information of the project"), sections=(Section("", blocks),), dated=dated)


def _said(text: str) -> tuple[Text, ...]:
    return (Text(text),) if text else ()


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(text for text in texts if text)


def _objective(row: Cut) -> str:
    target = "：".join(text for text in (row["metric"], row["target"]) if text)
    return f"{row['name']}（{target}）" if target else str(row["name"])


def _duty(row: Cut) -> str:
    return f"{row['name']}：{row['duty']}" if row["duty"] else str(row["name"])


def _milestone(row: Cut) -> str:
    day = chinese_date(date.fromisoformat(row["due"])) if row["due"] else ""
    return f"{row['name']}：{day}" if day else str(row["name"])


def _deliverables(cut: Cut) -> Iterable[str]:
    """By department: the rows, and what a participation says in words."""
    by_department: dict[str, list[str]] = {}
    for row in cut["deliverables"]:
        by_department.setdefault(row["department"], []).append(f"{row['name']}{row['amount']}")
    for part in cut["departments"]:
        if part["deliverables"] and part["name"] not in by_department:
            by_department[part["name"]] = [part["deliverables"]]
    return (f"{name}：{'、'.join(texts)}" if name else "、".join(texts) for name, texts in by_department.items())
