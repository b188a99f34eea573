"""A paper that was handed out, and how the addresses of papers are used as they are meant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from support.cast import NOW
from tongzhou.documents.actions import Handing, hand_out
from tongzhou.documents.queries.codes import printed
from tongzhou.lib.access import ADMINISTRATOR
from tongzhou.papers import Paper, Section, Text
from tongzhou.people.models import User
from tongzhou.projects.models import Project

TEXTS = {"numbering": "{project}-{n}", "closing": "完"}
PAPER_ATTEMPTS: tuple[tuple[Any, ...], ...] = (
    ("paper_settings", ADMINISTRATOR),
    ("paper_settings", ADMINISTRATOR, "post", {"organisation": "同舟", "header": "内部"}),
    ("paper_kind", ADMINISTRATOR),
    ("paper_kind", ADMINISTRATOR, "post", TEXTS),
    ("paper_preview", ADMINISTRATOR, "post", TEXTS),
    ("paper_sample", ADMINISTRATOR),
)


def papered(by: User, project: Project, now: datetime = NOW) -> dict[str, Any]:
    """Return what names a paper of the project that was handed out, and its kind."""
    paper = Paper("任务进度跟踪表", sections=(Section("", (Text(project.number),)),))
    handing = Handing("tracking", 1, "任务进度跟踪表", paper, "xlsx")
    issued = hand_out(by=by, project=project, handing=handing, now=now).issued
    return {"paper_id": issued.pk, "code": printed(issued.code), "paper_kind": "tracking", "ending": "xlsx"}
