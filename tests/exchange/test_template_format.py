"""The format of templates: what is read comes back the same, every fault is named by its path, bombs do nothing."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from tongzhou.engine.calendar import STANDARD_WEEK, CalendarException, WorkingCalendar
from tongzhou.exchange.queries import templates
from tongzhou.exchange.queries.templates.document import days_of, facts_of, minutes_of, written
from tongzhou.exchange.queries.templates.laying import Days, offset_of
from tongzhou.exchange.queries.templates.listing import BUILT_IN, built_in
from tongzhou.exchange.queries.templates.reader import LARGEST_FILE, document_of, read_document, read_file
from tongzhou.lib.access import Refused

MISSING = "引用了“x”，但它不存在。"
FOLDER = Path(templates.__file__).parent / "built_in"
SMALL: dict[str, Any] = {
    "format": "tongzhou-template",
    "version": 1,
    "name": "小模板",
    "kind": "project",
    "weight": "standard",
    "departments": [{"key": "rd", "name": "研发部", "part": "lead"}, {"key": "mkt", "name": "市场部"}],
    "positions": [
        {"key": "pm", "name": "项目经理", "role": "manager"},
        {"key": "head", "name": "负责人", "department": "rd", "seat": "head"},
    ],
    "objectives": [{"name": "首月销量", "unit": "台", "target": 5000, "owner": "head"}],
    "scope": {"included": [{"text": "样机"}], "excluded": [{"text": "售后", "department": "mkt"}]},
    "tasks": [
        {"key": "1", "name": "阶段"},
        {"key": "1.1", "name": "设计", "parent": "1", "days": 3, "start": 0, "department": "rd", "owner": "head"},
        {
            "key": "1.2",
            "name": "测试",
            "parent": "1",
            "days": 0.5,
            "predecessors": [{"task": "1.1", "kind": "FS", "lag": 1.5}],
            "supporters": [{"department": "mkt", "content": "用例"}],
        },
        {
            "key": "2",
            "name": "定型",
            "milestone": True,
            "predecessors": [{"task": "1.2", "lag": 2, "elapsed": True}, {"task": "1.1", "within": 3}],
        },
    ],
    "deliverables": [{"name": "样机", "quantity": 3, "department": "rd", "task": "1.1"}],
    "commitments": [{"department": "mkt", "kind": "people", "what": "设计师", "starts": 3, "ends": 9}],
    "risks": [{"text": "缺料", "task": "1.1"}],
}  # fmt: skip


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    document = copy.deepcopy(SMALL)
    change(document)
    return document


@pytest.mark.parametrize("key", BUILT_IN)
def test_every_template_of_the_product_passes_its_reader_and_comes_back_the_same(key: str) -> None:
    content = (FOLDER / f"{key}.json").read_bytes()
    read = read_file(content)
    assert read.problems == ()
    assert read.document is not None
    assert read_document(json.loads(json.dumps(written(read.document)))).document == read.document


def test_the_folder_holds_what_is_offered_and_nothing_else() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(BUILT_IN)


def test_the_templates_of_the_product_are_whole() -> None:
    """The big ones have 25 to 60 tasks, a standard or a result for each, texts, agenda, and a place for every number."""
    for key in BUILT_IN[:4]:
        document = built_in(key)
        leaves = [one for one in document.tasks if one.key not in document.summaries and not one.milestone]
        assert 25 <= len(leaves) <= 60
        assert [one.name for one in leaves if not (one.output and one.standard)] == []
        assert [one.name for one in leaves if not (one.department or one.owner)] == []
        assert sum(bool(one.risk) for one in leaves) >= 5
        assert sum(one.key_milestone for one in document.tasks) >= 3
        facts = facts_of(document)
        assert (
            min(
                facts[name]
                for name in ("objectives", "scope", "communication", "agenda", "deliverables", "commitments", "risks")
            )
            >= 4
        )
        assert "【" in document.texts.objective
    light = built_in("complaint-response")
    assert (light.weight, light.kind, 8 <= len(light.tasks) <= 12) == ("light", "temporary", True)
    assert {built_in(key).kind for key in BUILT_IN} == {"project", "process", "temporary"}


def test_an_amount_that_cannot_be_asked_for_is_no_amount() -> None:
    for amount in (0, 0.004, 1e12):
        asked = {"department": "rd", "kind": "people", "what": "工程师", "amount": amount}
        read = read_document(changed(lambda d, one=asked: d.update(commitments=[one])))  # type: ignore[misc]
        assert [problem.path for problem in read.problems] == ["commitments[0].amount"]


def test_a_document_of_the_first_version_is_read() -> None:
    """It says nothing of directions; what follows from its numbers holds. Written again it is of the newest version."""
    document = document_of(changed(lambda d: d["objectives"].append({"name": "投诉率", "baseline": 3, "target": 1})))
    assert [(one.falls, one.is_lower_better) for one in document.objectives] == [(False, False), (False, True)]
    assert written(document)["version"] == 2
    assert document_of(written(document)) == document


def test_ranks_and_times_of_the_product_are_the_better_the_lower() -> None:
    lower = {one.name for key in BUILT_IN for one in built_in(key).objectives if one.is_lower_better}
    assert lower == {"市场占有率排名", "首次响应时长", "预算偏差"}


def test_a_whole_document_is_read() -> None:
    document = document_of(SMALL)
    assert document.tasks[2].predecessors[0].lag == 1.5
    assert document.summaries == {"1"}
    assert document_of(written(document)) == document


@pytest.mark.parametrize(
    ("change", "path", "text"),
    [
        (
            lambda d: d["tasks"][2]["predecessors"][0].update(task="x7"),
            "tasks[2].predecessors[0].task",
            "引用了“x7”，但它不存在。",
        ),
        (lambda d: d["tasks"][1].update(parent="9"), "tasks[1].parent", "引用了“9”，但它不存在。"),
        (lambda d: d["tasks"][1].update(owner="nobody"), "tasks[1].owner", "引用了“nobody”，但它不存在。"),
        (lambda d: d["tasks"][1].update(department="x"), "tasks[1].department", MISSING),
        (
            lambda d: d["tasks"][2]["supporters"][0].update(department="x"),
            "tasks[2].supporters[0].department",
            MISSING,
        ),
        (lambda d: d["objectives"][0].update(owner="x"), "objectives[0].owner", MISSING),
        (lambda d: d["scope"]["excluded"][0].update(department="x"), "scope.excluded[0].department", MISSING),
        (lambda d: d["deliverables"][0].update(task="x"), "deliverables[0].task", MISSING),
        (lambda d: d["commitments"][0].update(department="x"), "commitments[0].department", MISSING),
        (lambda d: d["risks"][0].update(task="x"), "risks[0].task", MISSING),
        (lambda d: d["positions"][1].update(department="x"), "positions[1].department", MISSING),
        (lambda d: d["tasks"][2].update(key="1.1"), "tasks[2].key", "“1.1”已是tasks[1]的键。"),
        (lambda d: d["tasks"][1].update(predecessors=[{"task": "1.1"}]), "tasks[1].predecessors[0].task", "自己"),
        (
            lambda d: d["tasks"][1].update(predecessors=[{"task": "2"}]),
            "tasks[1].predecessors",
            "循环",
        ),
        (lambda d: d["tasks"][0].update(predecessors=[{"task": "1.1"}]), "tasks[0].predecessors", ""),
        (lambda d: d["tasks"][0].update(milestone=True), "tasks[0].milestone", "里程碑下面不能有任务。"),
        (lambda d: d["tasks"].insert(0, d["tasks"].pop(1)), "tasks[0].parent", "“1”必须排在这项任务之前。"),
        (lambda d: d["tasks"][2]["supporters"][0].update(position="pm"), "tasks[2].supporters[0]", "部门和岗位只填一个。"),
        (lambda d: d["departments"][1].update(part="lead"), "departments[1].part", "牵头部门有且只有一个。"),
        (lambda d: d["departments"][0].update(part="support"), "departments", "牵头部门有且只有一个。"),
        (lambda d: d["positions"][1].update(department=""), "positions[1].department", "席位属于一个参与部门。"),
        (lambda d: d["commitments"][0].update(ends=1), "commitments[0].ends", "结束早于开始。"),
        (lambda d: d["tasks"][1].update(days=-1), "tasks[1].days", "请填 0 到 2000 之间的数。"),
        (lambda d: d["tasks"][1].update(days=True), "tasks[1].days", "此处需要数字。"),
        (lambda d: d["tasks"][1].update(start=1.5), "tasks[1].start", "此处需要整数。"),
        (lambda d: d["tasks"][1].update(days=10**400), "tasks[1].days", "请填 0 到 2000 之间的数。"),
        (lambda d: d["tasks"][1].update(name=""), "tasks[1].name", ""),
        (lambda d: d["tasks"][1].update(nmae="x"), "tasks[1].nmae", "没有这个字段。"),
        (lambda d: d["tasks"][1].pop("name"), "tasks[1].name", ""),
        (lambda d: d["tasks"][1].update(key="有空 格"), "tasks[1].key", "键由 1 到 40 个字母、数字、点和连字符组成。"),
        (lambda d: d["tasks"].__setitem__(1, "x"), "tasks[1]", ""),
        (lambda d: d.update(tasks={}), "tasks", ""),
        (lambda d: d.update(kind="x"), "kind", ""),
        (lambda d: d.update(name="长" * 121), "name", ""),
        (lambda d: d.update(format="x"), "format", "这不是模板：format 字段必须是“tongzhou-template”。"),
        (lambda d: d.update(version=3), "version", "本产品可读取版本 1、2 的格式。"),
        (
            lambda d: d["objectives"][0].update(baseline=1000, falls=True),
            "objectives[0].falls",
            "目标值高于基线值，不可能是越低越好。",
        ),
        (lambda d: d.update(version=True), "version", ""),
    ],
)
def test_each_fault_is_named_by_its_path(change: Callable[[dict[str, Any]], object], path: str, text: str) -> None:
    with translation.override("zh-hans"):
        read = read_document(changed(change))
    assert read.document is None
    found = {one.path: one.text for one in read.problems}
    assert path in found, found
    assert text in found[path], found[path]
    assert re.search(r"[一-鿿]", found[path])


def test_every_fault_is_told_at_once() -> None:
    def spoil(document: dict[str, Any]) -> None:
        document["tasks"][2]["predecessors"][0]["task"] = "x7"
        document["tasks"][1]["owner"] = "x8"
        document["deliverables"][0]["task"] = "x9"

    paths = [one.path for one in read_document(changed(spoil)).problems]
    assert paths == ["tasks[1].owner", "tasks[2].predecessors[0].task", "deliverables[0].task"]
    with pytest.raises(Refused) as caught:
        document_of(changed(spoil))
    assert (caught.value.code, sorted(caught.value.errors)) == ("template-invalid", sorted(paths))


def test_there_is_an_end_to_what_is_told() -> None:
    assert len(read_document(changed(lambda d: d.update(tasks=[{}] * 400))).problems) == 200


@pytest.mark.parametrize("value", [None, [], "x", 1, {}])
def test_what_is_no_template_at_all(value: object) -> None:
    assert [one.path for one in read_document(value).problems] == ["format"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 50_000,
        b'{"format": "tongzhou-template", "version": 1, "name": "\\ud800"}',
        b'{"format": "tongzhou-template", "version": 1, "name": "\\u0000"}',
        b'{"format": "tongzhou-template", "version": NaN}',
        b'{"version": ' + b"9" * 5000 + b"}",
        b"\xff\xfe",
        b" " * (LARGEST_FILE + 1),
    ],
)
def test_bombs_are_refused_in_words(content: bytes) -> None:
    with pytest.raises(Refused) as caught:
        read_file(content)
    assert caught.value.code in ("not-json", "body-too-large")


def test_five_hundred_tasks_in_a_chain_are_read_in_time() -> None:
    tasks: list[dict[str, Any]] = [{"key": "0", "name": "一"}]
    tasks += [{"key": str(n), "name": f"任务{n}", "predecessors": [{"task": str(n - 1)}]} for n in range(1, 500)]
    assert read_document(changed(lambda d: d.update(tasks=tasks, deliverables=[], risks=[]))).problems == ()
    tasks[0]["predecessors"] = [{"task": "499"}]
    read = read_document(changed(lambda d: d.update(tasks=tasks, deliverables=[], risks=[])))
    assert [one.path for one in read.problems] == ["tasks[0].predecessors"]


def test_offsets_and_lengths_come_back() -> None:
    calendar = WorkingCalendar(STANDARD_WEEK, [CalendarException(date(2024, 5, 1), date(2024, 5, 5), ())])
    start = date(2024, 4, 29)
    days = Days(calendar, start)
    assert [days.at(n) for n in range(4)] == [date(2024, 4, 29), date(2024, 4, 30), date(2024, 5, 6), date(2024, 5, 7)]
    assert [offset_of(calendar, start, days.at(n)) for n in range(50)] == list(range(50))
    assert offset_of(calendar, start, date(2024, 5, 3)) == 2
    assert [minutes_of(days_of(minutes)) for minutes in (0, 1, 7, 240, 480, 1439, 99_999)] == [0, 1, 7, 240, 480, 1439, 99_999]
    assert [minutes_of(days_of(n, elapsed=True), elapsed=True) for n in (1, 1440, 4321)] == [1, 1440, 4321]
