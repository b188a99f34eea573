"""The signatures that a person owes, as rows of the workbench."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib.telling import BLOCK, LATE, Owed
from tongzhou.people.models import User
from tongzhou.projects.models import ProjectRole, Seat
from tongzhou.signoffs.access import ROLE, valid_on
from tongzhou.signoffs.models import Delegation, Ending, Place, Signature

Mine = dict[tuple[int, str], str]
"""(project, seat) → the name of the principal, "" for one's own seat."""


def signatures_owed(user: User, now: datetime) -> list[Owed]:
    """Return a row for each place that waits for `user`, own or delegated. Four queries."""
    mine = _seats_of(user, now)
    if not mine:
        return []
    return [_row(place, mine[place.sheet.project_id, place.seat], now) for place in _waiting(mine)]


def _seats_of(user: User, now: datetime) -> Mine:
    given = valid_on(Delegation.objects.filter(delegate=user), timezone.localtime(now).date())
    grants = list(given.values_list("project_id", "seat", "principal_id", "principal__name"))
    people = {user.pk, *(grant[2] for grant in grants)}
    held: set[tuple[int, str, int]] = set()
    roles = ProjectRole.objects.filter(user__in=people, user__is_active=True, kind=ProjectRole.Kind.GENERAL_LEAD)
    held |= {
        (project, f"{ROLE}:{kind}", person) for project, kind, person in roles.values_list("project_id", "kind", "user_id")
    }
    seats = Seat.objects.filter(holder__in=people, holder__is_active=True)
    columns = ("participation__project_id", "kind", "participation__department_id", "holder_id")
    held |= {(project, f"{kind}:{key}", person) for project, kind, key, person in seats.values_list(*columns)}
    own = {(project, seat): "" for project, seat, person in held if person == user.pk}
    delegated = {(project, seat): name for project, seat, person, name in grants if (project, seat, person) in held}
    return delegated | own


def _waiting(mine: Mine) -> list[Place]:
    """Return the places of these seats whose turn it is, in sheets that are open."""
    live = Signature.objects.filter(place=OuterRef("pk"), withdrawal=None)
    rows: Any = (
        Place.objects.filter(
            ~Exists(Ending.objects.filter(sheet=OuterRef("sheet"))), sheet__project__in={key for key, _s in mine}
        )
        .annotate(
            decided=Subquery(live.values("decision")[:1]),
            holds=Exists(Signature.objects.filter(Q(pk=OuterRef("carried")), withdrawal=None)),
        )
        .select_related("sheet__project")
        .defer("sheet__snapshot", "sheet__html")
        .order_by("sheet__due", "sheet_id", "order")
    )
    blocked: dict[int, bool] = defaultdict(bool)
    found = []
    for place in rows:
        settled = place.decided in (Signature.Decision.APPROVE, Signature.Decision.CONDITION) or place.holds
        is_open = not settled and place.decided is None and not (place.sheet.in_order and blocked[place.sheet_id])
        if is_open and (place.sheet.project_id, place.seat) in mine:
            found.append(place)
        blocked[place.sheet_id] = blocked[place.sheet_id] or not settled
    return found


def _row(place: Place, principal: str, now: datetime) -> Owed:
    sheet = place.sheet
    capacity = _("%(capacity)s (for %(principal)s)") % {"capacity": place.capacity, "principal": principal}
    due = sheet.due
    address = reverse("sheet", kwargs={"number": sheet.project.number, "sheet_id": sheet.pk})
    return Owed(
        icon="writing-sign",
        kind=_("Sign-off"),
        title=_("%(title)s, version %(version)s") % {"title": sheet.title, "version": sheet.version},
        link=f"{address}?next=queue&place={place.pk}",
        second_line=f"{sheet.project.name} · {capacity if principal else place.capacity}",
        due_at=due,
        state=BLOCK if due and due < now else LATE if due and (due - now).total_seconds() < 86_400 else "",
        key=f"sign-{place.pk}",
        word=_("Sign"),
        number=sheet.project.number,
        project=sheet.project.name,
        waits=sheet.opened_by_name,
    )
