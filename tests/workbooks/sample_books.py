"""Three workbooks as project managers have them, and a writer that lays them out in many ways."""

# ruff: noqa: E501 - a row of a table stays one line here

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

D = date.fromisoformat
Value = Any


@dataclass
class TableSpec:
    """A table: lines above it, headings, rows, and the cells merged downwards as (column, first row, last row)."""

    name: str
    above: list[str]
    headings: list[str]
    rows: list[list[Value]]
    merges: list[tuple[int, int, int]] = field(default_factory=list)
    names: tuple[int, ...] = ()


def complaint() -> list[TableSpec]:
    """客户投诉率下降项目: a merged first column that is the project, and a progress table."""
    tasks = TableSpec(
        "任务拆解与分工表",
        ["任务拆解与分工表"],
        ["任务名称", "子任务名称", "所属部门", "直接负责人", "协作负责人", "计划开始时间", "计划完成时间", "关键产出物", "前置依赖任务", "风险点", "备注"],
        [
            ["客户投诉率下降项目", "用户反馈数据收集与分析", "客服部", "张三", "李四(技术部提供数据工具)", D("2024-03-01"), D("2024-03-07"),
             "《用户反馈分析报告》", "无", "数据源不稳定", "需提前确认数据接口"],
            [None, "需求文档撰写与评审", "产品部", "王五", "张三(客服部确认需求)", D("2024-03-08"), D("2024-03-15"),
             "《产品优化需求文档V1.0》", "用户反馈分析报告", "需求变更频繁", "需设置变更评审节点"],
            [None, "功能开发与测试", "技术部", "赵六", "王五(产品部配合验收)", D("2024-03-16"), D("2024-03-30"),
             "上线版本(含优化功能)", "需求文档终版", "开发资源紧张", "协调优先级"],
            [None, "上线效果监控与报告输出", "运营部", "孙七", "张三(客服部提供后续反馈)", D("2024-03-31"), D("2024-04-07"),
             "《上线效果分析报告》", "功能上线完成", "数据监测维度不全面", "需提前定义监控指标"],
        ],
        [(0, 0, 3)],
        (0, 1),
    )  # fmt: skip
    tracking = TableSpec(
        "任务进度跟踪表",
        ["任务进度跟踪表(更新至2024-03-10)"],
        ["子任务名称", "当前状态", "实际完成时间", "完成度", "更新人", "更新时间", "异常说明(如有)"],
        [
            [
                "用户反馈数据收集与分析",
                "进行中",
                "-",
                Share(7000),
                "张三",
                D("2024-03-10"),
                "技术部数据工具延迟交付,预计3月12日完成",
            ],
            ["需求文档撰写与评审", "未开始", "-", Share(0), "王五", "-", "等待《用户反馈分析报告》输出"],
            ["功能开发与测试", "未开始", "-", Share(0), "赵六", "-", "-"],
            ["上线效果监控与报告输出", "未开始", "-", Share(0), "孙七", "-", "-"],
        ],
        names=(0,),
    )
    return [tasks, tracking]


def membership() -> list[TableSpec]:
    """会员体系升级项目: codes, durations, milestones; a matrix and a register that wait for later."""
    said = """1|需求调研|赵六|运营部|10|2024-03-04|2024-03-15||
1.1|用户需求收集|赵六|运营部|10|2024-03-04|2024-03-15||
1.1.1|问卷设计|赵六|运营部|3|2024-03-04|2024-03-06||
1.1.2|用户访谈|赵六|运营部|5|2024-03-07|2024-03-13|1.1.1|
1.1.3|需求整理|赵六|运营部|2|2024-03-14|2024-03-15|1.1.2|
1.2|技术可行性评估|李四|研发部|8|2024-03-04|2024-03-13||
1.2.1|接口对接难度|李四|研发部|4|2024-03-04|2024-03-07||
1.2.2|开发周期预估|李四|研发部|4|2024-03-08|2024-03-13|1.2.1|
1.3|完成需求调研报告|赵六|运营部|0|2024-03-15|2024-03-15|1.1;1.2|是
2|开发实施|李四|研发部|20|2024-03-18|2024-04-12||
2.1|积分系统开发|李四|研发部|20|2024-03-18|2024-04-12|1.3|
2.1.1|前端页面开发|周七|研发部|12|2024-03-18|2024-04-02|1.3|
2.1.2|后端逻辑实现|周七|研发部|15|2024-03-18|2024-04-08|1.3|
2.1.3|数据库搭建|李四|研发部|5|2024-03-18|2024-03-22|1.3|
2.2|会员权益包装|吴八|市场部|10|2024-03-18|2024-03-29|1.3|
2.2.1|权益文案撰写|吴八|市场部|5|2024-03-18|2024-03-22|1.3|
2.2.2|视觉设计|吴八|市场部|5|2024-03-25|2024-03-29|2.2.1|
2.3|完成积分系统开发并进入测试|李四|研发部|0|2024-04-12|2024-04-12|2.1;2.2|是"""
    rows = []
    for line in said.splitlines():
        code, name, owner, department, days, start, finish, before, milestone = line.split("|")
        rows.append([Code(code), name, owner, department, int(days), D(start), D(finish), before or None, milestone or None])
    headings = ["编号", "任务名称", "负责人", "部门", "工期(工作日)", "开始", "完成", "前置任务", "里程碑"]
    plan = TableSpec("项目计划", ["会员体系升级项目计划"], headings, rows, names=(1,))
    raci = TableSpec(
        "RACI责任矩阵",
        ["RACI责任矩阵"],
        ["任务", "市场部", "运营部", "研发部", "客服部"],
        [
            ["会员积分规则设计", "R", "A", "C", "I"],
            ["积分系统开发", "C", "I", "R/A", "I"],
            ["会员权益包装", "R/A", "C", "I", "I"],
        ],
    )
    risks = TableSpec(
        "风险登记册",
        ["风险登记册"],
        ["风险描述", "等级", "责任人", "应对措施", "状态"],
        [
            ["第三方数据接口延迟", "高", "李四", "提前与接口方确认交付时间", "未缓解"],
            ["需求变更频繁", "中", "赵六", "设置变更评审节点", "新增"],
        ],
    )
    return [plan, raci, risks]


