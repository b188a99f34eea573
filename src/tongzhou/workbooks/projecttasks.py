"""The tasks of a project of MS Project as lines of a table: what each cell says, and what no cell can say."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tongzhou.workbooks.headers import Field, field_of
from tongzhou.workbooks.projectterms import (
    CONSTRAINT_WORDS,
    CONSTRAINTS,
    COST,
    ELAPSED_FORMATS,
    LABELS,
    LINK_KINDS,
    MATERIAL,
    NOBODY,
    PERCENT_FORMATS,
    PRECISE_LABEL,
    STAMP_FIELD,
    URGENT_FROM,
    WITHIN_LABEL,
)
from tongzhou.workbooks.projectvalues import (
    TENTHS,
    amount,
    day_cell,
    finish_cell,
    is_set,
    lag_text,
    minutes_of,
    scaled,
    share_of,
    span_text,
    whole,
)
from tongzhou.workbooks.values import MINUTES_PER_DAY
from tongzhou.workbooks.xmlrecords import Record

FIRST_ROW = 3  # of the sheet: below the title and the headings
DEEPEST = 100
MOST_NOTES = 300
SOFTENED = frozenset({"ALAP", "MSO", "MFO", "SNLT", "FNET"})
_NUMBERED = re.compile(r"\d{1,6}(?:\.\d{1,6}){0,30}")
_SEPARATORS = re.compile(r"[、,;，；/|+&\s]+")
_UID = re.compile(r"#(\d{1,15})")


@dataclass(frozen=True)
class Note:
    """Something of the file that is left out or taken for something else; `row` of the sheet, where it is of one task."""

    code: str
    row: int | None = None
    text: str = ""
    number: int = 0


@dataclass
class TaskLine:
    """A task with its place; `cells` by meaning, `custom` by the number of the custom field, `fields` all of these."""

    record: Record
    uid: int
    row: int
    depth: int = 0
    number: str = ""
    has_parts: bool = False
    cells: dict[Field, Any] = field(default_factory=dict)
    custom: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)

    def said(self, tag: str) -> str:
        """The text of an element, "" where it is not there."""
        return str(self.record.get(tag) or "")


class TaskFile:
    """What all tasks of a file share."""

    def __init__(self, found: Record) -> None:
        self.found = found
        self.notes: list[Note] = []
        self.minutes_per_day = min(max(whole(found.get("MinutesPerDay"), MINUTES_PER_DAY), 1), 1440)
        tasks: list[Record] = found.get("Task", [])
        root = next((one for one in tasks if whole(one.get("OutlineLevel"), 1) == 0), {})
        self.title = str(found.get("Title") or root.get("Name") or found.get("Name") or "")
        self.resources = {str(one.get("UID")): one for one in found.get("Resource", ())}
        self.assigned: dict[int, list[Record]] = defaultdict(list)
        for one in found.get("Assignment", ()):
            self.assigned[whole(one.get("TaskUID"), -1)].append(one)
        self.calendars = {str(one.get("UID")): str(one.get("Name") or "") for one in found.get("Calendar", ())}
        # Tasks that are none of its own: those of other files, and the one that stands for the project.
        self.foreign = {
            whole(one.get("UID"), -1)
            for one in tasks
            if is_set(one.get("ExternalTask")) or whole(one.get("OutlineLevel"), 1) == 0
        }
        self.custom_fields = {
            str(one.get("FieldID")): str(one.get("Alias") or one.get("FieldName") or one.get("FieldID"))
            for one in found.get("ExtendedAttribute", ())
        }

    def note(self, code: str, row: int | None = None, text: str = "", number: int = 0) -> None:
        """Say what is left out; so many that nobody reads them are not said."""
        if len(self.notes) < MOST_NOTES:
            self.notes.append(Note(code, row, text[:200], number))

    def minutes(self, text: str | None) -> int | None:
        """A duration in working minutes of a day of eight hours."""
        minutes = minutes_of(text)
        return None if minutes is None else scaled(minutes, self.minutes_per_day)


def task_lines(file: TaskFile) -> list[TaskLine]:
    """The tasks in the order of the file's numbers, with all cells. Placeholders and tasks of other files are left out."""
    lines = [TaskLine(record, whole(record.get("UID"), -1), 0) for record in _wanted(file)]
    _nest(lines)
    by_uid: dict[int, TaskLine] = {}
    for line in lines:
        by_uid.setdefault(line.uid, line)
    codes = _codes(file, lines)
    for line in lines:
        _take_fields(file, line)
        _fill(file, line, codes)
        _fill_dates(file, line)
        _fill_people(file, line)
        line.cells[Field.PREDECESSORS] = _predecessors(file, line, by_uid, codes)
        _fill_fields(file, line, by_uid, codes)
    _note_the_rest(file, lines)
    return lines


