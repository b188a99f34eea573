"""Who is told of what happens to cases."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.escalations.models import Case, CaseStep, Level
from tongzhou.lib.telling import Told
from tongzhou.timeline.models import Event

KIND = "escalation"


def told_of_case(event: Event) -> list[Told]:
    """Tell who answers now; of a decision, a hand-back and the end also whose case it is."""
    case = Case.objects.select_related("project").get(pk=event.data["case"])
    step = CaseStep.objects.filter(case=case, at=event.at, level=event.data["level"]).order_by("-pk").first()
    if step is None:
        return []
    link = reverse("case", args=[case.project.number, case.pk])
    asked = [event.data["asked"]] if event.data.get("asked") else []
    told = (
        [Told(tuple(asked), KIND, _to_answer(case, step), _until(step), link, urgent=case.level == Level.LEAD)] if asked else []
    )
    if step.kind in (CaseStep.Kind.DECIDED, CaseStep.Kind.HANDED_BACK, CaseStep.Kind.CLOSED):
        concerned = tuple(key for key in _concerned(case) if key not in asked)
        told.append(Told(concerned, KIND, _of_decision(case, step), step.text, link))
    return [one for one in told if one.people]


def _concerned(case: Case) -> Iterable[int]:
    """Whose case it is: the owner, who opened it, and whoever was asked on the way."""
    people = [case.owner_id, case.opened_by_id, *case.steps.values_list("asked_id", flat=True)]
    return dict.fromkeys(key for key in people if key is not None)


def _to_answer(case: Case, step: CaseStep) -> str:
    words = {"title": case.title, "step": step.get_level_display()}
    if step.kind == CaseStep.Kind.OVERDUE:
        return _("Overdue on the highest step, please decide: %(title)s") % words
    if step.kind == CaseStep.Kind.HANDED_BACK:
        return _("Handed back to you with a decision: %(title)s") % words
    return _("Escalated to you (%(step)s), please decide: %(title)s") % words


def _until(step: CaseStep) -> str:
    until = f"{timezone.localtime(step.climbs_at):%m-%d %H:%M}" if step.climbs_at else ""
    return _("%(text)s Time until %(until)s.") % {"text": step.text, "until": until} if until else step.text


def _of_decision(case: Case, step: CaseStep) -> str:
    words = {"name": step.by_name, "title": case.title}
    if step.kind == CaseStep.Kind.CLOSED:
        return _("The case is closed: %(title)s") % words
    return _("%(name)s decided on %(title)s") % words
