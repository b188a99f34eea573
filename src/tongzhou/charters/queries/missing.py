"""Reads: what a charter does not say yet, and the very form where it is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.charters.models import CharterPart, CharterVersion, DutyStatement
from tongzhou.charters.queries.blanks import blanks_of
from tongzhou.charters.queries.cut import labels
from tongzhou.charters.queries.memo_standing import MEMO
from tongzhou.lib.missing import Missing, to_fill_in
from tongzhou.papers.blanks import MARK, blanks_in
from tongzhou.people.models import User
from tongzhou.projects.access import asked_of, rules_of
from tongzhou.projects.models import Project, ProjectRole
from tongzhou.projects.queries import team_of
from tongzhou.signoffs.models import Ending, Sheet

WISHED = (CharterPart.Kind.SUCCESS, CharterPart.Kind.RISKS)
"""The charter's own texts whose absence is named; the others are there for who wants them."""
FORMS = {
    "period": ("project_start", "#basics"),
    "background": ("project_start", "#basics"),
    "objectives": ("objectives", ""),
    "scope": ("project_scope", ""),
    "departments": ("project_start", "#departments"),
    "milestones": ("plan", ""),
    "deliverables": ("deliverables", ""),
    "commitments": ("commitments", ""),
    "roles": ("project_start", "#people"),
    "communication": ("communication", ""),
}
"""Where each part that is live data is changed: the name of the address, and the place on its page."""
OTHERWISE = {"objective": "background", "contact": "background", "tasks": "milestones", "supports": "milestones"}
"""Parts that are changed at the same place as another."""


@dataclass(frozen=True)
class Lack:
    """What is not said yet. Without what is `needed` nobody is asked to sign."""

    key: str
    title: str
    link: str
    needed: bool = True


def lacking(project: Project, cut: Mapping[str, Any]) -> list[Lack]:
    """Return what the charter lacks, in the order in which it says it. Two queries, which the cut asks, too."""
    return [*_unsaid(project, cut), *unfilled(project, cut), *unheld(project)]


def unfilled(project: Project, *cuts: Mapping[str, Any]) -> list[Lack]:
    """Name the parts that still have to be filled in, with the first few places, and where that is done."""
    found: dict[str, list[str]] = {}
    for cut in cuts:
        for part, blanks in blanks_of(cut).items():
            found.setdefault(part, []).extend(blanks)
    words = labels() | {"tasks": _("Task list"), "supports": _("Tasks supported")}
    return [
        Lack(f"blank-{part}", f"{words[part]}：{to_fill_in(blanks)}", form_of(project, part)) for part, blanks in found.items()
    ]


def form_of(project: Project, part: str) -> str:
    """Return where a part is changed: live data where it lives, the charter's own texts on its page."""
    if part in CharterPart.Kind.values:
        return f"{reverse('charter', args=[project.number])}?part={part}#{part}"
    name, place = FORMS[OTHERWISE.get(part, part)]
    return f"{reverse(name, args=[project.number])}{place}"


def _unsaid(project: Project, cut: Mapping[str, Any]) -> list[Lack]:
    start, basics = reverse("project_start", args=[project.number]), cut["basics"]
    aims, scope, talk = (reverse(name, args=[project.number]) for name in ("objectives", "project_scope", "communication"))
    mute = [part["name"] for part in cut["departments"] if not part["duty"].strip()]
    duties = _("Duties of %(departments)s") % {"departments": "、".join(mute)}
    known = [
        (
            bool(basics["objective"].strip() or cut["objectives"]),
            Lack("objectives", _("Objectives"), aims),
        ),
        (bool(basics["start"] and basics["finish"]), Lack("period", _("Period"), f"{start}#basics")),
        (any(not row["excluded"] for row in cut["scope"]), Lack("scope", _("What is included"), scope)),
        (any(row["excluded"] for row in cut["scope"]), Lack("scope-out", _("What is not included"), scope, False)),
        (not mute, Lack("departments", duties, f"{start}#departments")),
        (bool(cut["milestones"]), Lack("milestones", _("Milestones"), reverse("plan", args=[project.number]))),
        (
            bool(cut["communication"]),
            Lack("communication", _("Communication plan"), talk),
        ),
        (bool(basics["background"].strip()), Lack("background", _("Background of the project"), f"{start}#basics", False)),
    ]
    here = reverse("charter", args=[project.number])
    own = [
        (bool(cut["texts"][kind].strip()), Lack(kind, str(kind.label), f"{here}?part={kind}#{kind}", needed=False))
        for kind in WISHED
    ]
    return [lack for said, lack in (*known, *own) if not said]


