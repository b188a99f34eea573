"""Papers to hand out, for the tests of this room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from support.cast import NOW, Cast
from tongzhou.documents.actions import Handing, hand_out
from tongzhou.documents.queries.handed import Handed
from tongzhou.papers import Column, Fact, Fields, Opinions, Paper, Section, Table, Text
from tongzhou.projects.models import Project

CHARTER = Paper(
    title="项目章程",
    sections=(
        Section(
            "项目目标", (Fields((Fact("项目名称", "小项目"), Fact("项目周期", "2024.03-2024.06"))), Text("首月销量5000台"))
        ),
        Section("职责", (Table((Column("部门", width=12.5), Column("职责")), (("研发部", "样机"),)),)),
        Section("签字", (Opinions(()),)),
    ),
)


def another(text: str) -> Paper:
    """The charter with another core objective."""
    return replace(CHARTER, lead=text)


def handed(cast: Cast, project: Project | None, paper: Paper | Callable[[], Paper] = CHARTER, **given: Any) -> Handed:
    """Hand out the charter of a project as docx, by its manager."""
    now: datetime = given.pop("now", NOW)
    by = given.pop("by", cast.manager)
    told = {"kind": "charter", "key": 1, "title": "小项目章程", "ending": "docx"} | given
    return hand_out(by=by, project=project, handing=Handing(paper=paper, **told), now=now)
