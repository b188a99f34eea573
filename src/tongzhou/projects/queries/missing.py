"""Reads: what a project still lacks for its next stage, and who has it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import CharField, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.lib.missing import Missing, to_fill_in
from tongzhou.lib.registry import PANELS
from tongzhou.lib.web import project_address
from tongzhou.papers.blanks import blanks_in
from tongzhou.people.models import User
from tongzhou.projects.access import asked_of, rules_of, stages_of
from tongzhou.projects.models import CommunicationRule, Project, ProjectRole, ScopeItem
from tongzhou.projects.queries.objectives import ObjectiveRow, objectives_measured
from tongzhou.projects.queries.team import Team, team_of

Stage = Project.Stage


STEPS = (
    *("people", "tasks", "background", "core-objective", "period", "general-lead", "objectives", "scope", "departments"),
    *("seats", "communication", "commitments", "deliverables", "standards", "kickoff-minutes", "start-minutes"),
    *("charter-texts", "charter", "claims", "task-list", "memo", "duty-statement", "open-tasks", "measured"),
)
"""The rows by their keys in the order in which people do them; others follow."""


def missing_for(project: Project, user: User, stage: str = "") -> list[Missing]:
    """Return what the rooms say that the project needs, done or not, in the order of the work; of one `stage` if named."""
    found = [row for panel in PANELS.at("missing") for row in _rows(panel(project, user))]
    stages = {stage: place for place, stage in enumerate(Stage.values)}
    steps = {key: place for place, key in enumerate(STEPS)}
    wanted = [row for row in found if not stage or row.stage == stage]
    return sorted(wanted, key=lambda row: (stages.get(row.stage, 0), steps.get(row.key, len(STEPS))))


def _rows(found: object) -> Iterable[Missing]:
    return [row for row in found if isinstance(row, Missing)] if isinstance(found, list) else []


@dataclass(frozen=True)
class Readiness:
    """How near a project is to its next stage. `open`: what is missing, in the order of work; `done`: what is there."""

    stages: tuple[str, ...]
    at: int
    following: str
    """Empty in the last stage."""
    before: str
    open: tuple[Missing, ...]
    done: tuple[Missing, ...]

    @property
    def needed(self) -> int:
        """How many things are missing without which one does not go on."""
        return sum(not row.optional for row in self.open)

    @property
    def words(self) -> tuple[str, ...]:
        """The stages in the reader's language."""
        return tuple(str(Stage(stage).label) for stage in self.stages)

    @property
    def following_word(self) -> str:
        return str(Stage(self.following).label) if self.following else ""

    @property
    def before_word(self) -> str:
        return str(Stage(self.before).label) if self.before else ""


def readiness_of(project: Project, user: User) -> Readiness:
    """Return how near a project is to its next stage: as many queries as the rooms above need for their rows."""
    stages = stages_of(project)
    at = stages.index(project.stage) if project.stage in stages else 0
    rows = missing_for(project, user, project.stage)
    lacking = [row for row in rows if not row.done]
    return Readiness(
        stages,
        at + 1,
        stages[at + 1] if at + 1 < len(stages) else "",
        stages[at - 1] if at else "",
        tuple(lacking),
        tuple(row for row in rows if row.done),
    )


@dataclass(frozen=True)
class _Known:
    """What this room's rows are told from, read by two queries. `objectives`: each with whether it was measured.

    `scope`: kind and text of each line; `talks`: what each mechanism of the communication plan says.
    """

    scope: tuple[tuple[str, str], ...]
    talks: tuple[str, ...]
    tasks: int
    open: int
    objectives: tuple[tuple[ObjectiveRow, bool], ...]

    def says(self, kind: str) -> bool:
        return any(line == kind for line, _text in self.scope)


TALK, TASKS, OPEN = "talk", "tasks", "open"
_SAID = ("mechanism", "frequency", "participants", "form", "link")


def _known(project: Project) -> _Known:
    tag, text = CharField(), TextField()
    said = Concat(*(part for name in _SAID for part in (name, Value("\n"))), output_field=text)
    lines = ScopeItem.objects.filter(project=project).order_by()
    talks = CommunicationRule.objects.filter(project=project).order_by()
    count = Project.objects.filter(pk=project.pk, summary__isnull=False).order_by()
    rows = lines.values_list(Cast("kind", tag), "pk", Cast("text", text)).union(
        talks.values_list(Value(TALK, tag), "pk", said),
        count.values_list(Value(TASKS, tag), "pk", Cast("summary__tasks", text)),
        count.values_list(Value(OPEN, tag), "pk", Cast("summary__open_tasks", text)),
        all=True,
    )
    found = sorted(rows)
    counts = {kind: int(words) for kind, _key, words in found if kind in (TASKS, OPEN)}
    return _Known(
        scope=tuple((kind, words) for kind, _key, words in found if kind not in (TALK, TASKS, OPEN)),
        talks=tuple(words for kind, _key, words in found if kind == TALK),
        tasks=counts.get(TASKS, 0),
        open=counts.get(OPEN, 0),
        objectives=objectives_measured(project),
    )


def _blanks(*texts: str) -> str:
    """Say what of these texts is still to be filled in; "" where nothing is."""
    return to_fill_in([blank for text in texts for blank in blanks_in(text)])