def unheld(project: Project) -> list[Lack]:
    """Name the seats that sign and that nobody can sign for."""
    team, start = team_of(project), reverse("project_start", args=[project.number])
    empty = [part.department for part in team.participations if part.head is None or not part.head.is_active]
    words = _("Nobody heads %(department)s")
    found = [Lack(f"head-{name}", words % {"department": name}, f"{start}#departments") for name in empty]
    if rules_of(project).lead_signs and not any(role.kind == ProjectRole.Kind.GENERAL_LEAD for role in team.roles):
        found.append(Lack("general-lead", _("Nobody is general lead"), f"{start}#people"))
    if not team.participations:
        found.append(Lack("seats", _("Departments taking part"), f"{start}#departments"))
    return found


def missing_papers(project: Project, user: User) -> list[Missing]:
    """Return what the project lacks of its charter before it is planned, of memo and duty statement before the work begins.

    One query beside the team's, for all.
    """
    asked = asked_of(project)
    if not asked & {"charter", MEMO}:
        return []
    manager = team_of(project).manager
    who = _("Manager %(name)s") % {"name": manager} if manager else _("nobody yet")
    newest = CharterVersion.objects.filter(charter__project=OuterRef("pk")).order_by("-pk")
    texts = CharterPart.objects.filter(charter__project=OuterRef("pk")).exclude(text="")
    marked = texts.filter(text__contains=MARK).values("text")
    memos = Sheet.objects.filter(project=OuterRef("pk"), kind=MEMO, key=OuterRef("pk")).order_by("-version")
    version, since, ended, number, memo_ended, signed, published, *own = Project.objects.values_list(
        *(Subquery(newest.values(name)[:1]) for name in ("sheet__version", "in_force_at", "sheet__ending__kind")),
        *(Subquery(memos.values(name)[:1]) for name in ("version", "ending__kind")),
        Exists(memos.order_by().filter(ending__kind=Ending.Kind.FINAL)),
        Exists(DutyStatement.objects.filter(project=OuterRef("pk"))),
        *(Exists(texts.filter(kind=kind)) for kind in WISHED),
        *(Subquery(marked.filter(kind=kind)[:1]) for kind in CharterPart.Kind),
    ).get(pk=project.pk)
    rows = []
    if "charter" in asked:
        note = "" if since else _being_signed(version, ended)
        unwritten = [kind for kind, there in zip(WISHED, own, strict=False) if not there]
        blanks = {str(kind): blanks_in(text) for kind, text in zip(CharterPart.Kind, own[len(WISHED) :], strict=True) if text}
        rows += [_texts(project, who, unwritten, blanks), _charter(project, who, since is not None, note)]
    if MEMO in asked:
        rows.append(_memo(project, who, signed, "" if signed else _being_signed(number, memo_ended)))
    if "duty-statement" in asked:
        here, title = reverse("duty_statement", args=[project.number]), _("Duty statement published")
        rows.append(Missing(Project.Stage.PLANNING, "duty-statement", title, published, who, here, optional=True))
    return rows


def _being_signed(version: int | None, ended: str | None) -> str:
    return _("version %(version)s is being signed") % {"version": version} if version and not ended else ""


def _texts(project: Project, who: str, unwritten: Sequence[str], blanks: Mapping[str, list[str]]) -> Missing:
    """What was not written one may go on without; what a template left to be filled in is filled in, or taken out."""
    open_ = [*(kind for kind in blanks if blanks[kind]), *unwritten]
    link = form_of(project, open_[0]) if open_ else reverse("charter", args=[project.number])
    words = [f"{CharterPart.Kind(kind).label}：{to_fill_in(found)}" for kind, found in blanks.items() if found]
    words += ["、".join(str(CharterPart.Kind(kind).label) for kind in unwritten)] if unwritten else []
    title, stage = _("Texts of the charter"), Project.Stage.INITIATING
    needed = any(blanks.values())
    return Missing(stage, "charter-texts", title, not open_, who, link, "；".join(words), optional=not needed)


def _charter(project: Project, who: str, done: bool, note: str) -> Missing:
    here = reverse("charter", args=[project.number])
    return Missing(Project.Stage.INITIATING, "charter", _("Charter signed by every department"), done, who, here, note)


def _memo(project: Project, who: str, done: bool, note: str) -> Missing:
    here, title = reverse("memo", args=[project.number]), _("Collaboration memo signed by every department")
    return Missing(Project.Stage.PLANNING, "memo", title, done, who, here, note, optional=True)