def _wanted(file: TaskFile) -> list[Record]:
    kept: list[Record] = []
    foreign: list[Record] = []
    for record in file.found.get("Task", ()):
        if is_set(record.get("IsNull")) or whole(record.get("OutlineLevel"), 1) == 0:
            continue
        (foreign if is_set(record.get("ExternalTask")) else kept).append(record)
    if foreign:
        file.note("external_tasks", None, "、".join(str(one.get("Name", "")) for one in foreign[:5]), len(foreign))
    numbers = [whole(record.get("ID"), -1) for record in kept]
    return [record for _, _, record in sorted(zip(numbers, range(len(kept)), kept, strict=True), key=lambda one: one[:2])]


def _nest(lines: Sequence[TaskLine]) -> None:
    """Depth, outline number and row of each line, from the levels: one that skips levels lies below the line before it."""
    above: list[tuple[int, TaskLine]] = []
    counts: list[int] = [0]
    for place, line in enumerate(lines):
        level = min(max(whole(line.record.get("OutlineLevel"), 1), 1), DEEPEST)
        while above and above[-1][0] >= level:
            above.pop()
            counts.pop()
        if above:
            above[-1][1].has_parts = True
        counts[-1] += 1
        line.row, line.depth, line.number = place + FIRST_ROW, len(above), ".".join(map(str, counts))
        above.append((level, line))
        counts.append(0)


def _codes(file: TaskFile, lines: Sequence[TaskLine]) -> dict[int, str]:
    """The code of each line by row: the WBS code where all are plain and different, else the outline number."""
    typed = [line.said("WBS").strip() for line in lines]
    if len(set(typed)) == len(typed) and all(_NUMBERED.fullmatch(one) for one in typed):
        return {line.row: code for line, code in zip(lines, typed, strict=True)}
    differing = sum(1 for line, code in zip(lines, typed, strict=True) if code and code != line.number)
    if differing:
        file.note("wbs", None, "", differing)
    return {line.row: line.number for line in lines}


def _take_fields(file: TaskFile, line: TaskLine) -> None:
    for one in line.record.get("ExtendedAttribute", ()):
        number, value = str(one.get("FieldID")), str(one.get("Value") or "")
        if value.strip():
            line.fields.setdefault(number, value)
            file.custom_fields.setdefault(number, f"自定义字段{number}")


def _fill(file: TaskFile, line: TaskLine, codes: dict[int, str]) -> None:
    cells = line.cells
    cells[Field.SERIAL] = line.said("ID") or None
    cells[Field.CODE], cells[Field.OUTLINE] = codes[line.row], line.depth + 1
    cells[Field.NAME] = line.said("Name").strip() or f"(未命名任务 {line.said('ID') or line.uid})"
    cells[Field.REMARK] = line.said("Notes").strip() or None
    cells[Field.DEADLINE] = finish_cell(line.record.get("Deadline"), None)
    cells[Field.URGENCY] = "紧急" if whole(line.record.get("Priority"), 500) >= URGENT_FROM else None
    own = line.said("CalendarUID").strip()
    if own not in {"", "-1", str(file.found.get("CalendarUID", "")).strip()}:
        cells[Field.CALENDAR] = file.calendars.get(own) or None
    if line.said("Active").strip() == "0" and not line.has_parts:
        cells[Field.STATE] = "已取消"
        if STAMP_FIELD not in line.fields:
            file.note("inactive", line.row)
    if is_set(line.record.get("IsSubproject")):
        file.note("subproject", line.row)


