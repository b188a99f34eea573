"""Outlines numbered as Chinese tables are: 一 / 1 / 二 / 1, （一）, 1、, 第一阶段, alone and with codes like 1.1 below."""

from __future__ import annotations

import pytest

from tongzhou.workbooks.cells import Cell, Sheet
from tongzhou.workbooks.result import Understanding
from tongzhou.workbooks.understanding import understand

Row = tuple[str | int | None, str, str | None]


def understood(*rows: Row) -> Understanding:
    """Rows of number, name and predecessor, one a day."""
    head = ["序号", "任务名称", "开始", "完成", "前置任务"]
    cells: list[list[Cell | None]] = [[Cell("text", text) for text in head]]
    for place, (number, name, before) in enumerate(rows):
        day = Cell("text", f"2026-03-{place + 2:02}")
        told = None if number is None else Cell("number", number) if isinstance(number, int) else Cell("text", number)
        cells.append([told, Cell("text", name), day, day, Cell("text", before) if before else None])
    return understand([Sheet("计划", cells)])


def tree(found: Understanding) -> list[tuple[str, str, str]]:
    return [(one.code, one.name, found.tasks[one.parent].name if one.parent is not None else "") for one in found.tasks]


def links(found: Understanding) -> list[tuple[str, str]]:
    return [(found.tasks[one.predecessor].name, found.tasks[one.successor].name) for one in found.links]


@pytest.mark.parametrize("two", ["一.2", "一-2", "一·2", "（一）.2", "乙"])
def test_numbers_that_begin_anew(two: str) -> None:
    found = understood(
        ("一", "准备", None), (1, "甲", None), (2, "乙", "1"), ("二", "执行", None), (1, "丙", two), (2, "丁", "1")
    )
    assert tree(found) == [
        ("一", "准备", ""), ("一·1", "甲", "准备"), ("一·2", "乙", "准备"),
        ("二", "执行", ""), ("二·1", "丙", "执行"), ("二·2", "丁", "执行"),
    ]  # fmt: skip
    assert (links(found), found.errors) == ([("甲", "乙"), ("乙", "丙"), ("丙", "丁")], ())


def test_three_levels_of_signs() -> None:
    found = understood(
        ("一、", "准备", None), ("（一）", "甲", None), ("1、", "乙", None), ("2、", "丙", "1"), ("（二）", "丁", None),
        ("二、", "执行", None), ("（一）", "戊", None),
    )  # fmt: skip
    assert [(code, above) for code, _, above in tree(found)] == [
        ("一", ""), ("一·一", "准备"), ("一·一·1", "甲"), ("一·一·2", "甲"), ("一·二", "准备"), ("二", ""), ("二·一", "执行"),
    ]  # fmt: skip
    assert (links(found), found.errors) == ([("乙", "丙")], ())


def test_numbers_in_the_names() -> None:
    found = understood((None, "一、准备", None), (None, "（一）甲", None), (None, "1、乙", None), (None, "二、执行", None))
    assert [(code, above) for code, _, above in tree(found)] == [
        ("一", ""),
        ("一·一", "一、准备"),
        ("一·一·1", "（一）甲"),
        ("二", ""),
    ]


def test_chinese_numbers_alone_name_predecessors() -> None:
    found = understood(("一", "甲", None), ("二", "乙", "一"), ("三", "丙", "二"))
    assert (links(found), found.errors) == ([("甲", "乙"), ("乙", "丙")], ())


def test_chapters_with_codes_below() -> None:
    found = understood(("第一阶段", "甲", None), ("1.1", "乙", None), ("第二阶段", "丙", None), ("2.1", "丁", "1.1"))
    assert tree(found) == [("第一阶段", "甲", ""), ("1.1", "乙", "甲"), ("第二阶段", "丙", ""), ("2.1", "丁", "丙")]
    assert (links(found), found.errors) == ([("乙", "丁")], ())


def test_chapters_with_a_tree_of_codes_below_that_begins_anew() -> None:
    found = understood(
        ("一", "甲", None),
        ("1", "乙", None),
        ("1.1", "丙", None),
        ("二", "丁", None),
        ("1", "戊", None),
        ("1.1", "己", "一.1.1"),
    )
    assert tree(found) == [
        ("一", "甲", ""), ("一·1", "乙", "甲"), ("一·1.1", "丙", "乙"), ("二", "丁", ""), ("二·1", "戊", "丁"),
        ("二·1.1", "己", "戊"),
    ]  # fmt: skip
    assert (links(found), found.errors) == ([("丙", "己")], ())


def test_what_is_twice_in_one_group_stays_an_error() -> None:
    found = understood(("一", "甲", None), (1, "乙", None), (1, "丙", None))
    assert [(one.code, one.params["code"]) for one in found.errors] == [("duplicate_code", "一·1")]
