"""Every hidden arrow of the product: where a low room reaches a high one. The only module that fills registries."""

from __future__ import annotations

from datetime import timedelta
from functools import cache, partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tongzhou.charters.actions import bring_into_force, hold_charter, memo_signed
from tongzhou.charters.notices import told_of_duties, told_of_force, told_of_memo
from tongzhou.charters.queries.memo_standing import why_memo_holds
from tongzhou.charters.queries.missing import missing_papers
from tongzhou.charters.queries.standing import GATE, why_signed, why_weight_holds
from tongzhou.config.ended import KEPT_WHEN_ENDED
from tongzhou.confirmations import access as confirmations
from tongzhou.confirmations import notices as confirmations_told
from tongzhou.confirmations.jobs import time_is_over, time_runs_out
from tongzhou.confirmations.queries.queue import confirmations_owed
from tongzhou.documents.queries.settings import settings_card
from tongzhou.escalations import access as escalations
from tongzhou.escalations.jobs import climb_by_clock
from tongzhou.escalations.notices import told_of_case
from tongzhou.escalations.queries.ladder import limits_card
from tongzhou.escalations.queries.queue import cases_owed
from tongzhou.exchange import notices as exchange_told
from tongzhou.exchange.actions import why_link_opens_too_much
from tongzhou.exchange.queries.brought import part_of_start
from tongzhou.integrations.smtp import Mail
from tongzhou.lib.due import ATTEMPTS_OF_THREE_DAYS, THREE_DAYS, DueKind
from tongzhou.lib.live import add_sleeper, announce
from tongzhou.lib.registry import (
    CHANNELS,
    DUES,
    ENCLOSURES,
    EVENTS,
    GATES,
    HOLDS,
    NOTICES,
    OUTCOMES,
    PANELS,
    QUESTIONS,
    ROWS,
    SIGHTS,
)
from tongzhou.meetings import notices as meetings
from tongzhou.meetings.actions import hold_meeting, keep_confirmation, keep_signatures
from tongzhou.meetings.jobs import minutes_come_due, minutes_run_late
from tongzhou.meetings.queries.calendar import enclosures_of
from tongzhou.meetings.queries.missing import minutes_missing
from tongzhou.meetings.queries.queue import meetings_owed
from tongzhou.meetings.queries.subject import subject_of_question
from tongzhou.notifications.actions import tell
from tongzhou.notifications.jobs import deliver_digest, deliver_notice
from tongzhou.notifications.queries.deliveries import delivery_card
from tongzhou.people.notices import told_of_factor, told_of_leave, told_of_password, told_of_work
from tongzhou.plan import notices as plan_told
from tongzhou.plan.access import asked_into
from tongzhou.plan.actions import calendar_moves, follow_calendar, follow_start, hand_over_tasks, hold_plan, keep_summary
from tongzhou.plan.actions.publishing import publish_task_list
from tongzhou.plan.jobs import follow_calendars, look_for_unknown_years, tell_of_unknown_year
from tongzhou.plan.notices import (
    told_of_call,
    told_of_claims,
    told_of_owners,
    told_of_publication,
    told_of_returns,
    told_of_year,
)
from tongzhou.plan.queries.claim_queue import claims_owed
from tongzhou.plan.queries.deliverables import deliverable_panel, deliverable_question
from tongzhou.plan.queries.handing_over import open_tasks
from tongzhou.plan.queries.item import task_named
from tongzhou.plan.queries.missing import plan_missing
from tongzhou.progress import access as progress
from tongzhou.progress import jobs as syncs
from tongzhou.progress import notices as progress_told
from tongzhou.progress.actions import follow_calendar_of_project, keep_beats, keep_decision, update_to_keep, why_block_is_open
from tongzhou.progress.jobs import block_ran_out, exception_ran_out
from tongzhou.progress.queries import latest_panel, latest_question
from tongzhou.progress.queries.beats import rhythm_card
from tongzhou.progress.queries.block_queue import blocks_owed, exceptions_owed
from tongzhou.progress.queries.drawer import block_panel
from tongzhou.progress.queries.queue import reports_owed
from tongzhou.projects import notices as projects_told
from tongzhou.projects.access import seen_projects
from tongzhou.projects.actions import hand_over_seats, hold_project, keep_ended
from tongzhou.projects.notices import told_of_comment, told_of_hand_over, told_of_role, told_of_seat
from tongzhou.projects.queries import names_of_projects
from tongzhou.projects.queries.comments import comments_panel, comments_question
from tongzhou.projects.queries.handing_over import open_seats, organisation_card, projects_panel
from tongzhou.projects.queries.missing import own_missing
from tongzhou.reports.jobs import begin_weekly_reports, calendar_of_project, draft_weekly
from tongzhou.reports.notices import told_of_draft, told_of_sent
from tongzhou.resources import access as resources
from tongzhou.resources import notices as resources_told
from tongzhou.resources.queries.missing import commitments_missing
from tongzhou.resources.queries.waiting import commitments_owed
from tongzhou.rhythm.actions import owe_event
from tongzhou.rhythm.jobs import care_for_rhythm, renew_rhythm, renew_rhythms, tell_event
from tongzhou.rhythm.queries.background import background_card
from tongzhou.shell.queries.record import changes_panel, changes_question
from tongzhou.signoffs import notices as sheets
from tongzhou.signoffs.access import delegated_into
from tongzhou.signoffs.actions import keep_act, keep_restore
from tongzhou.signoffs.queries.queue import signatures_owed

