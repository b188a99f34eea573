"""Reads: what kinds of papers there are, and the organisation's fixed texts in them. One table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import Http404

from tongzhou.documents.models import KindSetting
from tongzhou.lib.reading import read_once

PREAMBLE, DECLARATION, CLOSING = "preamble", "declaration", "closing"
TEXTS = (PREAMBLE, DECLARATION, CLOSING)
"""The fixed texts of every kind: what stands first, over the signatures, and at the end; "" where there is none."""
USUAL = "{prefix}-{project}-{n:03}"
WORDS, SHEETS, ALL = ("docx", "pdf"), ("xlsx", "pdf"), ("docx", "xlsx", "pdf")


@dataclass(frozen=True)
class PaperKind:
    """A kind of papers. `texts`: the product's fixed texts; `amounts`: it shows amounts, which not everybody reads."""

    key: str
    title: str
    prefix: str
    endings: tuple[str, ...]
    texts: Mapping[str, str] = field(default_factory=dict)
    numbering: str = USUAL
    amounts: bool = False


_ALL = (
    PaperKind(
        "basic-information",
        "项目基本信息表",
        "JB",
        ALL,
        {CLOSING: "本表用于明确项目核心框架，作为各部门协作的基准文档。"},
    ),
    PaperKind(
        "charter",
        "项目章程",
        "ZC",
        WORDS,
        {
            PREAMBLE: "为明确项目目标、范围、时间节点、各部门职责与沟通机制，特制定本章程，作为后续协作的基准文档。",
            DECLARATION: "各参与部门负责人已阅知并同意本章程，按其中的目标、范围、职责与时间节点投入资源、履行职责。",
            CLOSING: "本章程自各参与部门负责人全部签字之日起生效；生效后确需更改的，提交任务变更申请，经会签后更改。",
        },
    ),
    PaperKind(
        "kickoff-minutes",
        "启动会纪要",
        "QD",
        WORDS,
        {
            DECLARATION: "参会人员对本纪要确认无异议，由各部门负责人签字存档。",
            CLOSING: "本纪要于会后24小时内分发至全体参会人员。",
        },
    ),
    PaperKind(
        "start-minutes",
        "任务启动纪要",
        "RW",
        WORDS,
        {DECLARATION: "各部门负责人签字确认本纪要所列的任务目标、范围边界、部门角色与时间节点。"},
    ),
    PaperKind(
        "memo",
        "跨部门协作备忘录",
        "BW",
        WORDS,
        {
            PREAMBLE: "基于启动会共识，各部门就合作目标与周期、具体职责、关键节点交付标准与资源支持需求达成如下一致。",
            DECLARATION: "各部门负责人签字确认，本备忘录作为后续协作的责任依据。",
        },
    ),
    PaperKind(
        "duty-statement",
        "职责分工说明书",
        "ZZ",
        WORDS,
        {
            PREAMBLE: "为建立责任到人的跨部门协作机制，现将本项目的组织架构与职责分工说明如下。",
            CLOSING: "每项任务只设一名直接负责人；协作负责人按所列支持内容配合，不承担首要责任。",
        },
    ),
    PaperKind(
        "commitments",
        "资源承诺表",
        "ZY",
        ALL,
        {DECLARATION: "资源提供部门负责人逐项确认所列人力、预算、工具等资源在所列期间可用。"},
        amounts=True,
    ),
    PaperKind(
        "task-list",
        "跨部门任务协作清单",
        "XZ",
        SHEETS,
        {CLOSING: "本清单经项目总负责人审批后发布。"},
    ),
    PaperKind("assignment-and-progress", "任务分配与进度跟踪表", "FP", SHEETS),
    PaperKind(
        "breakdown",
        "任务拆解与分工表",
        "CJ",
        SHEETS,
        {CLOSING: "每个子任务仅设一名直接负责人；协作负责人为支持角色，支持内容见表。"},
    ),
    PaperKind("tracking", "任务进度跟踪表", "GZ", SHEETS),
    PaperKind("weekly-report", "周进度报告", "ZB", ALL),
)
KINDS: Mapping[str, PaperKind] = {kind.key: kind for kind in _ALL}


def kind_or_404(key: str) -> PaperKind:
    """Return a kind of papers.

    :raises Http404: if there is none of this key.
    """
    kind = KINDS.get(key)
    if kind is None:
        raise Http404
    return kind


def ending_or_404(key: str, ending: str) -> PaperKind:
    """Return a kind of papers that is handed out with this ending.

    :raises Http404: if it is not.
    """
    kind = kind_or_404(key)
    if ending not in kind.endings:
        raise Http404
    return kind


def setting_of(kind: str) -> KindSetting:
    """Return what the organisation set for a kind; an unsaved row where it set nothing. One query a request."""
    rows = read_once("paper-kind-settings", lambda: {row.kind: row for row in KindSetting.objects.all()})
    return rows.get(kind) or KindSetting(kind=kind)


def wording(kind: str) -> Mapping[str, str]:
    """Return the fixed texts of a kind, each of TEXTS: the organisation's own or the product's."""
    own = setting_of(kind).texts
    return {name: str(own[name]) if name in own else KINDS[kind].texts.get(name, "") for name in TEXTS}


def numbering(kind: str) -> str:
    """Return the pattern by which papers of a kind are numbered."""
    return setting_of(kind).numbering or KINDS[kind].numbering
