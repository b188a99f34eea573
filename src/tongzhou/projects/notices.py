"""Who is told of what happens to projects."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tongzhou.lib import clock
from tongzhou.lib.telling import Told
from tongzhou.lib.web import item_address, project_address
from tongzhou.people.models import Department, User
from tongzhou.projects.models import Comment, Objective, Project, ProjectRole, Seat
from tongzhou.projects.queries.objectives import BEHIND, MISSED, REACHED, objectives_of
from tongzhou.projects.queries.shown import state_words
from tongzhou.timeline.models import Change, Event


def told_of_comment(event: Event) -> list[Told]:
    """Whom a comment names, once for each comment."""
    comment = Comment.objects.select_related("project").filter(pk=event.data["comment"], removed_at=None).first()
    if comment is None:
        return []
    people = [key for key in event.data["mentioned"] if key not in _named_before(event)]
    about = event.subject_label or comment.project.name
    title = _("%(name)s named you in a comment on %(about)s") % {"name": event.actor_name, "about": about}
    number = comment.project.number
    if comment.subject_type == "work_item":
        link = item_address("task", number, comment.subject_id)
    else:
        link = project_address("comments", number)
    return [Told(tuple(people), "mention", title, comment.text, link)]


def told_of_seat(event: Event) -> list[Told]:
    """A seat of a department changed: its old and its new holder, and the general lead. Seating oneself is said."""
    department = Department.objects.filter(pk=event.data["department"]).values_list("name", flat=True).first() or ""
    word = f"{department} {Seat.Kind(event.data['seat']).label}"
    return _told_of_change(event, word, event.data.get("before"), event.data.get("after"))


def told_of_role(event: Event) -> list[Told]:
    """Somebody got or lost a role by which one signs or decides: the person, and the general lead."""
    role = event.data["role"]
    if role in (ProjectRole.Kind.MEMBER, ProjectRole.Kind.OBSERVER, ProjectRole.Kind.ADVISER):
        return []
    person = event.data["person"]
    taken = event.kind == "role-taken"
    return _told_of_change(event, str(ProjectRole.Kind(role).label), person if taken else None, None if taken else person)


def told_of_objective(event: Event) -> list[Told]:
    """An objective was given to somebody, taken from her, or changed: who owned it, and who owns it now."""
    row = Objective.objects.select_related("project", "owner").filter(pk=event.data["objective"]).first()
    if row is None:
        return []
    people = tuple(dict.fromkeys(key for key in (event.data.get("owner_before"), row.owner_id) if key))
    known = {"project": row.project.name, "name": row.name, "owner": row.owner.name if row.owner else "—"}
    title = _("%(project)s: objective “%(name)s” (owner %(owner)s)") % known
    link = f"{project_address('objectives', row.project.number)}?open={row.pk}"
    return [Told(people, "objective", title, _("By %(name)s.") % {"name": event.actor_name}, link)]


def told_of_measurement(event: Event) -> list[Told]:
    """A value was measured: the owner and the manager hear where it is reached, or behind."""
    found = Objective.objects.select_related("project").filter(pk=event.data["objective"]).first()
    if found is None:
        return []
    row = next(one for one in objectives_of(found.project) if one.id == found.pk)
    state, last = row.state(clock.today(), found.project.deviation_threshold), row.latest(clock.today())
    if state not in (REACHED, BEHIND, MISSED) or last is None:
        return []
    manager = ProjectRole.objects.filter(project=found.project, kind=ProjectRole.Kind.MANAGER).values_list("user_id", flat=True)
    people = tuple(dict.fromkeys(key for key in (row.owner_id, *manager) if key))
    said = {"name": row.name, "value": row.told(last.value), "state": state_words()[state]}
    title = _("%(name)s: %(value)s, %(state)s") % said
    link = f"{project_address('objectives', found.project.number)}?open={row.id}"
    return [Told(people, "objective", title, found.project.name, link)]


def told_of_stage(event: Event) -> list[Told]:
    """The project goes on, or back: the general lead, the manager and the heads."""
    project = Project.objects.filter(pk=event.data["project"]).first()
    if project is None:
        return []
    leads = (ProjectRole.Kind.GENERAL_LEAD, ProjectRole.Kind.MANAGER)
    roles = ProjectRole.objects.filter(project=project, kind__in=leads).order_by("pk").values_list("user_id", flat=True)
    heads = Seat.objects.filter(participation__project=project, kind=Seat.Kind.HEAD).order_by("pk")
    people = tuple(dict.fromkeys([*roles, *heads.values_list("holder_id", flat=True)]))
    before, after = (str(Project.Stage(event.data[name]).label) for name in ("before", "after"))
    title = _("%(project)s: %(before)s → %(after)s") % {"project": project.name, "before": before, "after": after}
    text = event.data.get("reason") or _("By %(name)s.") % {"name": event.actor_name}
    return [Told(people, "stage", title, text, project_address("project_start", project.number))]


def told_of_hand_over(event: Event) -> list[Told]:
    """The seats of a leaver went to somebody: the successor, and the general lead."""
    words = "、".join(dict.fromkeys(event.changes.order_by("pk").values_list("object_label", flat=True)))
    return _told_of_change(event, words, event.data["person"], event.data["successor"])


def _told_of_change(event: Event, word: str, before: int | None, after: int | None) -> list[Told]:
    project = Project.objects.filter(pk=event.project_id or 0).first()
    if project is None:
        return []
    concerned = [key for key in (before, after) if key is not None]
    names = dict(User.objects.filter(pk__in=concerned).values_list("pk", "name"))
    lead = ProjectRole.objects.filter(project=project, kind=ProjectRole.Kind.GENERAL_LEAD).values_list("user_id", flat=True)
    people = tuple(dict.fromkeys(key for key in (before, after, *lead) if key))
    known = {"project": project.name, "seat": word, "before": names.get(before or 0, "—"), "after": names.get(after or 0, "—")}
    title = _("%(project)s: %(seat)s, %(before)s → %(after)s") % known
    text = _("By %(name)s.") % {"name": event.actor_name}
    if after is not None and after == event.actor_id:
        text = _("By %(name)s, who took the seat herself.") % {"name": event.actor_name}
    # Who lost the seat may not see the project any more, and is told all the same.
    return [Told(people, "seat", title, text, project_address("project_start", project.number), beyond=True)]


def _named_before(event: Event) -> set[int]:
    """Who was told already: an edited comment tells only whom it names anew."""
    if event.kind == "comment-added":
        return set()
    earlier = Change.objects.filter(object_type="comment", object_id=event.data["comment"], event__lt=event.pk)
    return {key for data in earlier.values_list("event__data", flat=True) for key in data.get("mentioned", ())}
