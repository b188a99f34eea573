"""The minutes as one frozen value: what is sent, confirmed, signed and printed; whom a part of it concerns; as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tongzhou.engine.canonical import digest
from tongzhou.meetings.models import ActionItem, AgendaItem, Attendee, Decision, Meeting
from tongzhou.meetings.queries.kinds import kind_of
from tongzhou.projects.models import Project

Content = dict[str, Any]
HEAD = ("project_name", "project_number", "wording")
"""What stands over and under the minutes as they went out, and nobody wrote at the meeting."""
LONGEST_TEXT = 9_000


def content_of(meeting: Meeting) -> Content:
    """Return the minutes as they stand now. Four queries."""
    attendees = Attendee.objects.filter(meeting=meeting).select_related("person__department")
    actions = ActionItem.objects.filter(meeting=meeting).select_related("who__department")
    items = AgendaItem.objects.filter(meeting=meeting)
    decisions = Decision.objects.filter(meeting=meeting)
    return composed(meeting, items, attendees, decisions, actions)


def composed(
    meeting: Meeting,
    items: Iterable[AgendaItem],
    attendees: Iterable[Attendee],
    decisions: Iterable[Decision],
    actions: Iterable[ActionItem],
) -> Content:
    """Put the rows of a meeting together. Host and recorder must be loaded. No query."""
    # Minutes speak the organisation's language, whoever writes them: in another one they would be others, and be signed anew.
    with translation.override(settings.LANGUAGE_CODE):
        kind = str(kind_of(meeting).minutes)
    starts = timezone.localtime(meeting.starts_at)
    return {
        "project_name": meeting.project.name,
        "project_number": meeting.project.number,
        "title": meeting.title,
        "kind": kind,
        "starts_at": starts.strftime("%Y-%m-%d %H:%M"),
        "ends_at": timezone.localtime(meeting.ends_at).strftime("%Y-%m-%d %H:%M"),
        "place": meeting.place,
        "host": meeting.host.name,
        "recorder": meeting.recorder.name if meeting.recorder else "",
        "attendees": [_attendee(row) for row in attendees],
        "parts": [_part(row) for row in items],
        "decisions": [{"id": row.pk, "name": row.text} for row in decisions],
        "actions": [_action(row) for row in actions],
    }


def written(content: Content) -> str:
    """Return the hash of what the minutes say without their head: a project that is renamed amends no minutes."""
    return digest(_without(content, *HEAD))


def project_of(content: Content, project: Project) -> tuple[str, str]:
    """Return name and number of the project as the minutes went out; what went out without them has them as they are now."""
    return content.get("project_name", project.name), content.get("project_number", project.number)


def concern(content: Content, person: int, department: int | None) -> str:
    """Return the hash of what concerns a person: all but what is said of other departments, or done by others, alone.

    Who confirmed an earlier edition is asked again only if this differs.
    """
    mine = _without(content, *HEAD, "attendees", "parts", "actions")
    mine["attendee"] = [row for row in content["attendees"] if row["id"] == person]
    mine["actions"] = [row for row in content["actions"] if row["who"] == person or row["department"] == department]
    mine["parts"] = [
        part | {"rows": [row for row in part["rows"] if row.get("department") in (None, department)]}
        for part in content["parts"]
    ]
    return digest(mine)


def labels() -> dict[str, str]:
    """Return the words of the fields, for the difference between two versions of a sheet."""
    return {
        "project_name": _("Project"),
        "project_number": _("Project number"),
        "wording": _("Fixed texts"),
        "preamble": _("Preamble"),
        "declaration": _("Declaration"),
        "closing": _("Closing words"),
        "title": _("Title of the meeting"),
        "kind": _("Kind"),
        "starts_at": _("Start"),
        "ends_at": _("End"),
        "place": _("Venue"),
        "host": _("Host"),
        "recorder": _("Recorder"),
        "attendees": _("Attendees"),
        "presence": _("Presence"),
        "parts": _("Agenda"),
        "text": _("Meeting minutes"),
        "rows": _("What the project says"),
        "decisions": _("Decisions"),
        "actions": _("Action items"),
        "who_name": _("Person in charge"),
        "due": _("By when"),
        "department_name": _("Department"),
        "role": _("Role"),
        "duty": _("Duty"),
        "head": _("Head"),
        "liaison": _("Liaison"),
        "deliverables": _("Deliverables"),
        "day": _("Date"),
        "goal": _("Goal"),
        "by": _("Done by"),
    }


def as_text(content: Content, address: str) -> tuple[str, bool]:
    """Return the minutes as plain text, as people read them in a message, and whether that is all of them.

    At most LONGEST_TEXT characters: where they are cut, the text says so and gives the `address` at which they stand whole.
    """
    lines = [_meeting_line(content)]
    for number, part in enumerate(content["parts"], 1):
        lines.append(f"\n{number}. {part['name']}")
        lines += [f"· {_row_text(row, part['columns'])}" for row in part["rows"]]
        lines += [part["text"]] if part["text"] else []
    if content["decisions"]:
        lines += ["", _("Decisions"), *(f"· {row['name']}" for row in content["decisions"])]
    if content["actions"]:
        told = (f"· {row['name']} — {row['who_name']} {row['due']}" for row in content["actions"])
        lines += ["", _("Action items"), *told]
    text = "\n".join(lines).strip()
    if len(text) <= LONGEST_TEXT:
        return text, True
    rest = _("This is only the beginning. Read the minutes whole, and answer there: %(address)s") % {"address": address}
    return f"{text[: LONGEST_TEXT - len(rest) - 3]}…\n\n{rest}", False


def _without(content: Content, *names: str) -> Content:
    return {name: value for name, value in content.items() if name not in names}


def _meeting_line(content: Content) -> str:
    present = "、".join(row["name"] for row in content["attendees"] if row["presence"] != Attendee.Presence.EXCUSED)
    excused = "、".join(row["name"] for row in content["attendees"] if row["presence"] == Attendee.Presence.EXCUSED)
    parts = [content["starts_at"], content["place"], content["host"], present]
    parts += [_("excused: %(names)s") % {"names": excused}] if excused else []
    return " · ".join(part for part in parts if part)


def _row_text(row: Mapping[str, Any], columns: Iterable[tuple[str, str]]) -> str:
    return "　".join(str(row[field]) for field, _word in columns if row.get(field))


def _attendee(row: Attendee) -> dict[str, Any]:
    department = row.person.department
    return {
        "id": row.person_id,
        "name": row.person.name,
        "department": row.person.department_id,
        "department_name": department.name if department else "",
        "presence": row.presence,
    }


def _part(row: AgendaItem) -> dict[str, Any]:
    return {
        "id": row.pk,
        "key": row.key,
        "name": row.title,
        "columns": row.live.get("columns", []),
        "rows": row.live.get("rows", []),
        "text": row.text,
    }


def _action(row: ActionItem) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.what,
        "who": row.who_id,
        "who_name": row.who.name,
        "department": row.who.department_id,
        "department_name": row.who.department.name if row.who.department else "",
        "due": row.due.isoformat(),
    }