LAUNCH_ROWS = """1|研发阶段|||研发部|周七||2024.03.04|2024.04.15||||
1.1||样机设计||研发部|周七|生产部|2024.03.04|2024.03.22|设计图纸通过评审|无|已完成|100
1.1.1|||结构设计|研发部|周七||2024.03.04|2024.03.13|三维图纸|无|已完成|100
1.1.2|||电路设计|研发部|郑十||2024.03.11|2024.03.22|原理图与PCB|1.1.1SS+5d|已完成|100
1.2||功能测试||研发部|郑十|质量部|2024.03.25|2024.04.08|测试报告包含bug数量|1.1|进行中|60
1.3||样机定型||研发部|周七|生产部、销售部|2024.04.09|2024.04.15|样机3台|1.2|未开始|0
2|市场阶段|||市场部|吴八||2024.03.18|2024.04.30||||
2.1||推广方案||市场部|吴八|研发部|2024.04.16|2024.04.18|推广方案PPT定稿|1.3FS+3天内|未开始|0
2.2||物料制作||市场部|冯十二|销售部|2024.04.19|2024.04.26|宣传物料设计稿|2.1|未开始|0
2.3||渠道预热||市场部|吴八|销售部|2024.04.22|2024.04.30|预热曝光量达标|2.1;2.2SS|未开始|0
3|销售阶段|||销售部|孙九||2024.04.16|2024.05.31||||
3.1||销售培训||销售部|孙九|研发部|2024.04.16|2024.04.24|培训手册,考核通过率100%|1.3|未开始|0
3.2||铺货||销售部|孙九|生产部|2024.04.25|2024.04.30|终端铺货100家|3.1|未开始|0
3.2.1|||华东区30家|销售部|钱十三||2024.04.25|2024.04.30|30家|3.1|未开始|0
3.2.2|||华南区25家|销售部|蒋十四||2024.04.25|2024.04.30|25家|3.1|未开始|0
3.2.3|||华北区45家|销售部|沈十五||2024.04.25|2024.04.30|45家|3.1|未开始|0
3.3||正式上市||销售部|孙九|市场部|2024.05.01|2024.05.01|里程碑|2.3;3.2;1.3|未开始|0
3.4||售后准备||销售部|孙九|客服部|2024.05.06|2024.05.31|售后手册|3.3|未开始|0"""


