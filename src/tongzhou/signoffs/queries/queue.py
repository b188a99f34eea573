"""The signatures that a person owes, as rows of the workbench."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib.telling import BLOCK, LATE, Owed
from tongzhou.people.models import User
from tongzhou.projects.models import Project, ProjectRole, Seat
from tongzhou.signoffs.access import ROLE, valid_on
from tongzhou.signoffs.models import Delegation, Ending, Place, Sheet, Signature

SETTLED = (Signature.Decision.APPROVE, Signature.Decision.CONDITION)
Mine = dict[tuple[int, str], str]
"""(project, seat) → the name of the principal, "" for one's own seat."""


def signatures_owed(user: User, now: datetime) -> list[Owed]:
    """Return a row for each place that waits for `user`, own or delegated. Four queries."""
    mine = _seats_of(user, now)
    if not mine:
        return []
    waiting, said = _waiting(mine)
    return [_row(place, mine[place.sheet.project_id, place.seat], said[place.sheet_id], now) for place in waiting]


def places_waiting(user: User, now: datetime) -> list[tuple[Place, str]]:
    """Return each place that waits for `user`, by when it is due, with the name of her principal. Four queries."""
    mine = _seats_of(user, now)
    found = _waiting(mine)[0] if mine else []
    # Databases differ in where those without a time come.
    found.sort(key=lambda place: (place.sheet.due is None, place.sheet.due or now))
    return [(place, mine[place.sheet.project_id, place.seat]) for place in found]


def sheets_waiting(user: User, now: datetime) -> set[int]:
    """Return the sheets that wait for a signature of `user`. Four queries."""
    mine = _seats_of(user, now)
    return {place.sheet_id for place in _waiting(mine)[0]} if mine else set()


def decisions_of(project: Project) -> dict[int, str]:
    """Return for each sheet of a project that is open how its seats decided: 3/6 席同意，1 席不同意. One query."""
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for place in _decided(Q(sheet__project=project)):
        settled = place.decided in SETTLED or place.holds
        counts[place.sheet_id]["agree" if settled else "disagree" if place.decided else "open"] += 1
    words = {}
    for sheet, count in counts.items():
        text = _("%(agreed)s of %(seats)s agreed") % {"agreed": count["agree"], "seats": count.total()}
        refused = _("%(count)s disagree") % {"count": count["disagree"]}
        words[sheet] = _(", ").join([text, refused] if count["disagree"] else [text])
    return words


def seats_held_by(people: Collection[int]) -> set[tuple[int, str, int]]:
    """Return project, seat and holder of each seat by which one of these people signs now. Two queries."""
    roles = ProjectRole.objects.filter(user__in=people, user__is_active=True, kind=ProjectRole.Kind.GENERAL_LEAD)
    held = {(project, f"{ROLE}:{kind}", person) for project, kind, person in roles.values_list("project_id", "kind", "user_id")}
    seats = Seat.objects.filter(holder__in=people, holder__is_active=True)
    columns = ("participation__project_id", "kind", "participation__department_id", "holder_id")
    return held | {(project, f"{kind}:{key}", person) for project, kind, key, person in seats.values_list(*columns)}


def _seats_of(user: User, now: datetime) -> Mine:
    given = valid_on(Delegation.objects.filter(delegate=user), timezone.localtime(now).date())
    grants = list(given.values_list("project_id", "seat", "principal_id", "principal__name"))
    people = {user.pk, *(grant[2] for grant in grants)}
    held = seats_held_by(people)
    own = {(project, seat): "" for project, seat, person in held if person == user.pk}
    delegated = {(project, seat): name for project, seat, person, name in grants if (project, seat, person) in held}
    return delegated | own


def _waiting(mine: Mine) -> tuple[list[Place], dict[int, Counter[str]]]:
    """Return the places of these seats whose turn it is, in sheets that are open; and how many others decided what there."""
    # Once a project ended, every signature is refused.
    ongoing = Q(sheet__project__in={key for key, _s in mine}) & ~Q(sheet__project__stage=Project.Stage.CLOSED)
    rows = _decided(ongoing).select_related("sheet__project")
    rows = rows.defer("sheet__snapshot", "sheet__html").order_by("sheet__due", "sheet_id", "order")
    blocked: dict[int, bool] = defaultdict(bool)
    said: dict[int, Counter[str]] = defaultdict(Counter)
    found = []
    for place in rows:
        settled = place.decided in SETTLED or place.holds
        is_open = not settled and place.decided is None and not (place.sheet.in_order and blocked[place.sheet_id])
        if is_open and (place.sheet.project_id, place.seat) in mine:
            found.append(place)
        blocked[place.sheet_id] = blocked[place.sheet_id] or not settled
        if settled or place.decided is not None:
            said[place.sheet_id]["agree" if settled else "disagree"] += 1
    return found, said


def decided_places(sheet: Sheet) -> list[Place]:
    """Return the places of an open sheet in their order: what is `decided`, which earlier decision `holds`. One query."""
    return list(_decided(Q(sheet=sheet)).order_by("order"))


def _decided(which: Q) -> Any:
    """Return places of open sheets with what was decided there, and the decision of an earlier signature that holds on."""
    live = Signature.objects.filter(place=OuterRef("pk"), withdrawal=None)
    carried = Signature.objects.filter(pk=OuterRef("carried"), withdrawal=None)
    rows = Place.objects.filter(which, ~Exists(Ending.objects.filter(sheet=OuterRef("sheet"))))
    return rows.annotate(decided=Subquery(live.values("decision")[:1]), holds=Subquery(carried.values("decision")[:1]))


def _said(counts: Counter[str]) -> str:
    """2 同意，1 不同意; empty where nobody decided yet."""
    words = {"agree": _("%(count)s agree"), "disagree": _("%(count)s disagree")}
    return _(", ").join(word % {"count": counts[name]} for name, word in words.items() if counts[name])


def _row(place: Place, principal: str, said: Counter[str], now: datetime) -> Owed:
    sheet = place.sheet
    capacity = _("%(capacity)s (for %(principal)s)") % {"capacity": place.capacity, "principal": principal}
    due = sheet.due
    address = reverse("sheet", kwargs={"number": sheet.project.number, "sheet_id": sheet.pk})
    return Owed(
        icon="signature",
        kind=_("Sign-off"),
        title=_("%(title)s, version %(version)s") % {"title": sheet.title, "version": sheet.version},
        link=f"{address}?next=queue&place={place.pk}",
        second_line=" · ".join(
            part for part in (sheet.project.name, capacity if principal else place.capacity, _said(said)) if part
        ),
        due_at=due,
        state=BLOCK if due and due < now else LATE if due and (due - now).total_seconds() < 86_400 else "",
        key=f"sign-{place.pk}",
        word=_("Sign"),
        number=sheet.project.number,
        project=sheet.project.name,
        waits=sheet.opened_by_name,
    )