if TYPE_CHECKING:
    from tongzhou.config.news import Publisher

CALENDAR_EVENTS = (
    "calendar-changed",
    "department-calendar-chosen",
    "department-changed",
    "leave-cancelled",
    "leave-taken",
    "person-changed",
    "statutory-year-announced",
)
"""After these the plans may run on other days."""

LADDER_NOTICES = {
    told_of_case: ("case-opened", "case-climbed", "case-overdue", "case-handed-back", "case-decided", "case-closed"),
    confirmations_told.told_of_asked: ("confirmation-asked", "confirmation-text-changed", "confirmation-due-soon"),
    confirmations_told.told_of_answer: ("confirmation-given", "confirmation-objected"),
    confirmations_told.told_of_end: ("confirmation-withdrawn", "confirmation-ran-out"),
    progress_told.told_of_block: ("task-blocked", "block-passed-on"),
    progress_told.told_of_answer: ("block-put-off", "task-unblocked"),
    progress_told.told_of_exception: (
        "exception-reported",
        "exception-handled",
        "exception-closed",
        "exception-reopened",
    ),
}
"""Who is told of blocks, exceptions, cases and confirmations: by which notices, of which events."""


MEETING_NOTICES = {
    meetings.told_of_invitation: ("meeting-planned", "meeting-cancelled", "attendees-changed"),
    meetings.told_of_change: ("meeting-changed",),
    meetings.told_of_due: ("minutes-due-soon", "minutes-overdue"),
    meetings.told_of_minutes: ("minutes-sent",),
    meetings.told_of_end: ("minutes-confirmed", "minutes-archived"),
}
"""Who is told of meetings and their minutes."""


def wire() -> None:
    """Hang every handler in its place. Called once, when Django has loaded the rooms."""
    wire_rhythm()
    wire_plan()
    ROWS.add("progress-recorded", update_to_keep)
    PANELS.add("work_item", block_panel)
    PANELS.add("work_item", deliverable_panel)
    PANELS.add("work_item", latest_panel)
    PANELS.add("work_item", changes_panel)
    PANELS.add("work_item", comments_panel)
    PANELS.add("work_item_changes", changes_panel)
    for question in (deliverable_question, latest_question, changes_question, comments_question):
        QUESTIONS.add("work_item", question)
    PANELS.add("comment_subject", task_named)
    OUTCOMES.add("sheet-final:task-list", publish_task_list)
    OUTCOMES.add("formal-act", keep_act)
    OUTCOMES.add("data-restored", keep_restore)
    rooms = (escalations, confirmations, progress, resources)
    for asked in (asked_into, delegated_into, *(room.asked_into for room in rooms)):
        SIGHTS.add("project", asked)
    GATES.add("sign_in_link", why_link_opens_too_much)
    GATES.add("close-escalation", why_block_is_open)
    OUTCOMES.add("escalation-decided", keep_decision)
    wire_charters()
    for place in ("person-disabled", "work-handed-over"):
        OUTCOMES.add(place, hand_over_tasks)
        OUTCOMES.add(place, hand_over_seats)
    PANELS.add("open_work", open_tasks)
    PANELS.add("open_work", open_seats)
    PANELS.add("person", projects_panel)
    PANELS.add("administration", organisation_card)
    PANELS.add("administration", background_card)
    PANELS.add("administration", rhythm_card)
    PANELS.add("administration", limits_card)
    PANELS.add("administration", settings_card)
    PANELS.add("calendar_change", calendar_moves)
    SIGHTS.add("notice_project", seen_projects)
    CHANNELS.add("mail", Mail())
    PANELS.add("project_names", names_of_projects)
    for missing in (own_missing, plan_missing, commitments_missing):
        PANELS.add("missing", missing)
    PANELS.add("administration", delivery_card)
    answers = (claims_owed, blocks_owed, cases_owed, confirmations_owed, exceptions_owed, commitments_owed)
    for owed in (reports_owed, signatures_owed, *answers):
        PANELS.add("queue", owed)
    wire_meetings()
    tell_people()
    for kind in CALENDAR_EVENTS:
        EVENTS.add(kind, follow_calendar)


