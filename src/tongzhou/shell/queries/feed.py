"""The record as sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.projects.models import ProjectRole
from tongzhou.shell.queries.values import Values
from tongzhou.shell.queries.words import FIELDS, VERBS
from tongzhou.timeline.models import Event
from tongzhou.timeline.queries import Entry, actors_in

FIELDS_SHOWN = 12
COMMENTED = ("comment-added", "comment-edited")
QUOTED = 60
NOT_SHOWN = frozenset({"rank", "version", "reported_on", "pinyin", "initials", "sort_key"})
"""Fields that only the program knows."""


@dataclass(frozen=True)
class Said:
    """An entry of the record: `actor` `said` the subject `tail`. Changes are (object, field, before, after), all words.

    `more` objects were changed besides those in `changes`.
    """

    id: int
    at: datetime
    actor: str
    department: str
    said: str
    subject: str
    tail: str
    changes: tuple[tuple[str, str, str, str], ...]
    more: int
    project: int | None

    @property
    def day(self) -> date:
        """The day on which it happened, where the product runs."""
        return timezone.localtime(self.at).date()


def sentences(entries: list[Entry], most: int | None = FIELDS_SHOWN) -> list[Said]:
    """Return the entries as sentences in the reader's language, with at most `most` changed fields each. One query."""
    return sentences_beside(entries, None, most)[0]


def sentences_beside(
    entries: list[Entry], actions: QuerySet[Event] | None, most: int | None = FIELDS_SHOWN
) -> tuple[list[Said], list[tuple[int, str]]]:
    """Return the entries as sentences, and who did the `actions` as timeline.queries.actors_in does. One query."""
    values = Values(entries, _quoted(entries), actions)
    quotes = {key: _cut(" ".join(text.split())) for key, text in values.comments.items()}
    return [_said(entry, values, most, quotes) for entry in entries], actors_in(values.actors.items())


def _quoted(entries: list[Entry]) -> list[int]:
    """Return the comments that the entries name without their text. A removed one says nothing more."""
    told = [entry for entry in entries if entry.kind in COMMENTED and not entry.changed]
    return [entry.data["comment"] for entry in told if "comment" in entry.data]


def _cut(text: str) -> str:
    return text if len(text) <= QUOTED else f"{text[: QUOTED - 1]}…"


def _said(entry: Entry, values: Values, most: int | None, quotes: dict[int, str]) -> Said:
    changes, objects = [], []
    for one in entry.changed:
        before, after = values.word(one, one.before), values.word(one, one.after)
        if one.field not in NOT_SHOWN and before != after:
            changes.append((one.label, str(FIELDS.get(one.field, one.field)), before, after))
            objects.append((one.type, one.id))
    cut = (most is not None and len(changes) > most) or entry.objects > len({(one.type, one.id) for one in entry.changed})
    return Said(
        entry.id,
        entry.at,
        entry.actor,
        entry.department,
        str(VERBS.get(entry.kind, entry.kind)),
        entry.subject,
        _tail(entry, quotes),
        tuple(changes[:most]),
        entry.objects - len(set(objects[:most])) if cut else 0,
        entry.project,
    )


# What an event says of itself in its own words.
TOLD = {"workbook-imported": "file_name", "plan-edited": "label"}


def _tail(entry: Entry, quotes: dict[int, str]) -> str:
    data = entry.data
    if entry.kind in COMMENTED:
        quote = quotes.get(data.get("comment", 0))
        return _("“%(text)s”") % {"text": quote} if quote else ""
    if entry.kind == "progress-recorded":
        return _("to %(percent)s%%") % {"percent": f"{data['percent'] / 100:g}"}
    if entry.kind == "progress-unchanged":
        count = len(data.get("items", ()))
        return _("(%(count)s tasks)") % {"count": count} if count > 1 else ""
    if entry.kind == "plan-imported":
        counts = {name: data[name] for name in ("created", "changed", "unchanged")}
        return _("%(created)s new, %(changed)s changed, %(unchanged)s unchanged") % counts
    if entry.kind in ("role-given", "role-taken"):
        return str(dict(ProjectRole.Kind.choices).get(data.get("role", ""), ""))
    if entry.kind in TOLD:
        return str(data[TOLD[entry.kind]])
    if entry.kind == "baseline-cut":
        return _("as baseline %(number)s") % {"number": data["number"]}
    return ""
