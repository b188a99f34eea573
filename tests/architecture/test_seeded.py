"""Each rule of the house fails where somebody breaks it: a violation each, laid into a small house of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.test.utils import isolate_apps
from django.urls import URLResolver, path
from django.urls.resolvers import RegexPattern

from architecture.rules import files, pages, python, running
from architecture.rules.house import PACKAGE, ROOT, read_ladder
from tongzhou.lib.access import access_declared
from tools import house as importlinter

LADDER = read_ladder()


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A house of four rooms in which everything is right."""
    root = tmp_path / "tongzhou"
    for room in ("config", "shell", "plan", "people"):
        (root / room / "templates" / room).mkdir(parents=True)
        (root / room / "__init__.py").touch()
    write(root / "plan" / "models.py", "class WorkItem: ...")
    write(root / "plan" / "README.md", "# plan")
    write(root / "plan" / "views.py", "from tongzhou.plan import forms, queries")
    write(root / "config" / "wiring.py", "from tongzhou.lib.registry import EVENTS\nEVENTS.add('task-blocked', print)")
    write(root / "plan" / "templates" / "plan" / "plan.html", '{% extends "shell/base.html" %}{% include "ui/meter.html" %}')
    return root


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text + "\n", encoding="utf-8")


def test_the_small_house_is_right(package: Path) -> None:
    assert python.foreign_screens(package) + python.hidden_arrows(package) + python.unescaped_python(package) == []
    assert files.strange_files(package) + files.missing_readmes(package) + files.too_long_python(package) == []
    assert files.too_long_templates(package) + files.too_long_frontend(package) == []
    assert pages.climbing_templates(package, LADDER) + pages.unsafe_templates(package) == []
    assert pages.addresses_elsewhere(package, package) == []


def test_contracts(tmp_path: Path) -> None:
    copy = tmp_path / "tongzhou"
    shutil.copytree(PACKAGE, copy, ignore=lambda _folder, names: [n for n in names if "." in n and not n.endswith(".py")])
    assert importlinter.broken(tmp_path, ROOT / ".importlinter") == []
    write(copy / "people" / "apps.py", "import tongzhou.plan.models")
    write(copy / "plan" / "models.py", "import tongzhou.plan.queries")
    write(copy / "engine" / "impure.py", "import django.utils.timezone")
    report = " ".join(importlinter.broken(tmp_path, ROOT / ".importlinter"))
    assert "tongzhou.people is not allowed to import tongzhou.plan" in report
    assert "tongzhou.plan.models is not allowed to import tongzhou.plan.queries" in report
    assert "tongzhou.engine is not allowed to import django" in report


def test_a_room_that_is_not_on_the_ladder(tmp_path: Path) -> None:
    copy = tmp_path / "tongzhou"
    shutil.copytree(PACKAGE, copy, ignore=lambda _folder, names: [n for n in names if "." in n and not n.endswith(".py")])
    write(copy / "gadgets" / "__init__.py", "")
    assert "gadgets" in " ".join(importlinter.broken(tmp_path, ROOT / ".importlinter"))


@pytest.mark.parametrize(
    "line", ["from tongzhou.plan.views import page", "from tongzhou.plan import forms", "import tongzhou.plan.urls"]
)
def test_another_rooms_screen(package: Path, line: str) -> None:
    write(package / "shell" / "views.py", line)
    assert [fault.split(":")[0] for fault in python.foreign_screens(package)] == ["shell/views.py"]


def test_the_assembly_of_the_api_takes_operations_and_no_other_screen(package: Path) -> None:
    write(package / "shell" / "api" / "__init__.py", "from tongzhou.plan.api import router")
    assert python.foreign_screens(package) == []
    write(package / "shell" / "api" / "__init__.py", "from tongzhou.plan.views import page")
    assert len(python.foreign_screens(package)) == 1
    write(package / "shell" / "views.py", "from tongzhou.plan.api import router")
    assert len(python.foreign_screens(package)) == 2


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("from tongzhou.lib.registry import EVENTS\nEVENTS.add('x', print)", "subscribes to EVENTS"),
        ("from tongzhou.lib import registry\nregistry.PANELS.add('x', print)", "subscribes to PANELS"),
        ("from django.db.models.signals import post_save", "uses signals (django.db.models.signals.post_save)"),
    ],
)
def test_a_hidden_arrow(package: Path, line: str, fault: str) -> None:
    write(package / "plan" / "apps.py", line)
    assert python.hidden_arrows(package) == [f"plan/apps.py: {fault}"]


@pytest.mark.parametrize("name", ["helpers.py", "utils", "templatetags", "templates/people"])
def test_a_file_that_is_not_on_the_closed_list(package: Path, name: str) -> None:
    write(package / "plan" / name / "x.py" if "." not in name else package / "plan" / name, "")
    assert files.strange_files(package) == [f"plan/{name}: not a name that a room may have"]


def test_an_app_that_does_not_explain_itself(package: Path) -> None:
    write(package / "plan" / "README.md", "line\n" * 41)
    write(package / "people" / "models.py", "")
    assert files.missing_readmes(package) == ["people: has models and no README.md", "plan/README.md: 42 lines, 40 allowed"]


def test_python_over_its_budget(package: Path) -> None:
    write(package / "plan" / "queries.py", "x = 1\n" * 400)
    write(package / "plan" / "actions.py", "def long():\n" + "    x = 1\n" * 50 + "def wide(a, b, c, *, d, e, f, g): ...")
    assert files.too_long_python(package) == [
        "plan/actions.py: long has 51 lines, 50 allowed",
        "plan/actions.py: wide has 7 arguments, 6 allowed",
        "plan/queries.py: 401 lines, 400 allowed",
    ]


