"""Writes: asking for the signatures of a charter, and what follows when all have agreed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tongzhou.charters.access import can_edit_charter, seats_to_sign
from tongzhou.charters.actions.parts import charter_of
from tongzhou.charters.events import CharterCameIntoForce
from tongzhou.charters.models import Charter, CharterVersion
from tongzhou.charters.queries.cut import Cut, cut_of, headings, labels, promised
from tongzhou.charters.queries.missing import lacking
from tongzhou.charters.queries.standing import KIND, why_signed
from tongzhou.documents.queries.kinds import wording
from tongzhou.engine.canonical import digest
from tongzhou.lib.access import Refused, require
from tongzhou.people.models import System, User
from tongzhou.plan.actions import Planned, cut_baseline, planned_now, read_planned
from tongzhou.plan.models import Baseline
from tongzhou.projects.access import standing
from tongzhou.projects.actions import move_stage
from tongzhou.projects.models import Project
from tongzhou.signoffs.actions import About, Content, Course, append_act, open_sheet
from tongzhou.signoffs.models import Sheet
from tongzhou.signoffs.queries.difference import snapshot_of
from tongzhou.timeline.actions import Subject, record

PAPER = "charters/charter_paper.html"


def open_charter(*, by: User | System, project: Project, due: datetime | None = None, now: datetime) -> Sheet:
    """Freeze the charter as it stands, with the plan that its finality makes the baseline, and ask every head to sign.

    A later version takes the place of the one before, and all sign again.

    :raises Refused: if `by` is not the manager, the charter is in force and no change opened it, it lacks something (`errors`
        names each), a seat that signs is empty (each is named), the due time is past, or nothing changed.
    """
    require(isinstance(by, System) or can_edit_charter(standing(by, project), project))
    with transaction.atomic():
        project, charter = held_charter(project.pk)
        for reason in why_signed(project, KIND):
            raise Refused("charter-signed", reason)
        planned = planned_now(project, timezone.localtime(now).date())
        # The fixed texts of the form are signed with it: they may be others when the paper is fetched.
        cut = cut_of(project) | {"plan": _told_plan(planned), "wording": wording(KIND)}
        _check_whole(project, cut)
        # What is frozen speaks the organisation's language, whoever asks.
        with translation.override(settings.LANGUAGE_CODE):
            about = About(KIND, project.pk, _("Project charter"), reverse("charter", args=[project.number]))
            content = Content(cut, render_to_string(PAPER, {"cut": cut, "heads": headings()}), labels=labels())
        sheet = open_sheet(
            by=by,
            project=project,
            about=about,
            content=content,
            course=Course(seats_to_sign(project), due=due, carries=False),
            now=now,
        )
        CharterVersion.objects.create(charter=charter, sheet=sheet, planned=planned.data() if planned.lines else {})
    return sheet


def bring_into_force(*, sheet: Sheet, by: User | System, now: datetime) -> None:
    """Outcome "sheet-final:charter": what was prepared when it was opened holds from now on.

    :raises Refused: if what is promised was rewritten while it was being signed: then the last seat does not agree to a text
        that nobody works by; a next version is asked for. So if the plan that was prepared is not the one that is signed.
    """
    # The signature holds both already. The project is read again: an edit of its basics may have come before.
    project, charter = held_charter(sheet.project_id)
    sheet.project = project
    version = CharterVersion.objects.get(sheet=sheet)
    _check_same(sheet, version)
    baseline = _baseline(by, project, version.planned, now)
    version.in_force_at, version.baseline = now, baseline
    version.save(update_fields=["in_force_at", "baseline"])
    if project.stage == Project.Stage.INITIATING:
        # It is the product that moves it: who signed last is not who leads the project on.
        move_stage(by=System(), project=project, to=Project.Stage.PLANNING, now=now)
    number = baseline.number if baseline else None
    payload = {"sheet": sheet.pk, "digest": sheet.digest, "version": sheet.version, "baseline": number}
    append_act(project=sheet.project_id, kind="charter-in-force", payload=payload, by=by, now=now)
    event = CharterCameIntoForce(charter.pk, sheet.pk, sheet.version, number)
    subject = Subject("project", sheet.project_id, sheet.project.name)
    record(event, by=by, now=now, subject=subject, project=sheet.project_id)


def hold_charter(key: int) -> None:
    """Hold "sheet:charter": the project `key` and its charter, before a sheet of it is locked."""
    held_charter(key)


def held_charter(key: int) -> tuple[Project, Charter]:
    """Return the project as it is now, and its charter, locked in the order of locks: project, charter, then a sheet of it."""
    project = Project.objects.select_for_update(no_key=True).get(pk=key)
    return project, charter_of(project)


def _told_plan(planned: Planned) -> Cut:
    """Return what the charter says of the plan that it makes the baseline: how much it is, from when to when, its hash."""
    tasks = len(planned.lines)
    if not tasks:
        return {"tasks": 0, "start": "", "finish": "", "sha256": ""}
    start, finish = planned.start.isoformat(), planned.finish.isoformat()
    return {"tasks": tasks, "start": start, "finish": finish, "sha256": digest(planned.data()["lines"])}


def _check_whole(project: Project, cut: Mapping[str, Any]) -> None:
    lacks = [lack for lack in lacking(project, cut) if lack.needed]
    if not lacks:
        return
    named = "、".join(lack.title for lack in lacks)
    message = _("The charter is not whole yet: %(parts)s") % {"parts": named}
    raise Refused("charter-incomplete", message, errors={lack.key: lack.title for lack in lacks})


def _check_same(sheet: Sheet, version: CharterVersion) -> None:
    now, signed = promised(cut_of(sheet.project)), snapshot_of(sheet)["shared"]
    if signed["plan"]["sha256"] != (digest(version.planned["lines"]) if version.planned else ""):
        message = _("The plan prepared for version %(version)s is not the one being signed: a next version must be signed.")
        raise Refused("plan-altered", message % {"version": sheet.version})
    if digest(promised(signed)) != digest(now):
        message = _("The charter was rewritten while version %(version)s was being signed: a next version must be signed.")
        raise Refused("charter-rewritten", message % {"version": sheet.version})


def _baseline(by: User | System, project: Project, planned: Mapping[str, Any], now: datetime) -> Baseline | None:
    """Cut the baseline from the plan as it was when the charter was opened; where there was none, it cuts itself later."""
    return cut_baseline(by=by, project=project, now=now, planned=read_planned(planned)) if planned else None