def wire_plan() -> None:
    """What moves and is summed up anew when the project's own dates change."""
    HOLDS.add("project-start", hold_plan)
    OUTCOMES.add("project-start-changed", follow_start)
    OUTCOMES.add("project-basics-changed", keep_summary)


def wire_charters() -> None:
    """What is signed in a charter does not change any more, and what its finality brings."""
    OUTCOMES.add("sheet-final:charter", bring_into_force)
    HOLDS.add("sheet:charter", hold_charter)
    HOLDS.add("sheet:task-list", hold_project)
    OUTCOMES.add("sheet-final:memo", memo_signed)
    GATES.add(GATE, why_signed)
    GATES.add("weight-lowered", why_weight_holds)
    GATES.add("weight-lowered", why_memo_holds)
    PANELS.add("missing", missing_papers)
    NOTICES.add("memo-came-into-force", told_of_memo)
    NOTICES.add("duties-published", told_of_duties)


@cache
def news() -> Publisher | None:
    """Return what tells other processes of commits by Redis; None where that is not set up. One a process."""
    if settings.ENVIRONMENT.worker != "celery":
        return None
    from tongzhou.config.news import Publisher

    return Publisher(settings.ENVIRONMENT.redis_url)


def wire_processes() -> None:
    """Let other processes hear of what this one commits, where they are told by Redis."""
    publisher = news()
    if publisher is not None:
        add_sleeper(publisher)


def tell_people() -> None:
    """Hang who is told of what, and the worker's handler that tells them. A room's notices.py says whom."""
    NOTICES.add("comment-added", told_of_comment)
    NOTICES.add("comment-edited", told_of_comment)
    NOTICES.add("sheet-opened", sheets.told_of_opening)
    NOTICES.add("sheet-signed", sheets.told_of_signing)
    NOTICES.add("sheet-refused", sheets.told_of_refusal)
    NOTICES.add("sheet-voided", sheets.told_of_voiding)
    NOTICES.add("signature-withdrawn", sheets.told_of_withdrawal)
    NOTICES.add("seat-delegated", sheets.told_of_delegation)
    NOTICES.add("charter-came-into-force", told_of_force)
    NOTICES.add("delegation-ended", sheets.told_of_delegation)
    for kind in ("work-item-added", "work-item-changed", "plan-edited", "plan-imported", "tasks-handed-over", "tasks-claimed"):
        NOTICES.add(kind, told_of_owners)
    NOTICES.add("claims-asked", told_of_call)
    NOTICES.add("tasks-claimed", told_of_claims)
    NOTICES.add("tasks-handed-back", told_of_returns)
    NOTICES.add("task-list-published", told_of_publication)
    NOTICES.add("leave-taken", told_of_leave)
    NOTICES.add("work-handed-over", told_of_work)
    NOTICES.add("factor-added", told_of_factor)
    NOTICES.add("factor-removed", told_of_factor)
    NOTICES.add("password-set", told_of_password)
    NOTICES.add("workbook-imported", exchange_told.told_of_import)
    NOTICES.add("weekly-report-sent", told_of_sent)
    NOTICES.add("objective-added", projects_told.told_of_objective)
    NOTICES.add("objective-changed", projects_told.told_of_objective)
    NOTICES.add("objective-measured", projects_told.told_of_measurement)
    NOTICES.add("stage-moved", projects_told.told_of_stage)
    NOTICES.add("seat-changed", told_of_seat)
    NOTICES.add("role-given", told_of_role)
    NOTICES.add("role-taken", told_of_role)
    NOTICES.add("seats-handed-over", told_of_hand_over)
    NOTICES.add("weekly-report-drafted", told_of_draft)
    for told_of, kinds in (*LADDER_NOTICES.items(), *MEETING_NOTICES.items()):
        for kind in kinds:
            NOTICES.add(kind, told_of)
    NOTICES.add("commitments-asked", resources_told.told_of_lines)
    NOTICES.add("commitment-changed", resources_told.told_of_line)
    NOTICES.add("commitment-withdrawn", resources_told.told_of_line)
    NOTICES.add("commitments-answered", resources_told.told_of_answers)
    NOTICES.add("deliverables-added", plan_told.told_of_deliverables)
    for kind in ("deliverable-changed", "deliverable-removed", "deliverable-restored"):
        NOTICES.add(kind, plan_told.told_of_deliverable)
    for kind in ("deliverable-submitted", "deliverable-taken-back", "deliverable-accepted", "deliverable-returned"):
        NOTICES.add(kind, plan_told.told_of_delivery)
    NOTICES.add("statutory-year-announced", told_of_year)
    NOTICES.add("project-started-from-template", exchange_told.told_of_start)
    for kind in NOTICES.places():
        EVENTS.add(kind, tell)