def test_python_that_is_too_complex(tmp_path: Path) -> None:
    branches = "".join(f"    if x == {n}:\n        return {n}\n" for n in range(8))
    write(tmp_path / "knot.py", f"def knot(x):\n{branches}    return x\n\n\ndef wide(a, b, c, d, e, f, g): ...")
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--no-cache",
        "--config",
        str(ROOT / "pyproject.toml"),
        "--output-format",
        "concise",
    ]
    report = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, check=False).stdout
    assert "C901 `knot` is too complex (9 > 8)" in report
    assert "PLR0913 Too many arguments in function definition (7 > 6)" in report


def test_templates_and_front_end_over_their_budgets(package: Path) -> None:
    write(package / "plan" / "templates" / "plan" / "long.html", "<p>\n" * 150)
    write(package / "island.ts", "let a;\n" * 300)
    write(package / "page.css", "a{}\n" * 300)
    assert files.too_long_templates(package) == ["plan/templates/plan/long.html: 151 lines, 150 allowed"]
    assert files.too_long_frontend(package) == ["island.ts: 301 lines, 300 allowed", "page.css: 301 lines, 300 allowed"]


@pytest.mark.parametrize(
    "tag", ['{% include "plan/row.html" %}', '{% extends "plan/plan.html" %}', "{% include 'shell/base.html' %}"]
)
def test_a_template_that_climbs(package: Path, tag: str) -> None:
    write(package / "people" / "templates" / "people" / "people.html", tag)
    assert len(pages.climbing_templates(package, LADDER)) == 1


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{{ name|safe }}", "unescaped text"),
        ("{% autoescape off %}", "unescaped text"),
        ('<p style="color:red">', "inline style"),
        ("<style>p{}</style>", "inline style"),
        ("<script>go()</script>", "inline script"),
        ('<a href="javascript:go()">', "inline script"),
        ('<p hx-on:click="go()">', "inline script"),
        ('<p class="x" onclick="go()">', "inline handler"),
    ],
)
def test_an_unsafe_template(package: Path, text: str, fault: str) -> None:
    write(package / "plan" / "templates" / "plan" / "bad.html", text)
    assert pages.unsafe_templates(package) == [f"plan/templates/plan/bad.html: {fault}"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("from django.utils.safestring import mark_safe", "mark_safe"),
        ("from django.utils import safestring\nx = safestring.SafeString('<b>')", "SafeString"),
        ("class Bold(str):\n    def __html__(self): return self", "__html__"),
    ],
)
def test_unescaped_text_from_python(package: Path, line: str, fault: str) -> None:
    write(package / "plan" / "queries.py", line)
    write(package / "plan" / "access.py", "from django.utils.safestring import SafeString\ndef icon() -> SafeString: ...")
    write(package / "papers" / "html.py", "def __html__(self): ...")
    assert python.unescaped_python(package) == [f"plan/queries.py: {fault}"]


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("plan/templates/plan/bad.html", '<img src="//cdn.example.com/x.png">', "bad.html: //cdn.example.com"),
        ("frontend/x.ts", "fetch('https://example.com/')", "x.ts: https://example.com"),
        ("frontend/x.css", "@import url(https://fonts.example.com/x.css)", "x.css: https://fonts.example.com"),
    ],
)
def test_an_address_elsewhere(package: Path, name: str, text: str, fault: str) -> None:
    write(package / name, text)
    assert pages.addresses_elsewhere(package, package / "frontend") == [fault]


@isolate_apps("tongzhou.people", "tongzhou.plan")
def test_a_foreign_key_that_climbs() -> None:
    class WorkItem(models.Model):
        class Meta:
            app_label = "plan"

    class Person(models.Model):
        work_item = models.ForeignKey(WorkItem, on_delete=models.CASCADE)
        items = models.ManyToManyField(WorkItem, related_name="+")

        class Meta:
            app_label = "people"

    assert running.climbing_keys([WorkItem, Person], LADDER) == [
        "people.Person.work_item points to plan",
        "people.Person.items points to plan",
    ]


def test_an_address_without_a_row_of_the_table_of_rights() -> None:
    def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    @access_declared("drink coffee")
    def other(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    @access_declared("read project plan, tasks")
    def right(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    urls = SimpleNamespace(urlpatterns=[path("a/", view), path("b/<int:x>/", other), path("c/", right)])
    rows = running.rows_of_rights(ROOT / "docs" / "roles.md")
    assert running.undeclared(URLResolver(RegexPattern(r""), urls), rows) == [
        "/a/: declares no access",
        "/b/<int:x>/: “drink coffee” is no row of docs/roles.md",
    ]


def test_an_operation_without_a_row() -> None:
    @access_declared("drink coffee")
    def other(request: object) -> HttpResponse:
        return HttpResponse()

    def silent(request: object) -> HttpResponse:
        return HttpResponse()

    rows = running.rows_of_rights(ROOT / "docs" / "roles.md")
    assert running.undeclared_operations([("GET", "a", silent), ("POST", "b", other)], rows) == [
        "GET a: declares no access",
        "POST b: “drink coffee” is no row of docs/roles.md",
    ]


@isolate_apps("tongzhou.plan")
def test_a_noun_that_the_glossary_does_not_have() -> None:
    class Gizmo(models.Model):
        class Meta:
            app_label = "plan"

    class WorkItem(models.Model):
        class Meta:
            app_label = "plan"

    assert running.unknown_nouns([Gizmo, WorkItem], ROOT / "docs" / "glossary.md") == [
        "plan.Gizmo: “gizmo” is not in docs/glossary.md"
    ]
