"""The minutes as html, as they are shown and signed."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from tongzhou.meetings.models import Attendee, Edition
from tongzhou.meetings.queries.content import project_of
from tongzhou.projects.models import Project

WORDS = {str(value): label for value, label in Attendee.Presence.choices}


def minutes_page(project: Project, edition: Edition) -> str:
    """Return an edition as it is shown and signed."""
    name, number = project_of(edition.content, project)
    told = {"project": {"name": name, "number": number}, "minutes": tabled(edition.content), "edition": edition}
    return render_to_string("meetings/minutes_paper.html", told)


def tabled(content: dict[str, Any]) -> dict[str, Any]:
    """Return the minutes with each part's rows as cells, and people with how they attended in words."""
    parts = [
        part
        | {
            "heads": [word for _field, word in part["columns"]],
            "table": [(row["id"], [str(row.get(field, "")) for field, _word in part["columns"]]) for row in part["rows"]],
        }
        for part in content["parts"]
    ]
    attendees = [row | {"word": WORDS.get(row["presence"], "")} for row in content["attendees"]]
    return content | {"parts": parts, "attendees": attendees}
