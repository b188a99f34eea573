"""What a project still lacks before it goes on to its next stage. Every room hangs its own rows (PANELS "missing")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Missing:
    """One thing that a stage asks for. PANELS "missing" holds callables (project, user) -> list of these.

    `stage` is the stage (projects.models.Project.Stage) that cannot be left without it. `key` names the row for good within
    the project ("scope", "charter"). `who` names who has it, as people read it ("项目经理 陈一"). `link` leads to the very
    form. `note` says more ("研发部、市场部还没有接口人"). `optional`: one may go on without it, with a reason.
    """

    stage: str
    key: str
    title: str
    done: bool
    who: str
    link: str
    note: str = ""
    optional: bool = False


BLANKS_NAMED = 3


def to_fill_in(blanks: Sequence[str]) -> str:
    """Say what is to be filled in (papers.blanks), of many blanks the first; "" where nothing is."""
    named = "、".join(dict.fromkeys(blanks[:BLANKS_NAMED]))
    if len(blanks) <= BLANKS_NAMED:
        return _("to be filled in: %(blanks)s") % {"blanks": named} if blanks else ""
    return _("to be filled in: %(blanks)s and others, %(count)s places in all") % {"blanks": named, "count": len(blanks)}
