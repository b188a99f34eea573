"""项目章程 as a paper: the draft as it stands, or a version as it was frozen, with room to sign."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from tongzhou.charters.models import CharterPart
from tongzhou.charters.queries.cut import headings
from tongzhou.documents.queries.kinds import CLOSING, DECLARATION, PREAMBLE, TEXTS, wording
from tongzhou.lib.naming import paper_name
from tongzhou.papers import Column, Fact, Fields, Opinion, Opinions, Paper, Section, Table, Text
from tongzhou.papers.wording import chinese_date, written_day

KIND = "charter"
Cut = Mapping[str, Any]


def charter_paper(cut: Cut, *, version: int = 0, dated: date | None = None) -> Paper:
    """Describe a charter. Without a `version` it is a draft: it says so, and has empty places to sign by hand."""
    # A paper speaks the organisation's language, whoever takes it along.
    with translation.override(settings.LANGUAGE_CODE):
        return _paper(cut, version, dated)


def _paper(cut: Cut, version: int, dated: date | None) -> Paper:
    texts, heads = wording_of(KIND, cut, version), headings()
    preamble = (Text(texts[PREAMBLE]),) if texts[PREAMBLE] else ()
    sections = [Section("", (*preamble, _facts(cut)))]
    sections += [Section(heading, tuple(_blocks(part, cut))) for part, heading in heads.items()]
    declaration = (Text(texts[DECLARATION]),) if texts[DECLARATION] else ()
    places = Opinions(tuple(Opinion(row["name"], row["head"]) for row in cut["departments"]))
    closing = (Text(texts[CLOSING]),) if texts[CLOSING] else ()
    sections.append(Section(_("Signatures of the departments"), (*declaration, places, *closing)))
    return Paper(
        title=paper_name(cut["basics"]["name"], _("Project charter")),
        subtitle=_("Version %(version)s") % {"version": version} if version else _("Draft, not signed"),
        sections=tuple(sections),
        dated=dated,
    )


def wording_of(kind: str, cut: Cut, version: int) -> Mapping[str, str]:
    """Return the fixed texts of a paper: of a version those that were signed with it, if they were; of a draft today's."""
    return dict.fromkeys(TEXTS, "") | cut.get("wording", {}) if version else wording(kind)


def _facts(cut: Cut) -> Fields:
    basics = cut["basics"]
    return Fields(
        (
            Fact(_("Project name"), basics["name"]),
            Fact(_("Project number"), basics["number"]),
            Fact(_("Project period"), period(basics["start"], basics["finish"])),
            Fact(_("Lead department"), basics["lead"]),
            Fact(_("Project manager"), basics["manager"]),
            Fact(_("General lead"), basics["general_lead"]),
            Fact(_("Contact"), basics["contact"]),
            Fact(_("Kind"), basics["kind"]),
        ),
        columns=2,
    )


def _blocks(part: str, cut: Cut) -> Iterable[Any]:
    texts = cut["texts"]
    if part == "background":
        yield Text(cut["basics"]["background"] or NOTHING)
    elif part == "objectives":
        yield Fields((Fact(_("Core objective"), cut["basics"]["objective"]),))
        if cut["objectives"]:
            yield _objectives(cut["objectives"])
        yield Fields((Fact(str(CharterPart.Kind.SUCCESS.label), texts[CharterPart.Kind.SUCCESS]),))
    elif part in TABLES:
        yield TABLES[part](cut[part])
        if part == "milestones" and cut.get("plan", {}).get("tasks"):
            yield Text(_plan(cut["plan"]))
        if part == "roles" and texts[CharterPart.Kind.AUTHORITY]:
            yield Fields((Fact(str(CharterPart.Kind.AUTHORITY.label), texts[CharterPart.Kind.AUTHORITY]),))
    else:
        yield Text(texts[part] or NOTHING)


NOTHING = "—"


def _objectives(rows: Iterable[Cut]) -> Table:
    heads = _columns(_("Objective"), _("Metric"), _("Target"), _("Due"), _("Owner"))
    return Table(heads, tuple((_kpi(row), row["metric"], row["target"], written_day(row["due"]), row["owner"]) for row in rows))