def own_missing(project: Project, user: User) -> list[Missing]:
    """Return this room's rows. Two queries beside the team; a light project has a short plain list of its own."""
    team, known = team_of(project), _known(project)
    who = _("Manager %(name)s") % {"name": team.manager} if team.manager else _("nobody yet")
    if not rules_of(project).seats:
        return _light(project, team, known, who)
    asked, rows = asked_of(project), _basics(project, team, who)
    if "objectives" in asked:
        rows.append(_objectives(project, known, who))
    if "scope" in asked:
        rows.append(_scope(project, known, who))
    if "departments" in asked:
        rows.append(_departments(project, team, who))
    if "seats" in asked:
        rows.append(_seats(project, team, who))
    if "communication" in asked:
        link, note = project_address("communication", project.number), _blanks(*known.talks)
        done = bool(known.talks) and not note
        rows.append(Missing(Stage.INITIATING, "communication", _("Communication plan"), done, who, link, note))
    return [*rows, *_later(project, known, who)]


def _light(project: Project, team: Team, known: _Known, who: str) -> list[Missing]:
    start, plan = project_address("project_start", project.number), project_address("plan", project.number)
    several = len(team.people) > 1
    return [
        Missing(Stage.EXECUTING, "people", _("People who take part"), several, who, f"{start}#people", optional=True),
        Missing(Stage.EXECUTING, "tasks", _("Tasks"), known.tasks > 0, who, plan, optional=True),
    ]


def _basics(project: Project, team: Team, who: str) -> list[Missing]:
    link = project_address("project_start", project.number)
    has_period = project.starts_on is not None and project.ends_on is not None
    led = any(role.kind == ProjectRole.Kind.GENERAL_LEAD for role in team.roles)
    place, aim, why = f"{link}#basics", _blanks(project.objective), _blanks(project.background)
    reached, explained = bool(project.objective.strip()) and not aim, bool(project.background) and not why
    stage, grounds = Stage.INITIATING, _("Background of the project")
    return [
        # One goes on without a background, but not with one that says 【…】.
        Missing(stage, "background", grounds, explained, who, place, why, optional=not why),
        Missing(stage, "core-objective", _("Core objective"), reached, who, place, aim),
        Missing(stage, "period", _("Period of the project"), has_period, who, place),
        Missing(stage, "general-lead", _("General lead"), led, who, f"{link}#people"),
    ]


def _objectives(project: Project, known: _Known, who: str) -> Missing:
    rows = [row for row, _measured in known.objectives]
    lacking = [_("%(name)s: %(what)s") % {"name": row.name, "what": "、".join(row.lacks)} for row in rows if row.lacks]
    blanks = _blanks(*(text for row in rows for text in (row.name, row.metric, row.unit)))
    done = any(not row.is_kpi for row in rows) and not lacking and not blanks
    note = _("missing: %(what)s") % {"what": "；".join(lacking[:5])} if lacking else ""
    link = project_address("objectives", project.number)
    title = _("Objectives that can be measured")
    return Missing(Stage.INITIATING, "objectives", title, done, who, link, _joined(note, blanks))


def _scope(project: Project, known: _Known, who: str) -> Missing:
    included, excluded = known.says(ScopeItem.Kind.IN), known.says(ScopeItem.Kind.OUT)
    note = _("what is not included is not said yet") if included and not excluded else ""
    blanks = _blanks(*(text for _kind, text in known.scope))
    link = project_address("project_scope", project.number)
    done = included and excluded and not blanks
    return Missing(Stage.INITIATING, "scope", _("Scope"), done, who, link, _joined(note, blanks))


def _departments(project: Project, team: Team, who: str) -> Missing:
    link = f"{project_address('project_start', project.number)}#departments"
    without = [part.department for part in team.participations if not part.duty.strip()]
    note = _("without duty: %(names)s") % {"names": "、".join(without[:10])} if without else ""
    blanks = _blanks(*(text for part in team.participations for text in (part.duty, part.deliverables, part.may_decide)))
    done = len(team.participations) > 1 and not without and not blanks
    title = _("Departments with their duties")
    return Missing(Stage.INITIATING, "departments", title, done, who, link, _joined(note, blanks))


def _joined(*notes: str) -> str:
    return "；".join(note for note in notes if note)


def _seats(project: Project, team: Team, who: str) -> Missing:
    link, empty = project_address("project_roles", project.number), empty_seats(team)
    note = _("empty: %(names)s") % {"names": "、".join(empty[:10])} if empty else ""
    return Missing(Stage.INITIATING, "seats", _("Heads and liaisons"), not empty, who, link, note)


def _later(project: Project, known: _Known, who: str) -> list[Missing]:
    plan = project_address("plan", project.number)
    work, all_done = project_address("tracking", project.number), _("All tasks are done")
    left = ngettext("%(count)s task is not done", "%(count)s tasks are not done", known.open) % {"count": known.open}
    rows = [
        Missing(Stage.PLANNING, "tasks", _("Tasks of the plan"), known.tasks > 0, who, plan),
        Missing(Stage.EXECUTING, "open-tasks", left if known.open else all_done, not known.open, who, work, optional=True),
    ]
    if "objectives" in asked_of(project):
        unmeasured = [row.name for row, measured in known.objectives if not measured]
        note = _("not measured: %(names)s") % {"names": "、".join(unmeasured[:5])} if unmeasured else ""
        link = project_address("objectives", project.number)
        title = _("Measured values of the objectives")
        rows.append(Missing(Stage.EXECUTING, "measured", title, not unmeasured, who, link, note, optional=True))
    return rows


def empty_seats(team: Team) -> list[str]:
    """Return the seats that nobody holds, as words: 研发部接口人."""
    found = []
    for part in team.participations:
        for holder, word in ((part.head, _("head")), (part.liaison, _("liaison"))):
            if holder is None:
                found.append(f"{part.department}{word}")
    return found
