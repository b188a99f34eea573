"""Projects of MS Project in XML: what every element comes to, what is said to be left out, and what is not read at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest

from support.reader import Reader, reader
from tongzhou.workbooks.cells import sheets_from_json
from tongzhou.workbooks.child import read
from tongzhou.workbooks.reading import read_workbook
from tongzhou.workbooks.refusal import WorkbookRefused
from tongzhou.workbooks.result import Understanding
from tongzhou.workbooks.understanding import understand
from workbooks.project_files import assignment, element, link, project, resource, saved, task

MEMORY = 300 * 1024
SAMPLES = (
    "Blank2010", "BudgetWorkAndCost", "External", "InvalidResourceAssignments", "OzBuild_16_Orig", "ReadWorkWeeksInformation",
    "Residential_Construction", "Software_Development", "Software_Development_Plan", "Software_Development_Plan-1",
    "TaskDurations", "TaskWBS", "mspdirelations", "project-sort", "task-links-project2003-mspdi",
    "task-links-project2019-mspdi",
)  # fmt: skip


def understood(path: Path, text: str, encoding: str = "utf-8") -> Understanding:
    return understand(read_workbook(saved(path / "a.xml", text, encoding)))


def notes(found: Understanding) -> list[tuple[str, int | None, str]]:
    return [(one.code, one.row, one.params["text"]) for one in found.notices if one.code.startswith("mspdi_")]


def test_tree_links_people_and_dates(tmp_path: Path) -> None:
    tasks = [
        task(0, "新品上市", 0),
        task(10, "研发", 1, ID=1, Summary=1),
        task(11, "设计", 2, ID=2, Duration="PT20H0M0S", Notes="先画草图", Deadline="2024-03-08T17:00:00", Priority=900),
        task(12, "样机", 2, ID=3, links=[link(11, 1, 9600), link(14, 3, -2400, 5)]),
        task(13, "评审", 1, ID=4, Duration="PT0H0M0S", Milestone=1, links=[link(12, 0, 14400, 8)]),
        task(14, "采购", 1, ID=5),
    ]
    people = [resource(1, "周七", Group="研发部"), resource(2, "郑十"), resource(3, "铝材", Type=0)]
    given = [assignment(11, 1), assignment(11, 2), assignment(11, 3, "2.50"), assignment(12, -65535)]
    found = understood(tmp_path, project(tasks, people, given))
    assert (found.errors, found.warnings, found.questions, found.source) == ((), (), (), "mspdi")
    assert [(one.name, one.code, one.level, one.is_summary, one.is_milestone) for one in found.tasks] == [
        ("研发", "1", 0, True, False), ("设计", "1.1", 1, False, False), ("样机", "1.2", 1, False, False),
        ("评审", "2", 0, False, True), ("采购", "3", 0, False, False),
    ]  # fmt: skip
    design = found.tasks[1]
    assert (design.owner, design.department, design.supporters[0].name, design.resource) == (
        "周七",
        "研发部",
        "郑十",
        "铝材×2.5",
    )
    assert (design.duration, design.remark, design.deadline, design.urgency) == (1200, "先画草图", date(2024, 3, 8), "urgent")
    assert (design.constraint, design.start, design.finish) == ("ASAP", date(2024, 3, 4), date(2024, 3, 4))
    assert [(one.predecessor, one.successor, one.kind, one.lag, one.elapsed) for one in found.links] == [
        (1, 2, "FS", 960, False), (4, 2, "SS", -240, False), (2, 3, "FF", 1440, True),
    ]  # fmt: skip
    assert found.project is not None
    assert (found.project.name, found.project.start, found.project.finish) == ("新品上市", date(2024, 3, 4), date(2024, 4, 30))


def test_progress_is_as_of_the_status_date(tmp_path: Path) -> None:
    rows = [
        task(1, "甲", PercentComplete=40, ActualStart="2024-03-04T08:00:00"),
        task(2, "乙", PercentComplete=100, ActualStart="2024-03-04T08:00:00", ActualFinish="2024-03-05T17:00:00"),
        task(3, "丙", PercentComplete=0),
    ]
    told = project(rows, head=element("StatusDate", "2024-03-06T17:00:00"))
    first, second, third = understood(tmp_path, told).tasks
    assert first.progress is not None and second.progress is not None and third.progress is None
    assert (first.progress.percent, first.progress.actual_start, first.progress.status_date) == (
        4000, date(2024, 3, 4), date(2024, 3, 6),
    )  # fmt: skip
    assert (second.progress.percent, second.progress.actual_finish) == (10000, date(2024, 3, 5))
    saved_on = project(rows, head=element("LastSaved", "2024-03-20T10:00:00"))
    told_on = understood(tmp_path, saved_on).tasks[0].progress
    assert told_on is not None and told_on.status_date == date(2024, 3, 20)


def test_every_constraint(tmp_path: Path) -> None:
    rows = [task(kind + 1, f"限制{kind}", ConstraintType=kind, ConstraintDate="2024-03-11T17:00:00") for kind in range(8)] + [
        task(9, "手动", Manual=1, ManualStart="2024-03-05T08:00:00", ManualFinish="2024-03-06T17:00:00")
    ]
    found = understood(tmp_path, project(rows))
    assert [one.constraint for one in found.tasks] == ["ASAP", "ALAP", "MSO", "MFO", "SNET", "SNLT", "FNET", "FNLT", ""]
    assert [one.constraint_date for one in found.tasks] == [None, None, *[date(2024, 3, 11)] * 6, None]
    assert (found.tasks[8].start, found.tasks[8].finish, found.tasks[8].duration) == (date(2024, 3, 5), date(2024, 3, 6), None)
    assert [one.deadline for one in found.tasks[7:]] == [date(2024, 3, 11), None]
    assert [(code.removeprefix("mspdi_constraint_"), row) for code, row, _ in notes(found)] == [
        ("softened", 4), ("softened", 5), ("softened", 6), ("softened", 8), ("softened", 9), ("to_deadline", 10),
    ]  # fmt: skip


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    rows = [
        task(1, "外部", ExternalTask=1),
        task(2, "甲", links=[link(1), link(77, CrossProject=1, CrossProjectName="other.mpp\\3")], WBS="K-1"),
        task(3, "乙", Active=0, Cost=500, WBS="K-2"),
        task(4, "丙", IsSubproject=1, Duration="PT72H0M0S", DurationFormat=8, links=[link(2, 1, 50, 19)], WBS="K-2"),
        task(5, "丁", 1, Summary=1, ConstraintType=4, ConstraintDate="2024-03-04T08:00:00"),
        task(6, "戊", 2, Milestone=1).replace("</Task>", element("Baseline", element("Number", "3")) + "</Task>"),
        task(7, ""),
    ]
    tail = element("Calendars", element("Calendar", "<UID>9</UID><Name>周七</Name>", "<Exceptions><Exception/></Exceptions>"))
    head = element("MinutesPerDay", "420")
    found = understood(tmp_path, project(rows, [resource(1, "周七")], [assignment(2, 99)], head, tail))
    assert sorted(notes(found), key=lambda one: (one[0], one[1] or 0)) == [
        ("mspdi_assignment_unknown", 3, ""), ("mspdi_constraint_on_summary", 6, "不得早于…开始 2024-03-04"),
        ("mspdi_costs", None, ""), ("mspdi_day_length", None, "7"), ("mspdi_elapsed_duration", 5, "丙"),
        ("mspdi_external_link", 3, "UID 1"), ("mspdi_external_link", 3, "other.mpp\\3"), ("mspdi_external_tasks", None, "外部"),
        ("mspdi_inactive", 4, ""), ("mspdi_milestone_with_duration", 7, "戊"), ("mspdi_other_baselines", None, ""),
        ("mspdi_percent_lag", 5, "50%"), ("mspdi_resource_calendars", None, "周七"), ("mspdi_subproject", 5, ""),
        ("mspdi_wbs", None, ""),
    ]  # fmt: skip
    assert [one.name for one in found.tasks] == ["甲", "乙", "丙", "丁", "戊", "(未命名任务 7)"]
    assert found.tasks[1].progress is not None and found.tasks[1].progress.state == "cancelled"


def test_names_that_a_table_would_take_for_something_else(tmp_path: Path) -> None:
    names = ["合计", "备注：说明", "-", "任务", "无", "1.2", "=1+1", "<b>&", "A, B/C", "  两边  "]
    found = understood(tmp_path, project([task(place, name) for place, name in enumerate(names, 1)]))
    assert [one.name for one in found.tasks] == [*names[:-1], "两边"]
    assert found.errors == ()


def test_levels_and_numbers_that_contradict_each_other(tmp_path: Path) -> None:
    rows = [
        task(1, "甲", 3, WBS="1"),
        task(2, "乙", 9, WBS="1"),
        task(3, "丙", -4),
        task(3, "丁", 2, links=[link(3), link(88)]),
    ]
    found = understood(tmp_path, project(rows))
    assert [(one.code, one.level) for one in found.tasks] == [("1", 0), ("1.1", 1), ("2", 0), ("2.1", 1)]
    assert [one.code for one in found.errors] == ["unknown_predecessor", "cycle"]


def test_custom_fields_become_columns(tmp_path: Path) -> None:
    head = element("ExtendedAttributes", element("ExtendedAttribute", "<FieldID>1</FieldID><Alias>交付标准</Alias>"),
                   element("ExtendedAttribute", "<FieldID>2</FieldID><FieldName>Text7</FieldName>"))  # fmt: skip
    value = element("ExtendedAttribute", "<FieldID>1</FieldID><Value>测试通过</Value>")
    value += element("ExtendedAttribute", "<FieldID>2</FieldID><Value>别的</Value>")
    found = understood(tmp_path, project([task(1, "甲").replace("</Task>", f"{value}</Task>")], head=head))
    assert found.tasks[0].standard == "测试通过"
    assert [one.params["heading"] for one in found.notices if one.code == "column_ignored"] == ["Text7"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gbk", "gb2312", "big5", "utf-8-sig"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    assert [one.name for one in understood(tmp_path, project([task(1, "方案")]), encoding).tasks] == ["方案"]


def test_a_declaration_of_utf16_in_utf8(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(project([task(1, "方案")]).replace("UTF-8", "utf-16").encode())
    assert [one.name for one in understand(read_workbook(path)).tasks] == ["方案"]


@pytest.fixture(scope="module")
def process() -> Iterator[Reader]:
    with reader() as made:
        yield made


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
FETCHES = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
REFUSED = {
    "laughs": (project([task(1, "&b;")]).replace("?><P", f"?>{LAUGHS}<P").replace("&amp;", "&"), "unsafe_xml"),
    "external entity": (project([task(1, "&a;")]).replace("?><P", f"?>{FETCHES}<P").replace("&amp;", "&"), "unsafe_xml"),
    "undefined entity": (project([task(1, "&a;")]).replace("&amp;", "&"), "damaged"),
    "cut off": (project([task(1, "甲")])[:-60], "damaged"),
    "another root": ("<?xml version='1.0'?><Workbook/>", "not_a_project"),
    "page": ("<html><body>hello</body></html>", "not_a_project"),
    "no markup": ("<", "not_a_workbook"),
    "no task": (project([]), "no_task"),
    "only the project itself": (project([task(0, "项目", 0)]), "no_task"),
    "deep": (f"<Project>{'<a>' * 100_000}{'</a>' * 100_000}</Project>", "damaged"),
    "a codec that unpacks": ("<?xml version='1.0' encoding='zlib'?><Project/>", "damaged"),
    "too many tasks": (project(["<Task><UID>1</UID></Task>"] * 50_001), "too_many_tasks"),
    "too many records": (project(["<Task/>"] * 400_001), "too_many_parts"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str, tmp_path: Path, process: Reader) -> None:
    text, code = REFUSED[case]
    outcome = process.read(saved(tmp_path / "a.xml", text))
    assert (outcome.code, outcome.memory < MEMORY) == (code, True)


def test_an_mpp_file_says_what_to_do(tmp_path: Path, process: Reader) -> None:
    path = tmp_path / "a.mpp"
    path.write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600 + b"MSProject.MPP14\0" + b"\0" * 600)
    assert process.read(path).code == "project_file"


def test_strange_numbers_and_dates_are_problems_of_their_cells(tmp_path: Path) -> None:
    nines = "9" * 5_000
    rows = [
        task(1, "甲", Start="0001-01-01T00:00:00", Finish="9999-12-31T23:59:00"),
        task(2, "乙", Duration=f"PT{nines}H0M0S", ConstraintType=4, ConstraintDate="2024-02-31T08:00:00"),
        task(3, "丙", UID=nines, OutlineLevel=nines, PercentComplete=nines, Priority="-1", links=[link(1, 7, 10**14)]),
        task(4, "丁", Duration="PT99999999H0M0S", Start="nonsense", Finish=""),
    ]
    found = understood(tmp_path, project(rows, head=element("MinutesPerDay", nines)))
    assert {(one.code, one.row) for one in found.errors} == {
        ("date_impossible", 3), ("duration_unreadable", 4), ("date_impossible", 4), ("unknown_predecessor", 5),
        ("duration_too_long", 6), ("date_unreadable", 6),
    }  # fmt: skip


def test_broken_bytes(tmp_path: Path) -> None:
    whole = project(
        [task(1, "甲"), task(2, "乙", 2, links=[link(1, 1, 4800)])], [resource(1, "周七")], [assignment(2, 1)]
    ).encode()
    random = Random(20260304)
    for round_ in range(150):
        turned = bytearray(whole)
        for _ in range(random.choice((1, 2, 8))):
            turned[random.randrange(len(turned))] = random.choice(b"<>&0-9\"'/ \x00\xff")
        path = tmp_path / f"{round_}.xml"
        path.write_bytes(turned if round_ % 2 else turned[: random.randrange(len(turned))])
        try:
            cells = read(path, "表")
        except WorkbookRefused:
            continue
        understand(sheets_from_json(cells))


@pytest.mark.parametrize("name", SAMPLES)
def test_files_of_ms_project(name: str, shared_data: Path) -> None:
    """Each comes in without an error, with the tasks and links that it holds."""
    path = shared_data / "mspdi" / f"{name}.xml"
    text = path.read_text()
    found = understand(read_workbook(path))
    assert found.errors == ()
    assert len(found.links) == text.count("<PredecessorLink>")
    assert len(found.tasks) == text.count("<Task>") - text.count("<OutlineLevel>0<")
    assert [one.code for one in found.warnings] == []
