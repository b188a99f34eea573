"""The interface is completely Chinese, and the tool that says so sees what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import messages


def test_every_text_of_the_interface_has_its_translation() -> None:
    assert messages.problems(messages.SOURCE) == []


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A room `plan` with one text in Python and two in a template."""
    room = tmp_path / "plan"
    (room / "templates" / "plan").mkdir(parents=True)
    (room / "__init__.py").touch()
    (room / "actions.py").write_text('raise Refused("late", gettext("%(days)s days late") % {"days": 3})\n')
    (room / "templates" / "plan" / "page.html").write_text(
        '{% translate "Save" %}{% blocktranslate count n=rows %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}'
    )
    compiled = room / "queries" / "templates" / "__pycache__"
    compiled.mkdir(parents=True)
    (compiled / "laying.cpython-311.pyc").write_bytes(b"\xa7\r\r\n")
    return tmp_path


def translate(source: Path, **translations: str) -> None:
    """Write the room's catalogue: `days`, `save`, `rows` are the translations."""
    entries = {
        "days": f'msgid "%(days)s days late"\nmsgstr "{translations["days"]}"',
        "save": f'msgid "Save"\nmsgstr "{translations["save"]}"',
        "rows": f'msgid "%(n)s row"\nmsgid_plural "%(n)s rows"\nmsgstr[0] "{translations["rows"]}"',
    }
    path = source / "plan" / messages.CATALOGUE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(messages.HEADER + "\n\n".join(entries.values()) + "\n", encoding="utf-8")


def test_extract_collects_python_and_templates_and_keeps_translations(source: Path) -> None:
    translate(source, days="晚了 %(days)s 天", save="保存", rows="%(n)s 行")
    (source / "plan" / "views.py").write_text('gettext("Cancel")\n')
    assert messages.problems(source) == ["plan: not translated: Cancel"]
    assert messages.extract_into(source) == [source / "plan" / messages.CATALOGUE]
    catalogue = messages.read_catalogue(source / "plan" / messages.CATALOGUE)
    assert {str(m.id): m.string for m in catalogue if m.id} == {
        "%(days)s days late": "晚了 %(days)s 天",
        "('%(n)s row', '%(n)s rows')": ("%(n)s 行",),
        "Cancel": "",
        "Save": "保存",
    }
    assert messages.extract_into(source) == []


def test_a_complete_catalogue_has_no_problem_and_compiles_once(source: Path) -> None:
    translate(source, days="晚了 %(days)s 天", save="保存", rows="%(n)s 行")
    assert messages.problems(source) == []
    assert messages.compile_all(source) == [source / "plan" / messages.CATALOGUE.with_suffix(".mo")]
    assert messages.compile_all(source) == []


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"save": ""}, "plan: not translated: Save"),
        ({"days": "晚了 %(tage)s 天"}, "plan: placeholders differ: %(days)s days late"),
        ({"days": "晚了"}, "plan: placeholders differ: %(days)s days late"),
        ({"rows": ""}, "plan: not translated: %(n)s row"),
    ],
)
def test_what_is_wrong_is_named(source: Path, wrong: dict[str, str], problem: str) -> None:
    translate(source, **{"days": "晚了 %(days)s 天", "save": "保存", "rows": "%(n)s 行"} | wrong)
    assert messages.problems(source) == [problem]


def test_a_fuzzy_and_an_unused_and_a_differing_translation_are_named(source: Path) -> None:
    translate(source, days="晚了 %(days)s 天", save="保存", rows="%(n)s 行")
    path = source / "plan" / messages.CATALOGUE
    edited = path.read_text(encoding="utf-8").replace('msgid "Save"', '#, fuzzy\nmsgid "Save"')
    path.write_text(edited + '\nmsgid "Gone"\nmsgstr "去"\n', encoding="utf-8")
    other = source / "people"
    (other / messages.CATALOGUE.parent).mkdir(parents=True)
    (other / "__init__.py").touch()
    (other / "views.py").write_text('gettext("Save")\n')
    (other / messages.CATALOGUE).write_text(messages.HEADER + 'msgid "Save"\nmsgstr "存盘"\n')
    assert sorted(messages.problems(source)) == [
        "people, plan: translated in different ways: Save",
        "plan: fuzzy: Save",
        "plan: not used any more: Gone",
    ]
