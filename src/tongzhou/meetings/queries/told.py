"""Meetings as programs are told them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tongzhou.lib.rest import told_at
from tongzhou.meetings.models import Meeting
from tongzhou.meetings.queries.standing import stands
from tongzhou.projects.models import Project
from tongzhou.projects.queries.communication import silence_confirms


def row_told(row: Meeting, project: Project, now: datetime) -> dict[str, Any]:
    """Return a meeting as it stands in a list. No query."""
    at = stands(row, now)
    return {
        "id": row.pk,
        "project": project.number,
        "kind": row.kind,
        "title": row.title,
        "starts_at": told_at(row.starts_at),
        "ends_at": told_at(row.ends_at),
        "place": row.place,
        "link": row.link,
        "host": row.host_id,
        "host_name": row.host.name,
        "recorder": row.recorder_id,
        "state": at.state,
        "late": at.late,
        "minutes_due": told_at(row.minutes_due),
        "sheet": row.sheet_id,
    }


def minutes_told(row: Meeting, now: datetime, *, writes: bool) -> dict[str, Any]:
    """Return a meeting with its agenda, minutes, editions and answers. At most eight queries.

    :param writes: whether who asks writes the minutes: she reads them as they stand, everybody else what was sent.
    """
    question = row.confirmation
    said = {one.person_id: (one.answer, one.reason) for one in question.confirmers.all()} if question else {}
    people = row.attendees.select_related("person")
    told = {
        "silence_confirms": silence_confirms(row.project),
        "edition": question.edition if question else 0,
        "attendees": [_attendee(one.person_id, one.person.name, one.presence, said.get(one.person_id)) for one in people],
        "editions": [
            {
                "number": one.number,
                "sent_at": told_at(one.sent_at),
                "sent_by": one.sent_by_name,
                "note": one.note,
                "fingerprint": one.fingerprint,
            }
            for one in row.editions.defer("content")
        ],
    }
    return row_told(row, row.project, now) | told | (_as_it_stands(row) if writes else _as_it_went_out(row))


def _as_it_stands(row: Meeting) -> dict[str, Any]:
    """Return agenda and resolutions with what was not sent yet. Three queries."""
    actions = row.actions.select_related("who")
    return {
        "agenda": [
            _part(one.pk, one.key, one.title, one.live | {"text": one.text})
            | {"taken_at": told_at(one.taken_at), "version": one.version}
            for one in row.items.all()
        ],
        "decisions": [{"id": one.pk, "text": one.text} for one in row.decisions.all()],
        "actions": [
            {"id": one.pk, "what": one.what, "who": one.who_id, "who_name": one.who.name, "due": one.due.isoformat()}
            for one in actions
        ],
    }


def _as_it_went_out(row: Meeting) -> dict[str, Any]:
    """Return agenda and resolutions of the newest edition; before the first one the titles alone. At most two queries."""
    sent = row.editions.first()
    if sent is None:
        return {"agenda": [_part(one.pk, one.key, one.title, {}) for one in row.items.all()], "decisions": [], "actions": []}
    return {
        "agenda": [_part(one["id"], one["key"], one["name"], one) for one in sent.content["parts"]],
        "decisions": [{"id": one["id"], "text": one["name"]} for one in sent.content["decisions"]],
        "actions": [
            {"id": one["id"], "what": one["name"], **{name: one[name] for name in ("who", "who_name", "due")}}
            for one in sent.content["actions"]
        ],
    }


def _attendee(person: int, name: str, presence: str, said: tuple[str, str] | None) -> dict[str, Any]:
    answer, reason = said or (None, "")
    return {"person": person, "name": name, "presence": presence, "answer": answer, "reason": reason}


def _part(key: int, source: str, title: str, said: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": key,
        "key": source,
        "title": title,
        "columns": [{"field": field, "word": word} for field, word in said.get("columns", [])],
        "rows": said.get("rows", []),
        "taken_at": None,
        "text": said.get("text", ""),
        "version": 0,
    }