def _fill_dates(file: TaskFile, line: TaskLine) -> None:
    cells, is_manual = line.cells, is_set(line.record.get("Manual"))
    start = day_cell((line.record.get("ManualStart") if is_manual else None) or line.record.get("Start"))
    finish = (line.record.get("ManualFinish") if is_manual else None) or line.record.get("Finish")
    cells[Field.START], cells[Field.FINISH] = start, finish_cell(finish, start)
    if line.has_parts:
        if line.said("ConstraintType").strip() not in {"", "0"}:
            file.note("constraint_on_summary", line.row, _constraint_text(line))
        return
    _fill_duration(file, line, is_manual)
    if not is_manual:
        _fill_constraint(file, line)
    percent = min(max(whole(line.record.get("PercentComplete")), 0), 100)
    cells[Field.ACTUAL_START] = day_cell(line.record.get("ActualStart"))
    cells[Field.ACTUAL_FINISH] = finish_cell(line.record.get("ActualFinish"), cells[Field.ACTUAL_START])
    first: Record = next((one for one in line.record.get("Baseline", ()) if whole(one.get("Number")) == 0), {})
    cells[Field.BASELINE_START] = day_cell(first.get("Start"))
    cells[Field.BASELINE_FINISH] = finish_cell(first.get("Finish"), cells[Field.BASELINE_START])
    if percent or cells[Field.ACTUAL_START] is not None:
        cells[Field.PERCENT] = f"{percent}%"


def _fill_duration(file: TaskFile, line: TaskLine, is_manual: bool) -> None:
    text = line.said("Duration")
    minutes = file.minutes(text)
    if minutes is None:
        line.cells[Field.DURATION] = text[:40] or None
        return
    if minutes and line.said("DurationFormat").strip() in ELAPSED_FORMATS:
        file.note("elapsed_duration", line.row, str(line.cells[Field.NAME]))
        return
    if minutes and is_set(line.record.get("Milestone")):
        file.note("milestone_with_duration", line.row, str(line.cells[Field.NAME]))
    elif not minutes:
        line.cells[Field.MILESTONE] = "是"
    if not is_manual or not (line.cells[Field.START] and line.cells[Field.FINISH]) or not minutes:
        line.cells[Field.DURATION] = span_text(minutes)


def _fill_constraint(file: TaskFile, line: TaskLine) -> None:
    kind = CONSTRAINTS.get(line.said("ConstraintType").strip(), "ASAP")
    line.cells[Field.CONSTRAINT] = CONSTRAINT_WORDS[kind]
    if kind in {"ASAP", "ALAP"}:
        day = None
    else:
        day = (day_cell if kind in {"SNET", "SNLT", "MSO"} else _finish)(line.record.get("ConstraintDate"))
    line.cells[Field.CONSTRAINT_DATE] = day
    if kind == "FNLT" and line.cells.get(Field.DEADLINE) is None and day is not None:
        line.cells[Field.DEADLINE] = day
        file.note("constraint_to_deadline", line.row, _constraint_text(line))
    elif kind in SOFTENED and not (kind == "FNET" and line.cells.get(Field.MILESTONE)):
        file.note("constraint_softened", line.row, _constraint_text(line))


def _finish(text: str | None) -> Any:
    return finish_cell(text, None)


def _constraint_text(line: TaskLine) -> str:
    kind = CONSTRAINTS.get(line.said("ConstraintType").strip(), "ASAP")
    day = day_cell(line.record.get("ConstraintDate"))
    return f"{CONSTRAINT_WORDS[kind]} {day['d'] if isinstance(day, dict) else ''}".strip()


def _fill_people(file: TaskFile, line: TaskLine) -> None:
    """The first person assigned owns the task, others support it; material and costs are needs."""
    people: list[Record] = []
    needs: list[str] = []
    unknown = 0
    for one in file.assigned.get(line.uid, ()):
        number = str(one.get("ResourceUID"))
        resource = file.resources.get(number)
        if resource is None or not str(resource.get("Name") or "").strip():
            unknown += number not in {NOBODY, "0"}
        elif str(resource.get("Type", "1")).strip() in {MATERIAL, COST} or is_set(resource.get("IsCostResource")):
            units = amount(one.get("Units"))
            needs.append(f"{resource['Name']}×{units}" if units else str(resource["Name"]))
        elif resource not in people:
            people.append(resource)
    if unknown:
        file.note("assignment_unknown", line.row, "", unknown)
    names = [_SEPARATORS.sub(" ", str(one["Name"]).strip()) for one in people]
    line.cells[Field.OWNER] = names[0] if names else None
    line.cells[Field.SUPPORTERS] = "、".join(names[1:]) or None
    line.cells[Field.RESOURCE] = "、".join(needs) or None
    line.cells[Field.DEPARTMENT] = str(people[0].get("Group") or "").strip() or None if people else None


