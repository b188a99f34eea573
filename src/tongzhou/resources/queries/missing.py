"""What a project still lacks of what departments promise: rows of its start page."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.lib.missing import Missing, to_fill_in
from tongzhou.papers.blanks import blanks_in
from tongzhou.people.models import User
from tongzhou.projects.access import asked_of
from tongzhou.projects.models import Project
from tongzhou.projects.queries import team_of
from tongzhou.resources.models import Commitment
from tongzhou.resources.queries.listing import commitments_of, counts_of

State = Commitment.State


def commitments_missing(project: Project, user: User) -> list[Missing]:
    """Return whether departments are asked, and whether their heads have answered: who has it. Four queries."""
    if "commitments" not in asked_of(project):
        return []
    lines = [line for line in commitments_of(project) if line.state != State.WITHDRAWN]
    counts, team = counts_of(lines), team_of(project)
    stage, link = Project.Stage.INITIATING, reverse("commitments", args=[project.number])
    manager = _("Project manager %(name)s") % {"name": team.manager} if team.manager else _("Project manager")
    if not lines:
        title = _("Ask departments for people, hours, budget and tools")
        return [Missing(stage, "commitments", title, done=False, who=manager, link=f"{link}#ask", optional=True)]
    waiting = list(dict.fromkeys(line.department_id for line in lines if line.state == State.ASKED))
    heads = {part.department_id: (part.department, part.head.name if part.head else "") for part in team.participations}
    named = [heads.get(key, ("", "")) for key in waiting]
    nobody = _("no head yet")
    who = "、".join(f"{department} {head or nobody}" for department, head in named)
    words = {"answered": counts.total - counts.asked, "count": counts.total}
    note = (
        ngettext("%(answered)s of %(count)s line is answered.", "%(answered)s of %(count)s lines are answered.", counts.total)
        % words
    )
    if counts.declined:
        note += _("%(count)s not promised.") % {"count": counts.declined}
    blanks = to_fill_in([blank for line in lines for blank in blanks_in(line.what)])
    title, done = _("Departments promise their resources"), not waiting and not blanks
    who = "、".join(part for part in (manager if blanks else "", who) if part)
    return [Missing(stage, "commitments", title, done, who, link, "；".join(part for part in (note, blanks) if part))]
