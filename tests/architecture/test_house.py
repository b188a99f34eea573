"""Our tree keeps every rule of the house."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db.models import Model
from django.urls import get_resolver

from architecture.rules import files, pages, python, running
from architecture.rules.house import NOT_APPS, PACKAGE, ROOT, read_ladder, rooms
from tongzhou.shell.api import operations
from tools import house as importlinter

LADDER = read_ladder()
FRONTEND = ROOT / "frontend"


def our_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("tongzhou.")]


def test_imports_keep_the_contracts() -> None:
    assert importlinter.broken(ROOT / "src", ROOT / ".importlinter") == []


def test_every_app_stands_under_the_contract_for_its_inside() -> None:
    listed = (ROOT / ".importlinter").read_text(encoding="utf-8")
    apps_here = [room.name for room in rooms(PACKAGE) if room.name not in NOT_APPS]
    assert [name for name in apps_here if f"    tongzhou.{name}\n" not in listed] == []


def test_screens_are_private() -> None:
    assert python.foreign_screens(PACKAGE) == []


def test_wiring_is_the_only_subscriber() -> None:
    assert python.hidden_arrows(PACKAGE) == []


def test_apps_have_only_files_of_the_closed_list() -> None:
    assert files.strange_files(PACKAGE) == []


def test_every_app_with_models_explains_itself() -> None:
    assert files.missing_readmes(PACKAGE) == []


@pytest.mark.parametrize("folder", ["src", "tests", "tools"])
def test_python_keeps_its_budgets(folder: str) -> None:
    assert files.too_long_python(ROOT / folder) == []


def test_templates_keep_their_budget() -> None:
    assert files.too_long_templates(PACKAGE) == []


def test_front_end_keeps_its_budget() -> None:
    assert files.too_long_frontend(FRONTEND) == []


def test_templates_reach_downwards_only() -> None:
    assert pages.climbing_templates(PACKAGE, LADDER) == []


def test_text_is_always_escaped() -> None:
    assert python.unescaped_python(PACKAGE) == []


def test_pages_hold_no_style_script_or_unescaped_text() -> None:
    assert pages.unsafe_templates(PACKAGE) == []


def test_nothing_is_fetched_from_another_host() -> None:
    assert pages.addresses_elsewhere(PACKAGE, FRONTEND) == []


def test_foreign_keys_point_downwards_only() -> None:
    assert running.climbing_keys(our_models(), LADDER) == []


def test_every_address_declares_a_row_of_the_table_of_rights() -> None:
    assert running.undeclared(get_resolver(), running.rows_of_rights(ROOT / "docs" / "roles.md")) == []


def test_every_operation_of_the_api_declares_a_row_of_the_table_of_rights() -> None:
    assert running.undeclared_operations(operations(), running.rows_of_rights(ROOT / "docs" / "roles.md")) == []


def test_every_model_is_a_word_of_the_glossary() -> None:
    assert running.unknown_nouns(our_models(), ROOT / "docs" / "glossary.md") == []