def _predecessors(file: TaskFile, line: TaskLine, by_uid: dict[int, TaskLine], codes: dict[int, str]) -> str | None:
    return "; ".join(_links(file, line, by_uid, codes)) or None


def _links(file: TaskFile, line: TaskLine, by_uid: dict[int, TaskLine], codes: dict[int, str]) -> Iterator[str]:
    for link in line.record.get("PredecessorLink", ()):
        uid = whole(link.get("PredecessorUID"), -1)
        before = by_uid.get(uid)
        if is_set(link.get("CrossProject")) or (before is None and uid in file.foreign):
            file.note("external_link", line.row, str(link.get("CrossProjectName") or f"UID {uid}"))
            continue
        kind = LINK_KINDS.get(str(link.get("Type", "1")).strip(), "FS")
        minutes, elapsed = _lag(file, line, link, before)
        lag = lag_text(minutes, elapsed=elapsed)
        code = codes[before.row] if before is not None else f"UID{uid}"
        yield f"{code}{kind if kind != 'FS' or lag else ''}{lag}"


def _lag(file: TaskFile, line: TaskLine, link: Record, before: TaskLine | None) -> tuple[int, bool]:
    """The lag in minutes, and whether it runs on the clock; a share of the predecessor is worked out."""
    amount_, form = whole(link.get("LinkLag")), str(link.get("LagFormat", "7")).strip()
    if form in PERCENT_FORMATS and amount_:
        minutes = share_of((file.minutes(before.said("Duration")) or 0) if before is not None else 0, amount_)
        file.note("percent_lag", line.row, f"{amount_}%")
        return minutes, False
    minutes = (abs(amount_) + TENTHS // 2) // TENTHS * (-1 if amount_ < 0 else 1)
    elapsed = form in ELAPSED_FORMATS
    return (minutes if elapsed else scaled(minutes, file.minutes_per_day)), elapsed


def _fill_fields(file: TaskFile, line: TaskLine, by_uid: dict[int, TaskLine], codes: dict[int, str]) -> None:
    """Custom fields whose titles name a column of ours stand there, before what was found otherwise; others get columns."""
    for number, value in line.fields.items():
        label = file.custom_fields[number]
        meaning = field_of(label)
        if number == STAMP_FIELD and value.startswith("TZ."):
            continue
        if label == WITHIN_LABEL:
            told = _UID.sub(lambda found: _code_of(found[1], by_uid, codes), value)
            line.cells[Field.PREDECESSORS] = "; ".join(filter(None, (line.cells[Field.PREDECESSORS], told)))
        elif label == PRECISE_LABEL:
            _refine_percent(line, value)
        elif meaning in LABELS and LABELS[meaning] == label and meaning in {
            Field.DEPARTMENT, Field.SUPPORTERS, Field.URGENCY, Field.RESOURCE, Field.STATE
        }:  # fmt: skip
            line.cells[meaning] = value
        else:
            line.custom[number] = value


def _refine_percent(line: TaskLine, value: str) -> None:
    """MS Project knows whole percents only: where its own is still the one that was rounded down, the exact one counts."""
    whole_part = value.partition(".")[0].strip("% ")
    if line.cells.get(Field.PERCENT) == f"{whole_part}%":
        line.cells[Field.PERCENT] = value


def _code_of(uid: str, by_uid: dict[int, TaskLine], codes: dict[int, str]) -> str:
    line = by_uid.get(whole(uid, -1))
    return codes[line.row] if line is not None else f"UID{uid}"


def _note_the_rest(file: TaskFile, lines: Sequence[TaskLine]) -> None:
    if file.minutes_per_day != MINUTES_PER_DAY:
        file.note("day_length", None, f"{file.minutes_per_day / 60:g}")
    costs = sum(1 for line in lines if whole(line.record.get("Cost")) or whole(line.record.get("FixedCost")))
    if costs:
        file.note("costs", None, "", costs)
    kept = [line for line in lines if any(whole(one.get("Number")) for one in line.record.get("Baseline", ()))]
    if kept:
        file.note("other_baselines", None, "", len(kept))
    own = [
        str(one.get("Name") or "")
        for one in file.found.get("Calendar", ())
        if not is_set(one.get("IsBaseCalendar")) and (one.get("Exception") or one.get("WeekDay"))
    ]
    if own:
        file.note("resource_calendars", None, "、".join(own[:8]), len(own))
