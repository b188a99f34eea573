"""Sheets to sign, for the tests of this room."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from support.cast import NOW, Cast, small_project
from tongzhou.people.models import User
from tongzhou.projects.models import Project
from tongzhou.signoffs.actions import About, Content, Course, Origin, Said, open_sheet, sign_place
from tongzhou.signoffs.models import Place, Sheet, Signature

LEAD = "role:general_lead"
SHARED = {"items": [{"id": 1, "name": "设计", "finish": "2024-03-06"}], "budget": "120.00"}
LABELS = {"finish": "完成", "budget": "预算", "people": "投入"}


def heads(cast: Cast) -> tuple[str, ...]:
    """The seats of both departments' heads."""
    return (f"head:{cast.rd.pk}", f"head:{cast.marketing.pk}")


def opened(
    cast: Cast,
    project: Project | None = None,
    *,
    shared: Mapping[str, Any] | None = None,
    parts: Mapping[str, Any] | None = None,
    seats: tuple[str, ...] | None = None,
    **course: Any,
) -> Sheet:
    """Open a sheet of the small project: the two heads and the general lead."""
    project = project or Project.objects.filter(number="S-1").first() or small_project(cast)
    seats = seats or (*heads(cast), LEAD)
    given = {seat: {"people": 4} for seat in seats} if parts is None else parts
    content = Content(shared or SHARED, "<article>纸</article>", given, LABELS)
    about = About("test", project.pk, "样机章程", "/projects/S-1/")
    return open_sheet(by=cast.manager, project=project, about=about, content=content, course=Course(seats, **course), now=NOW)


def place(sheet: Sheet, seat: str) -> Place:
    return sheet.places.get(seat=seat)


def origin(at: datetime = NOW) -> Origin:
    return Origin("password", at - timedelta(minutes=1), "10.0.0.7", "Firefox", "r-1")


def sign(by: User, sheet: Sheet, seat: str, decision: str = "approve", opinion: str = "", **given: Any) -> Signature:
    """Sign a place of a sheet as its hash was shown."""
    now = given.pop("now", NOW)
    said = Said(decision, given.pop("digest", sheet.digest), opinion)
    return sign_place(by=by, place=place(sheet, seat), said=said, origin=given.pop("origin", origin(now)), now=now)