def launch() -> list[TableSpec]:
    """新产品上市项目: basic information, then codes beside three naming columns, dates as text, links with lags, progress."""
    info = TableSpec(
        "项目基本信息表",
        ["项目基本信息表"],
        [],
        [
            ["项目名称", "新产品上市项目"],
            ["项目编号", "XMB-2024"],
            ["项目周期", "2024.03-2024.06"],
            ["项目负责人", "陈一"],
            ["联系方式", "13800000000"],
            ["项目核心目标", "首月销量5000台,市场占有率进入行业TOP5"],
            [
                "参与部门及职责",
                "研发部:负责样机设计与测试;市场部:负责推广方案与渠道预热;销售部:负责铺货与客户培训;生产部:负责量产准备",
            ],
            ["关键里程碑", "样机定型:2024.04.15;推广方案定稿:2024.04.20;正式上市:2024.05.01"],
            ["交付物清单", "研发部:样机3台、测试报告;市场部:推广方案PPT、宣传物料设计稿;销售部:培训手册、铺货进度表"],
        ],
    )
    rows: list[list[Value]] = []
    for line in LAUNCH_ROWS.splitlines():
        cells: list[Value] = [cell or None for cell in line.split("|")]
        cells[0] = Code(cells[0])
        cells[7:9] = [D(cell.replace(".", "-")) for cell in cells[7:9]]
        cells[12] = Share(int(cells[12]) * 100) if cells[12] else None
        rows.append(cells)
    headings = [
        "WBS编号",
        "阶段",
        "任务",
        "子任务",
        "责任部门",
        "负责人",
        "协作部门",
        "开始时间",
        "结束时间",
        "交付标准",
        "依赖关系",
        "状态",
        "完成度",
    ]
    above = ["任务分配与进度跟踪表", "更新日期:2024.04.02    制表:项目管理部"]
    return [info, TableSpec("任务分配与进度跟踪表", above, headings, rows, names=(1, 2, 3))]


@dataclass(frozen=True)
class Code:
    """A WBS code, which may be written as text or as a number."""

    text: str


@dataclass(frozen=True)
class Share:
    """A share in basis points, which may be spelled in many ways."""

    points: int


Writer = Callable[[Any, int, int, Value], None]


def write(path: Path, tables: list[TableSpec]) -> Path:
    """Write the tables as they are."""
    return _write(path, tables, None)


def rewrite(path: Path, tables: list[TableSpec], random: Random) -> Path:
    """Write the tables in another of the many ways that mean the same."""
    return _write(path, [_shuffled(table, random) for table in tables], random)


OTHER_HEADINGS = {
    "任务名称": ["任务名称"], "子任务名称": ["子任务", "子任务名"], "所属部门": ["责任部门", "部门", "牵头部门"],
    "直接负责人": ["负责人", "责任人", "任务负责人"], "协作负责人": ["协助人", "配合人", "协作人员"],
    "计划开始时间": ["开始时间", "计划开始", "开始日期"], "计划完成时间": ["截止日期", "结束时间", "完成时间"],
    "关键产出物": ["交付物", "输出物", "产出物"], "前置依赖任务": ["前置任务", "依赖关系"], "风险点": ["风险", "潜在风险"], "备注": ["说明", "备 注"],
    "当前状态": ["状态", "任务状态"], "实际完成时间": ["实际完成日期", "实际结束时间"], "完成度": ["完成率", "进度", "完成度(%)"],
    "更新人": ["填报人"], "更新时间": ["更新日期", "填报日期"], "异常说明(如有)": ["异常说明", "异常情况"],
    "编号": ["WBS编号", "任务编号", "序号", "WBS"], "负责人": ["责任人", "直接负责人"], "部门": ["责任部门", "所属部门"],
    "工期(工作日)": ["工期", "工期（天）", "计划工期"], "开始": ["计划开始时间", "开始日期", "开始"], "完成": ["计划完成", "结束日期", "截止时间"],
    "前置任务": ["依赖关系", "前置依赖任务", "紧前任务"], "里程碑": ["是否里程碑", "关键节点"],
    "WBS编号": ["编号", "任务编号", "WBS 编号"], "阶段": ["项目阶段", "所属阶段"], "任务": ["任务名称", "工作任务"], "子任务": ["子任务名称"],
    "责任部门": ["部门", "所属部门", "牵头部门"], "协作部门": ["配合部门", "支持部门"], "开始时间": ["计划开始日期", "开始"],
    "结束时间": ["截止日期", "计划结束时间", "完成时间"], "交付标准": ["完成标准", "验收标准"], "依赖关系": ["前置任务", "前置依赖任务"],
    "状态": ["当前状态", "任务状态"],
}  # fmt: skip


def _shuffled(table: TableSpec, random: Random) -> TableSpec:
    if not table.headings or table.name in {"RACI责任矩阵", "风险登记册"}:
        return table
    order = list(range(len(table.headings)))
    random.shuffle(order)
    rows = [[row[column] for column in order] for row in table.rows]
    headings = [random.choice([table.headings[column], *OTHER_HEADINGS[table.headings[column]]]) for column in order]
    merges = [(order.index(column), first, last) for column, first, last in table.merges]
    if table.merges and random.random() < 0.4:
        for column, first, last in merges:
            for row in range(first, last + 1):
                rows[row][column] = rows[first][column]
        merges = []
    names = tuple(order.index(column) for column in table.names)
    above = list(table.above)
    above += [random.choice(["", "制表:项目管理部"]) for _ in range(random.randint(0, 7 - len(above)))]
    return TableSpec(table.name, above, headings, rows, merges, names)


