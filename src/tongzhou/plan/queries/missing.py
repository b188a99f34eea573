"""What a plan still lacks: what is handed over, texts that a template left open, tasks that were claimed, a published list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, FilteredRelation, OuterRef, Q
from django.utils.translation import gettext as _

from tongzhou.lib.missing import Missing, to_fill_in
from tongzhou.lib.web import project_address
from tongzhou.papers.blanks import blanks_in
from tongzhou.people.models import User
from tongzhou.plan.models import ClaimCall
from tongzhou.plan.queries.claims import ClaimRow, claims_of, unclaimed
from tongzhou.plan.queries.publication import final_sheets
from tongzhou.plan.queries.tasklist import plan_read_once
from tongzhou.projects.access import asked_of, rules_of
from tongzhou.projects.models import Project
from tongzhou.projects.queries import team_of

NAMED = 5
Stage = Project.Stage


@dataclass(frozen=True)
class _Known:
    """What stands beside the plan. `given`: name, unit and standard of each deliverable."""

    called: bool
    published: bool
    given: tuple[tuple[str, str, str], ...]


def plan_missing(project: Project, user: User) -> list[Missing]:
    """Return this room's rows: at most four queries beside the team, none for a light project."""
    asked, claims = asked_of(project), rules_of(project).claims
    if not claims:
        return []
    rows, known, found = claims_of(project), _known(project), []
    if "deliverables" in asked:
        found.append(_deliverables(project, known))
    found += _unfilled(project)
    found.append(_claims(project, rows, known))
    if "task-list" in asked:
        found.append(_list(project, bool(rows), known))
    return found


def _known(project: Project) -> _Known:
    """Read all of it by one query: a row for each deliverable, or one without."""
    there = FilteredRelation("deliverables", condition=Q(deliverables__removed_at=None))
    final = final_sheets(project).order_by()
    called = Exists(ClaimCall.objects.filter(project=OuterRef("pk")))
    rows = Project.objects.filter(pk=project.pk).annotate(there=there, called=called, published=Exists(final))
    columns = ("called", "published", "there__name", "there__unit", "there__standard")
    found = list(rows.order_by("there__pk").values_list(*columns))
    given = tuple((name, unit, standard) for _called, _published, name, unit, standard in found if name is not None)
    return _Known(found[0][0], found[0][1], given)


def _deliverables(project: Project, known: _Known) -> Missing:
    """One may start without a list, as long as none says 【…】."""
    note = _blanks(text for row in known.given for text in row)
    title, link = _("List of deliverables"), project_address("deliverables", project.number)
    done = bool(known.given) and not note
    return Missing(Stage.INITIATING, "deliverables", title, done, _manager(project), link, note, optional=not note)


def _unfilled(project: Project) -> list[Missing]:
    """Name what tasks and milestones leave to be filled in, as far as it is signed; no row where nothing is."""
    asked = asked_of(project)
    if not asked & {"charter", "memo"}:
        return []
    items, said = plan_read_once(project)
    texts = {item.id: (item.name, said[item.id].output, said[item.id].standard) for item in items}
    signed = _of_tasks(texts[item.id] for item in items if item.is_milestone)
    every = _of_tasks(texts.values())
    if not every:
        return []
    # The charter names milestones, and is needed; the memo names tasks, and one may go on without it.
    first = bool(signed) and "charter" in asked
    stage, link = Stage.INITIATING if first else Stage.PLANNING, project_address("plan", project.number)
    title = _("Texts of tasks and milestones")
    return [Missing(stage, "standards", title, False, _manager(project), link, every, optional=not first)]


def _of_tasks(texts: Iterable[tuple[str, str, str]]) -> str:
    found = [[*blanks_in(name, labelled=True), *blanks_in(output), *blanks_in(standard)] for name, output, standard in texts]
    return to_fill_in([blank for blanks in found for blank in blanks])


def _blanks(texts: Iterable[str]) -> str:
    return to_fill_in([blank for text in texts for blank in blanks_in(text)])


def _manager(project: Project) -> str:
    # The page has read the team already.
    name = team_of(project).manager
    return _("Manager %(name)s") % {"name": name} if name else _("nobody yet")


def _claims(project: Project, rows: list[ClaimRow], known: _Known) -> Missing:
    """Claims are needed where the manager asked for them, and in a strict project; else one may go on without them."""
    waiting = unclaimed(rows)
    names = list(dict.fromkeys(row.department_name or _("No department") for row in waiting))
    needed = project.weight == Project.Weight.STRICT or known.called
    return Missing(
        Stage.PLANNING,
        "claims",
        _("Tasks claimed by their departments"),
        bool(rows) and not waiting,
        "、".join(names[:NAMED]) + ("…" if len(names) > NAMED else ""),
        project_address("claims", project.number),
        _("%(count)s of %(total)s not claimed yet") % {"count": len(waiting), "total": len(rows)} if waiting else "",
        optional=not needed,
    )


def _list(project: Project, has_tasks: bool, known: _Known) -> Missing:
    return Missing(
        Stage.PLANNING,
        "task-list",
        _("Task list, approved and published"),
        known.published,
        _("General lead"),
        project_address("task_list", project.number),
        "" if has_tasks else _("The plan has no tasks yet."),
    )