def _kpi(row: Cut) -> str:
    return f"{row['name']}（KPI）" if row["kpi"] else str(row["name"])


def _scope(rows: Iterable[Cut]) -> Table:
    heads = _columns(_("Scope"), _("Content"), _("Who does it"))
    found = tuple((row["kind"], row["name"], row["department"]) for row in rows)
    return Table(heads, found, empty=_("Nothing is said yet."))


def _departments(rows: Iterable[Cut]) -> Table:
    heads = _columns(
        _("Department"), _("Takes part as"), _("Head"), _("Liaison"), _("Duty"), _("Deliverables"), _("Decides alone")
    )
    names = ("name", "kind", "head", "liaison", "duty", "deliverables", "alone")
    return Table(heads, tuple(tuple(row[name] for name in names) for row in rows), empty=_("Nothing is said yet."))


def _milestones(rows: Iterable[Cut]) -> Table:
    heads = _columns(_("Milestone"), _("Due"), _("Department"), _("Owner"), _("Delivery standard"))
    found = tuple((row["name"], written_day(row["due"]), row["department"], row["owner"], row["standard"]) for row in rows)
    return Table(heads, found, empty=_("Nothing is said yet."))


def _deliverables(rows: Iterable[Cut]) -> Table:
    heads = _columns(_("Deliverable"), _("Quantity"), _("Department"), _("Due"), _("Delivery standard"))
    found = tuple((row["name"], row["amount"], row["department"], written_day(row["due"]), row["standard"]) for row in rows)
    return Table(heads, found, empty=_("As the departments' duties say."))


def _commitments(rows: Iterable[Cut]) -> Table:
    heads = _columns(_("Department"), _("Kind"), _("Content"), _("Asked for"), _("Promised"), _("Period"), _("Answer given"))
    found = tuple(
        (
            *(row[name] for name in ("department", "kind", "name", "asked", "promised")),
            period(row["start"], row["finish"]),
            row["answer"],
        )
        for row in rows
    )
    return Table(heads, found, empty=_("Nothing is said yet."))


def _roles(rows: Iterable[Cut]) -> Table:
    heads = _columns(_("Role"), _("Name"), _("Department"))
    return Table(heads, tuple((row["name"], row["person"], row["department"]) for row in rows), empty=_("Nothing is said yet."))


def _communication(rows: Iterable[Cut]) -> Table:
    heads = _columns(_("Mechanism"), _("Frequency"), _("Participants"), _("Form"), _("Channel"))
    return Table(heads, tuple(_rule(row) for row in rows), empty=_("Nothing is said yet."))


def _rule(row: Cut) -> tuple[str, ...]:
    silence = _("Silence counts as confirmed") if row["silence"] else ""
    form = "；".join(text for text in (row["form"], silence) if text)
    channel = " ".join(text for text in (row["channel"], row["link"]) if text)
    return row["name"], row["often"], row["who"], form, channel


TABLES = {
    "scope": _scope,
    "departments": _departments,
    "milestones": _milestones,
    "deliverables": _deliverables,
    "commitments": _commitments,
    "roles": _roles,
    "communication": _communication,
}


def _columns(*labels: str) -> tuple[Column, ...]:
    return tuple(Column(label) for label in labels)


def _plan(plan: Cut) -> str:
    known = {"tasks": plan["tasks"], "period": period(plan["start"], plan["finish"]), "digest": plan["sha256"]}
    return _("Baseline: %(tasks)s tasks, %(period)s\nSHA-256: %(digest)s") % known


def period(start: str, finish: str) -> str:
    """Return two ISO days as a paper says them: 2024年3月4日 至 2024年6月28日; what is not known is left out."""
    days = [chinese_date(date.fromisoformat(text)) if text else "" for text in (start, finish)]
    if not any(days):
        return ""
    return _("%(first)s to %(last)s") % {"first": days[0] or "?", "last": days[1] or "?"} if all(days) else "".join(days)
