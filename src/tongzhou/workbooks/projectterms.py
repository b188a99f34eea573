"""The numbers and headings of MS Project's XML (MSPDI), as Microsoft documents them for Project 2007 and later."""

from tongzhou.workbooks.headers import Field

META = "_meta"  # the hidden sheet of an export: pairs of a word and a value
TASKS = "任务"
SOURCE, PROJECT_XML, NOTE, ORIGIN = "source", "mspdi", "note", "origin"
PROJECT_NOTES = frozenset(
    {
        "external_tasks", "external_link", "inactive", "subproject", "percent_lag", "elapsed_duration",
        "milestone_with_duration", "constraint_softened", "constraint_to_deadline", "constraint_on_summary", "wbs",
        "day_length", "costs", "resource_calendars", "other_baselines", "assignment_unknown",
        "recurring_exceptions",
    }
)  # fmt: skip
LINK_KINDS = {"0": "FF", "1": "FS", "2": "SF", "3": "SS"}
CONSTRAINTS = {"0": "ASAP", "1": "ALAP", "2": "MSO", "3": "MFO", "4": "SNET", "5": "SNLT", "6": "FNET", "7": "FNLT"}
CONSTRAINT_WORDS = {
    "ASAP": "越早越好", "ALAP": "越晚越好", "MSO": "必须开始于", "MFO": "必须完成于", "SNET": "不得早于…开始",
    "SNLT": "不得晚于…开始", "FNET": "不得早于…完成", "FNLT": "不得晚于…完成",
}  # fmt: skip
ELAPSED_FORMATS = frozenset(str(base + more) for base in (4, 6, 8, 10, 12) for more in (0, 32))
PERCENT_FORMATS = frozenset({"19", "20", "51", "52"})
URGENT_FROM = 700  # of 1000; 500 is what nobody chose
WORK, MATERIAL, COST = "1", "0", "2"  # types of resources
NOBODY = "-65535"  # the resource of an assignment that has none
STAMP_FIELD = "188744016"  # Text30
KEY_LABEL = "系统标识(请勿修改)"
WITHIN_LABEL, PRECISE_LABEL = "相对期限", "精确完成度"
LABELS = {
    Field.SERIAL: "标识号", Field.CODE: "WBS编号", Field.OUTLINE: "大纲级别", Field.NAME: "任务名称",
    Field.DEPARTMENT: "责任部门", Field.OWNER: "负责人", Field.SUPPORTERS: "协作负责人", Field.START: "开始时间",
    Field.FINISH: "完成时间", Field.DURATION: "工期", Field.PREDECESSORS: "前置任务", Field.MILESTONE: "里程碑",
    Field.CONSTRAINT: "限制类型", Field.CONSTRAINT_DATE: "限制日期", Field.DEADLINE: "必须完成日期",
    Field.STATE: "状态", Field.PERCENT: "完成百分比", Field.ACTUAL_START: "实际开始时间", Field.ACTUAL_FINISH: "实际完成时间",
    Field.URGENCY: "紧急程度", Field.RESOURCE: "资源需求", Field.CALENDAR: "任务日历",
    Field.BASELINE_START: "基线开始时间", Field.BASELINE_FINISH: "基线完成时间", Field.REMARK: "备注",
    Field.KEY: KEY_LABEL,
}  # fmt: skip

PROJECT_TAGS = frozenset(
    {"GUID", "Name", "Title", "Manager", "StartDate", "FinishDate", "StatusDate", "LastSaved", "CalendarUID", "MinutesPerDay"}
)
TASK_TAGS = frozenset(
    {
        "UID", "ID", "Name", "Active", "Manual", "IsNull", "WBS", "OutlineLevel", "Priority", "Start", "Finish", "Duration",
        "DurationFormat", "Milestone", "Summary", "IsSubproject", "ExternalTask", "Cost", "FixedCost", "PercentComplete",
        "ActualStart", "ActualFinish", "ConstraintType", "ConstraintDate", "CalendarUID", "Deadline", "Notes", "ManualStart",
        "ManualFinish",
    }
)  # fmt: skip
WANTED = {
    "Project": PROJECT_TAGS,
    "Task": TASK_TAGS,
    "PredecessorLink": frozenset({"PredecessorUID", "Type", "CrossProject", "CrossProjectName", "LinkLag", "LagFormat"}),
    "ExtendedAttribute": frozenset({"FieldID", "FieldName", "Alias", "Value"}),
    "Baseline": frozenset({"Number", "Start", "Finish"}),
    "Resource": frozenset({"UID", "Name", "Type", "Group", "IsNull", "IsCostResource"}),
    "Assignment": frozenset({"TaskUID", "ResourceUID", "Units"}),
    "Calendar": frozenset({"UID", "Name", "IsBaseCalendar"}),
    "WeekDay": frozenset({"DayType", "DayWorking"}),
    "WorkingTime": frozenset({"FromTime", "ToTime"}),
    "TimePeriod": frozenset({"FromDate", "ToDate"}),
    "Exception": frozenset({"Name", "DayWorking", "Type", "Occurrences", "Period"}),
    "WorkWeek": frozenset({"Name"}),
}
CONTAINERS = frozenset(
    {
        "Tasks", "Resources", "Assignments", "Calendars", "WeekDays", "WorkingTimes", "Exceptions", "WorkWeeks",
        "ExtendedAttributes",
    }
)  # fmt: skip