def _write(path: Path, tables: list[TableSpec], random: Random | None) -> Path:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": False})
    formats = {
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "share": book.add_format({"num_format": random.choice(["0%", "0.0%", "0.00%"]) if random else "0%"}),
        "plain": book.add_format(),
    }
    for table in tables:
        sheet = book.add_worksheet(table.name)
        _write_sheet(sheet, table, formats, random)
    book.close()
    return path


def _write_sheet(sheet: Any, table: TableSpec, formats: dict[str, Any], random: Random | None) -> None:
    width = max(len(table.headings), 2)
    sheet.merge_range(0, 0, 0, random.randint(1, width - 1) if random else width - 1, table.above[0])
    for row, line in enumerate(table.above[1:], 1):
        sheet.write(row, 0, line or None)
    for column, heading in enumerate(table.headings):
        sheet.write(len(table.above), column, heading)
    places = _places(table, random)
    merged = {(column, index): (first, last) for column, first, last in table.merges for index in range(first, last + 1)}
    if random and table.headings and table.name != "RACI责任矩阵":
        merged |= _more_merges(table, places, random)
    for index, line in enumerate(table.rows):
        for column, value in enumerate(line):
            span = merged.get((column, index))
            if span is None:
                _put(sheet, places[index], column, value, formats, random)
            elif span[0] == index:
                sheet.merge_range(places[span[0]], column, places[span[1]], column, "")
                _put(sheet, places[index], column, value, formats, None)


def _places(table: TableSpec, random: Random | None) -> list[int]:
    """The sheet row of each table row, with blank rows strewn in where nothing is merged over them."""
    row = len(table.above) + bool(table.headings)
    places = []
    for _ in table.rows:
        row += 1 if random and table.headings and not table.merges and random.random() < 0.2 else 0
        places.append(row)
        row += 1
    return places


def _more_merges(table: TableSpec, places: list[int], random: Random) -> dict[tuple[int, int], tuple[int, int]]:
    """Equal neighbours of a column of words merged downwards, as people do with departments and owners."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for column in range(len(table.headings)):
        if column in table.names or random.random() < 0.5 or not all(isinstance(row[column], str) for row in table.rows):
            continue
        start = 0
        for _, run in itertools.groupby(range(len(table.rows)), key=lambda index, column=column: table.rows[index][column]):
            length = len(list(run))
            if length > 1 and places[start + length - 1] - places[start] == length - 1:
                found |= {(column, index): (start, start + length - 1) for index in range(start, start + length)}
            start += length
    return found


def _put(sheet: Any, row: int, column: int, value: Value, formats: dict[str, Any], random: Random | None) -> None:
    if value is None:
        return
    if isinstance(value, Code):
        numeric = random is not None and random.random() < 0.5 and value.text.count(".") < 2
        sheet.write(row, column, float(value.text)) if numeric else sheet.write_string(row, column, value.text)
    elif isinstance(value, Share):
        _put_share(sheet, row, column, value.points, formats, random)
    elif isinstance(value, date):
        _put_day(sheet, row, column, value, formats, random)
    else:
        sheet.write(row, column, value)


def _put_day(sheet: Any, row: int, column: int, day: date, formats: dict[str, Any], random: Random | None) -> None:
    way = random.randrange(8) if random else 0
    texts = [
        f"{day:%Y.%m.%d}", f"{day.year}-{day.month}-{day.day}", f"{day:%Y/%m/%d}", f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}", f"{day.year}. {day.month}. {day.day}",
    ]  # fmt: skip
    if way == 0:
        sheet.write_datetime(row, column, day, formats["day"])
    elif way == 1:
        sheet.write_number(row, column, (day - date(1899, 12, 30)).days)
    else:
        sheet.write_string(row, column, texts[way - 2])


def _put_share(sheet: Any, row: int, column: int, points: int, formats: dict[str, Any], random: Random | None) -> None:
    percent = points // 100
    way = random.randrange(6) if random else 0
    if way == 0:
        sheet.write_number(row, column, points / 10_000, formats["share"])
    elif way == 1:
        sheet.write_number(row, column, points / 10_000)
    elif way == 2:
        sheet.write_number(row, column, percent)
    else:
        wide = "".join(chr(ord(sign) + 0xFEE0) for sign in f"{percent}%")
        sheet.write_string(row, column, [f"{percent}%", f"{percent} %", wide][way - 3])
