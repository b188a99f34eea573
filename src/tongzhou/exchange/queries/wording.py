"""Every refusal, error, warning and notice of the workbooks room, in the user's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.workbooks.refusal import WorkbookRefused
from tongzhou.workbooks.result import Problem

REFUSALS = {
    "empty_file": gettext_lazy("The file is empty (0 bytes)."),
    "not_a_workbook": gettext_lazy(
        "This is neither an Excel workbook nor a text table (.xlsx, .xls, .csv) nor a project in XML: it is another kind"
        " of file that was renamed."
    ),
    "not_a_project": gettext_lazy(
        "This XML file is no project of MS Project. In MS Project choose “Save as” and “XML Format (*.xml)”."
    ),
    "project_file": gettext_lazy(
        "This is a .mpp file, which only MS Project can read. There choose “Save as” and “XML Format (*.xml)”, and bring that."
    ),
    "too_many_tasks": gettext_lazy("The project has more than %(limit)s tasks."),
    "no_task": gettext_lazy("The project holds no task."),
    "other_office_file": gettext_lazy("This is another kind of Office file, not an Excel workbook (.xlsx)."),
    "protected": gettext_lazy("The file is protected by a password. Remove the password in Excel, save, and try again."),
    "damaged": gettext_lazy("The file is damaged and cannot be read. Open it in Excel, save it anew, and try again."),
    "file_too_big": gettext_lazy("The file is larger than %(limit)s MB."),
    "bomb": gettext_lazy("Unpacked, the file would be unreasonably large (more than %(limit)s MB). It was not opened."),
    "too_many_parts": gettext_lazy("The file has more than %(limit)s parts."),
    "unsafe_xml": gettext_lazy("The file contains definitions that a workbook does not need and that may do harm."),
    "too_many_rows": gettext_lazy(
        "The sheet reaches further than row %(limit)s. Delete the empty formatted rows, save, and try again."
    ),
    "too_many_columns": gettext_lazy(
        "The sheet has more than %(limit)s columns. Delete the empty formatted columns, save, and try again."
    ),
    "too_many_cells": gettext_lazy(
        "The sheet has too many cells. Delete the empty formatted rows and columns, save, and try again."
    ),
    "too_much_text": gettext_lazy("The workbook holds too much text."),
    "out_of_memory": gettext_lazy("The workbook needs too much memory to be read."),
    "too_slow": gettext_lazy("The workbook takes too long to be read."),
    "busy": gettext_lazy("Other files are being read. Try again in a moment."),
    "no_sheet": gettext_lazy("The workbook has no sheet."),
}

PROBLEMS = {
    "nothing_found": gettext_lazy(
        "No table was found: there must be a heading row with at least a task name and dates or an owner."
    ),
    "cell_error": gettext_lazy("The cell holds an error of Excel: %(text)s."),
    "formula_without_result": gettext_lazy(
        "The cell holds a formula without a stored result. Open the file in Excel, save it, and try again."
    ),
    "text_too_long": gettext_lazy("The text is longer than %(limit)s characters."),
    "name_missing": gettext_lazy("The row has content, but no task name."),
    "date_impossible": gettext_lazy("There is no such day: %(text)s."),
    "date_unreadable": gettext_lazy("“%(text)s” cannot be read as a date."),
    "date_without_year": gettext_lazy("“%(text)s” has no year, and none can be taken from elsewhere."),
    "percent_over_100": gettext_lazy("The percentage is over 100: %(text)s."),
    "percent_negative": gettext_lazy("The percentage is below 0: %(text)s."),
    "percent_unreadable": gettext_lazy("“%(text)s” cannot be read as a percentage."),
    "duration_unreadable": gettext_lazy("“%(text)s” cannot be read as a duration."),
    "duration_too_long": gettext_lazy("The duration is too long: %(text)s."),
    "quantity_unreadable": gettext_lazy("“%(text)s” cannot be read as a quantity."),
    "state_unknown": gettext_lazy("“%(text)s” is no known state."),
    "finish_before_start": gettext_lazy("“%(name)s”: the finish %(finish)s is before the start %(start)s."),
    "duplicate_code": gettext_lazy("The code %(code)s stands in row %(row)s already."),
    "unknown_predecessor": gettext_lazy("“%(name)s”: the predecessor “%(text)s” is nowhere in the table."),
    "link_to_itself": gettext_lazy("“%(name)s” waits for itself."),
    "finish_link_into_summary": gettext_lazy("“%(name)s” has subtasks: a link to its finish (%(text)s) is not possible."),
    "cycle": gettext_lazy("These tasks wait for each other in a circle: %(chain)s."),
    "tracked_twice": gettext_lazy("The same task stands in row %(other)s already."),
    "tracking_unknown": gettext_lazy("There is no task “%(name)s”, neither in this workbook nor in the plan."),
    "progress_refused": gettext_lazy("Progress of “%(name)s”: %(reason)s"),
    "period_unreadable": gettext_lazy("The period “%(text)s” cannot be read."),
    "key_milestone_without_date": gettext_lazy("The key milestone “%(name)s” has no readable date (%(text)s); it is left out."),
    "key_milestone_differs": gettext_lazy(
        "Key milestone “%(name)s”: %(day)s in the basic information, but the task finishes on %(finish)s."
    ),
    "duration_differs": gettext_lazy(
        "“%(name)s”: duration %(typed)s d typed, the dates give %(days)s working days; the dates count."
    ),
    "summary_start": gettext_lazy("Summary “%(name)s”: start %(typed)s typed, its subtasks give %(real)s; the subtasks count."),
    "summary_finish": gettext_lazy(
        "Summary “%(name)s”: finish %(typed)s typed, its subtasks give %(real)s; the subtasks count."
    ),
    "summary_duration": gettext_lazy(
        "Summary “%(name)s”: duration %(typed)s d typed, its subtasks give %(days)s working days."
    ),
    "year_not_announced": gettext_lazy(
        "The days off of %(year)s are not announced yet: plans that reach into it are uncertain"
    ),
    "sheet_unknown": gettext_lazy("The sheet “%(sheet)s” was not understood and is left out."),
    "date_serial": gettext_lazy("%(text)s understood as %(day)s"),
    "date_time_dropped": gettext_lazy("%(text)s: the time is left out, %(day)s counts"),
    "date_year_added": gettext_lazy("%(text)s understood as %(day)s"),
    "one_owner": gettext_lazy("A task has one owner: %(owner)s; as supporters: %(others)s"),
    "milestone_found": gettext_lazy("“%(name)s” understood as a milestone on %(day)s"),
    "day_off_kept": gettext_lazy("“%(name)s” is on a day off, %(day)s (%(weekday)s); the date is kept"),
    "day_off_start": gettext_lazy("“%(name)s” starts on a day off, %(day)s (%(weekday)s); work begins on the next working day"),
    "day_off_finish": gettext_lazy(
        "“%(name)s” finishes on a day off, %(day)s (%(weekday)s); work ends on the working day before"
    ),
    "first_column_is_project": gettext_lazy("The first column only repeats the project's name “%(name)s”; it is not a task"),
    "hidden_sheet": gettext_lazy("The hidden sheet “%(sheet)s” is left out"),
    "key_milestone_tied": gettext_lazy("The key milestone “%(name)s” is tied to the task of that name"),
    "raci_later": gettext_lazy("“%(sheet)s” is a RACI matrix; it will be understood later"),
    "risks_later": gettext_lazy("“%(sheet)s” is a risk register; it will be understood later"),
    "row_skipped": gettext_lazy("A total, a note below the table or a repeated heading; it is left out"),
    "looked_at_on": gettext_lazy(
        "The table lies in the past: the project is looked at as of %(day)s (changed under Initiation)"
    ),
    "column_ignored": gettext_lazy("The column “%(heading)s” is ignored"),
    "link_not_in_file": gettext_lazy("“%(name)s” waits for “%(before)s” in the plan, the file does not say so; the link stays"),
    "calendar_kept": gettext_lazy(
        "%(count)s tasks have a calendar of their own, which this table has no column for; it stays: %(names_told)s"
    ),
    "date_held": gettext_lazy(
        "%(count)s tasks keep a date earlier than their links allow, which this table has no column for; it stays:"
        " %(names_told)s"
    ),
    "mspdi_external_tasks": gettext_lazy("%(number)s tasks of other projects are left out: %(text)s"),
    "mspdi_external_link": gettext_lazy("The link to a task of another project (%(text)s) is left out"),
    "mspdi_inactive": gettext_lazy("An inactive task comes in as cancelled"),
    "mspdi_subproject": gettext_lazy("A subproject comes in as one task; what it contains is in its own file"),
    "mspdi_percent_lag": gettext_lazy("A lag of %(text)s of the predecessor's duration comes in as the days that this is now"),
    "mspdi_elapsed_duration": gettext_lazy("“%(text)s” has a duration in days of the calendar; its dates count"),
    "mspdi_milestone_with_duration": gettext_lazy("“%(text)s” is marked as a milestone but has a duration; it is a task here"),
    "mspdi_constraint_softened": gettext_lazy("There is no constraint “%(text)s” here; the task keeps its date"),
    "mspdi_constraint_to_deadline": gettext_lazy("The constraint “%(text)s” comes in as a deadline"),
    "mspdi_constraint_on_summary": gettext_lazy("The constraint “%(text)s” on a summary is left out"),
    "mspdi_wbs": gettext_lazy(
        "%(number)s WBS codes of its own are left out (not all are different numbers); the outline counts"
    ),
    "mspdi_day_length": gettext_lazy("A day has %(text)s hours in the file; durations come in as days of 8 hours"),
    "mspdi_costs": gettext_lazy("The costs of %(number)s tasks are left out"),
    "mspdi_resource_calendars": gettext_lazy("Personal days off of %(number)s resources are left out: %(text)s"),
    "mspdi_other_baselines": gettext_lazy("Baselines 1 to 10 of %(number)s tasks are left out"),
    "mspdi_recurring_exceptions": gettext_lazy("%(number)s exceptions of the calendar that recur by a rule are left out"),
    "mspdi_calendar_stays": gettext_lazy("The file's calendar “%(text)s” is another one; the project keeps its own"),
    "mspdi_calendar_week": gettext_lazy(
        "The week of the calendar “%(text)s” is left out; only its days off and on are compared"
    ),
    "mspdi_task_calendars": gettext_lazy("%(number)s task calendars are not here: %(text)s; these tasks run on the project's"),
    "mspdi_dates_move": gettext_lazy("“%(name)s” lies on %(now)s by the calendars here, in the file on %(was)s"),
    "mspdi_more_dates_move": gettext_lazy("%(number)s more tasks lie on other days than in the file"),
    "mspdi_baseline_stays": gettext_lazy("The file's baseline is left out: the project has one already"),
    "mspdi_assignment_unknown": gettext_lazy("%(number)s assignments to resources that the file does not hold are left out"),
}

TOPICS = {
    "year_not_announced": gettext_lazy("Calendar"),
    "summary_start": gettext_lazy("Summaries"),
    "summary_finish": gettext_lazy("Summaries"),
    "summary_duration": gettext_lazy("Summaries"),
    "duration_differs": gettext_lazy("Duration"),
    "key_milestone_differs": gettext_lazy("Milestones"),
    "key_milestone_without_date": gettext_lazy("Milestones"),
    "period_unreadable": gettext_lazy("Period"),
    "sheet_unknown": gettext_lazy("Skipped"),
    "looked_at_on": gettext_lazy("As of"),
    "date_serial": gettext_lazy("Dates"),
    "date_time_dropped": gettext_lazy("Dates"),
    "date_year_added": gettext_lazy("Dates"),
    "day_off_kept": gettext_lazy("Days off"),
    "day_off_start": gettext_lazy("Days off"),
    "day_off_finish": gettext_lazy("Days off"),
    "milestone_found": gettext_lazy("Milestones"),
    "key_milestone_tied": gettext_lazy("Tied"),
    "first_column_is_project": gettext_lazy("Project"),
    "one_owner": gettext_lazy("Owners"),
    "row_skipped": gettext_lazy("Skipped"),
    "column_ignored": gettext_lazy("Columns"),
    "hidden_sheet": gettext_lazy("Skipped"),
    "raci_later": gettext_lazy("Later"),
    "risks_later": gettext_lazy("Later"),
    "link_not_in_file": gettext_lazy("Links"),
    "calendar_kept": gettext_lazy("Calendar"),
    "date_held": gettext_lazy("Dates"),
    "mspdi_inactive": gettext_lazy("State"),
    "mspdi_percent_lag": gettext_lazy("Links"),
    "mspdi_elapsed_duration": gettext_lazy("Duration"),
    "mspdi_day_length": gettext_lazy("Duration"),
    "mspdi_milestone_with_duration": gettext_lazy("Milestones"),
    "mspdi_constraint_softened": gettext_lazy("Constraints"),
    "mspdi_constraint_to_deadline": gettext_lazy("Constraints"),
    "mspdi_subproject": gettext_lazy("Changed"),
    "mspdi_calendar_stays": gettext_lazy("Calendar"),
    "mspdi_calendar_week": gettext_lazy("Calendar"),
    "mspdi_dates_move": gettext_lazy("Dates"),
    "mspdi_more_dates_move": gettext_lazy("Dates"),
    "mspdi_task_calendars": gettext_lazy("Calendar"),
}
LEFT_OUT = gettext_lazy("Left out")

MEANINGS = {
    "code": gettext_lazy("Code"),
    "serial": gettext_lazy("Code"),
    "level": gettext_lazy("Level"),
    "project": gettext_lazy("Project"),
    "phase": gettext_lazy("Phase"),
    "name": gettext_lazy("Task"),
    "subtask": gettext_lazy("Subtask"),
    "department": gettext_lazy("Department"),
    "owner": gettext_lazy("Owner"),
    "supporters": gettext_lazy("Supporting people"),
    "support_departments": gettext_lazy("Supporting departments"),
    "deputy": gettext_lazy("Deputy"),
    "start": gettext_lazy("Start"),
    "finish": gettext_lazy("Finish"),
    "period": gettext_lazy("Start and finish"),
    "duration": gettext_lazy("Duration"),
    "standard": gettext_lazy("Delivery standard"),
    "output": gettext_lazy("Key output"),
    "predecessors": gettext_lazy("Predecessors"),
    "risk": gettext_lazy("Risk point"),
    "remark": gettext_lazy("Remark"),
    "state": gettext_lazy("State"),
    "percent": gettext_lazy("Percent complete"),
    "actual_start": gettext_lazy("Actual start"),
    "actual_finish": gettext_lazy("Actual finish"),
    "updated_by": gettext_lazy("Updated by"),
    "updated_on": gettext_lazy("Updated on"),
    "note": gettext_lazy("Exception note"),
    "milestone": gettext_lazy("Milestone"),
    "urgency": gettext_lazy("Urgency"),
    "resource": gettext_lazy("Resource need"),
    "quantity": gettext_lazy("Quantity"),
    "unit": gettext_lazy("Unit"),
    "done_quantity": gettext_lazy("Quantity done"),
    "deadline": gettext_lazy("Deadline"),
    "outline": gettext_lazy("Outline level"),
    "constraint": gettext_lazy("Constraint"),
    "constraint_date": gettext_lazy("Constraint date"),
    "calendar": gettext_lazy("Task calendar"),
    "baseline_start": gettext_lazy("Baseline start"),
    "baseline_finish": gettext_lazy("Baseline finish"),
    "key": gettext_lazy("Known rows"),
}

WEEKDAYS = (
    gettext_lazy("Mon"),
    gettext_lazy("Tue"),
    gettext_lazy("Wed"),
    gettext_lazy("Thu"),
    gettext_lazy("Fri"),
    gettext_lazy("Sat"),
    gettext_lazy("Sun"),
)


HIDDEN_MEANINGS = {"serial", "project", "key"}
KINDS = {
    "tasks": gettext_lazy("Tasks"),
    "tracking": gettext_lazy("Progress table"),
    "project": gettext_lazy("Basic information"),
    "ignored": gettext_lazy("Do not import"),
}


def offered_meanings() -> list[tuple[str, str]]:
    """What a column can be taken for."""
    return [(value, str(label)) for value, label in MEANINGS.items() if value not in HIDDEN_MEANINGS]


def offered_kinds() -> list[tuple[str, str]]:
    """What a sheet can be taken for."""
    return [(value, str(label)) for value, label in KINDS.items()]


def refusal_text(refused: WorkbookRefused) -> str:
    """Say why a file is not read, with sheet, row and column where they are known."""
    text = str(REFUSALS[refused.code]) % {"limit": refused.limit}
    place = place_text(refused.sheet or "", refused.row, refused.column)
    return said_of(place, text)


def said_of(place: str, text: str) -> str:
    """The text with the place that it is about; without a place the text alone."""
    return _("%(place)s: %(text)s") % {"place": place, "text": text} if place else text


def problem_text(problem: Problem) -> str:
    """Say what is wrong, or what was done."""
    params: dict[str, Any] = {"sheet": problem.sheet, **problem.params}
    if "names" in params:
        params["chain"] = " → ".join(params["names"])
    if "weekday" in params:
        params["weekday"] = WEEKDAYS[params["weekday"] - 1]
    for name in ("typed",):
        if isinstance(params.get(name), float):
            params[name] = f"{params[name]:g}"
    return str(PROBLEMS[problem.code]) % params


def topic_of(problem: Problem) -> str:
    return str(TOPICS.get(problem.code) or (LEFT_OUT if problem.code.startswith("mspdi_") else _("Note")))


def place_text(sheet: str, row: int | None, column: str | None) -> str:
    """Name a cell as the sheet counts: sheet, row, column."""
    if not sheet:
        return ""
    if not row:
        return _("Sheet “%(sheet)s”") % {"sheet": sheet}
    if column is None:
        return _("Sheet “%(sheet)s”, row %(row)s") % {"sheet": sheet, "row": row}
    return _("Sheet “%(sheet)s”, cell %(column)s%(row)s") % {"sheet": sheet, "row": row, "column": column}