def wire_rhythm() -> None:
    """What is done when a row is due, and how it becomes due."""
    OUTCOMES.add("event-recorded", partial(keep_ended, kinds=KEPT_WHEN_ENDED))
    OUTCOMES.add("event-recorded", owe_event)
    OUTCOMES.add("event-recorded", announce)
    GATES.add("tell", part_of_start)
    lease = timedelta(minutes=15)
    DUES.add("event", DueKind(tell_event, label=_("What follows from a change"), lease=lease, soon=True, by_part=True))
    DUES.add("rhythm-care", DueKind(care_for_rhythm, label=_("Care of the clock"), soon=True))
    DUES.add("rhythm-renewal", DueKind(renew_rhythm, label=_("Next slots of what recurs"), soon=True))
    for kind in (*CALENDAR_EVENTS, "project-calendar-changed"):
        EVENTS.add(kind, renew_rhythms)
    drafted = _("Drafts of weekly reports")
    DUES.add("weekly-report", DueKind(draft_weekly, label=drafted, calendar=calendar_of_project, apart=True))
    EVENTS.add("project-created", begin_weekly_reports)
    OUTCOMES.add("rhythm-cared", look_for_unknown_years)
    DUES.add("plan-years", DueKind(tell_of_unknown_year, label=_("Years whose days off are not announced"), lease=lease))
    DUES.add("plan-calendar", DueKind(follow_calendars, label=_("Plans follow their calendars"), lease=lease, soon=True))
    goes_out = partial(DueKind, apart=True, attempts=ATTEMPTS_OF_THREE_DAYS + 2, backoff=THREE_DAYS)
    DUES.add("delivery", goes_out(deliver_notice, label=_("Notices by mail and other channels")))
    DUES.add("digest", goes_out(deliver_digest, label=_("Digests of notices")))
    DUES.add("escalation", DueKind(climb_by_clock, label=_("Escalations climb")))
    DUES.add("block", DueKind(block_ran_out, label=_("Blocks run out")))
    DUES.add("exception", DueKind(exception_ran_out, label=_("Exceptions run out")))
    wire_syncs()
    DUES.add("confirmation", DueKind(time_is_over, label=_("Confirmations end")))
    DUES.add("confirmation-reminder", DueKind(time_runs_out, label=_("Reminders of confirmations")))


def wire_meetings() -> None:
    """Minutes: confirmed by everybody, then signed by the heads, then in the archive."""
    OUTCOMES.add("confirmed", keep_confirmation)
    HOLDS.add("confirmation:meeting", hold_meeting)
    for kind in ("kickoff-minutes", "start-minutes"):
        OUTCOMES.add(f"sheet-final:{kind}", keep_signatures)
        HOLDS.add(f"sheet:{kind}", hold_meeting)
    PANELS.add("confirmation_subject", subject_of_question)
    PANELS.add("missing", minutes_missing)
    PANELS.add("queue", meetings_owed)
    ENCLOSURES.add("meeting", enclosures_of)
    DUES.add("minutes", DueKind(minutes_run_late, label=_("Minutes that are not out in time")))
    DUES.add("minutes-reminder", DueKind(minutes_come_due, label=_("Reminders of minutes")))


def wire_syncs() -> None:
    """The slots at which progress is synced, and the reminders before them."""
    lease = timedelta(minutes=15)
    slot = partial(DueKind, lease=lease, calendar=syncs.calendar_of_beat)
    DUES.add("sync-urgent", slot(syncs.urgent_slot_came, label=_("Daily syncs are counted")))
    DUES.add("sync-regular", slot(syncs.regular_slot_came, label=_("Weekly syncs are counted")))
    DUES.add("sync-urgent-reminder", DueKind(syncs.urgent_slot_comes, label=_("Reminders of daily syncs"), lease=lease))
    DUES.add("sync-regular-reminder", DueKind(syncs.regular_slot_comes, label=_("Reminders of weekly syncs"), lease=lease))
    OUTCOMES.add("rhythm-cared", keep_beats)
    for kind in ("calendar-changed", "statutory-year-announced", "project-calendar-changed"):
        EVENTS.add(kind, follow_calendar_of_project)
