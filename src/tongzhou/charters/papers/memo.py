"""跨部门协作备忘录 as a paper, whole or of one department: the draft as the plan makes it, or a version as it was frozen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from tongzhou.charters.papers.charter import NOTHING, period, wording_of
from tongzhou.charters.queries.memo_cut import departments_in, memo_headings
from tongzhou.documents.queries.kinds import CLOSING, DECLARATION, PREAMBLE
from tongzhou.lib.naming import paper_name
from tongzhou.papers import Column, Fact, Fields, Opinion, Opinions, Paper, Section, Table, Text
from tongzhou.papers.wording import written_day

KIND = "memo"
DAYS = ("due", "finish")
Cut = Mapping[str, Any]


def memo_paper(shared: Cut, parts: Mapping[str, Any], heads: Mapping[str, str], *, seat: str = "", version: int = 0) -> Paper:
    """Describe a memo, or of it the part of one `seat` beside what all share.

    :param heads: who signs, by seat: the rows that a draft leaves to be signed by hand.
    :param version: 0 for a draft: it says so.
    """
    # A paper speaks the organisation's language, whoever takes it along.
    with translation.override(settings.LANGUAGE_CODE):
        return _paper(shared, parts, heads, seat, version)


def _paper(shared: Cut, parts: Mapping[str, Any], heads: Mapping[str, str], seat: str, version: int) -> Paper:
    texts, titles = wording_of(KIND, shared, version), memo_headings()
    chosen = [part for key, part in departments_in(parts) if not seat or key == seat]
    preamble = (Text(texts[PREAMBLE]),) if texts[PREAMBLE] else ()
    declaration = (Text(texts[DECLARATION]),) if texts[DECLARATION] else ()
    closing = (Text(texts[CLOSING]),) if texts[CLOSING] else ()
    places = Opinions(tuple(Opinion(part["name"], heads.get(key, "")) for key, part in departments_in(parts)))
    title = paper_name(shared["basics"]["name"], _("Cross-department collaboration memo"))
    return Paper(
        title=f"{title}（{chosen[0]['name']}）" if seat else title,
        subtitle=_("Version %(version)s") % {"version": version} if version else _("Draft, not signed"),
        sections=(
            Section("", preamble),
            Section(titles["goal"], tuple(_goal(shared))),
            Section(titles["duties"], tuple(block for part in chosen for block in _duties(part))),
            Section(titles["standards"], (_standards(shared["milestones"], chosen),)),
            Section(titles["resources"], (_resources(chosen),)),
            Section(_("Signatures of the departments"), (*declaration, places, *closing)),
        ),
    )


def _goal(shared: Cut) -> Iterable[Any]:
    basics = shared["basics"]
    yield Fields(
        (
            Fact(_("Goal of the collaboration"), basics["objective"] or NOTHING),
            Fact(_("Period of the collaboration"), period(basics["start"], basics["finish"]) or NOTHING),
        )
    )
    if shared["objectives"]:
        heads = _columns(_("Objective"), _("Metric"), _("Target"), _("Due"))
        yield Table(heads, tuple(_of(row, "name", "metric", "target", "due") for row in shared["objectives"]))


def _duties(part: Cut) -> Iterable[Any]:
    yield Text(f"{part['name']}（{part['kind']}）：{part['duty'] or NOTHING}")
    heads = _columns(_("Task"), _("Period"), _("Owner"), _("Handed to"), _("Key output"), _("Delivery standard"))
    last = ("owner", "handed", "output", "standard")
    rows = tuple((row["name"], _days(row), *_of(row, *last)) for row in part["tasks"])
    supports = part.get("supports", [])
    if rows or not supports:
        yield Table(heads, rows, empty=_("No task in the plan yet."))
    if supports:
        heads = _columns(_("Task supported"), _("Finish"), _("Department"), _("Owner"), _("Support given"), _("Supporters"))
        rows = tuple(_of(row, "name", "finish", "department", "owner", "content", "helpers") for row in supports)
        yield Table(heads, rows)


def _days(row: Cut) -> str:
    """From when to when, in a column that is as narrow as one day."""
    first, last = written_day(row["start"]), written_day(row["finish"])
    return f"{first}\n{_('to')} {last}" if first and last else first or last


def _standards(milestones: Iterable[Cut], parts: Iterable[Cut]) -> Table:
    heads = _columns(_("Key node"), _("Department"), _("Owner"), _("Due"), _("Delivery standard"))
    rows = [_of(row, "name", "department", "owner", "due", "standard") for row in milestones]
    rows += [
        (f"{row['name']} {row['amount']}".strip(), part["name"], "", written_day(row["due"]), row["standard"])
        for part in parts
        for row in part["deliverables"]
    ]
    return Table(heads, tuple(rows), empty=_("Nothing is said yet."))


def _resources(parts: Iterable[Cut]) -> Table:
    heads = _columns(_("Department"), _("Kind"), _("Content"), _("Asked for"), _("Promised"), _("Period"), _("Answer given"))
    rows = tuple(
        (part["name"], *_of(row, "kind", "name", "asked", "promised"), period(row["start"], row["finish"]), row["answer"])
        for part in parts
        for row in part["commitments"]
    )
    return Table(heads, rows, empty=_("No resource was asked for."))


def _columns(*labels: str) -> tuple[Column, ...]:
    return tuple(Column(label) for label in labels)


def _of(row: Cut, *names: str) -> tuple[Any, ...]:
    return tuple(written_day(row[name]) if name in DAYS else row[name] for name in names)
