"""What a text leaves to be filled in."""

from __future__ import annotations

import pytest

from tongzhou.papers.blanks import MARK, blanks_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("【4】个月内完成上市，首月销量【5000】台", ["【4】", "【5000】"]),
        ("复购率提升至【…】", ["【…】"]),
        ("【】", ["【】"]),
        ("【一\n二】", []),
        ("【没有结束", []),
        ("没有开始】", []),
        ("【外【内】】", ["【内】"]),
        ("〔1〕[2](3)「4」", []),
        ("", []),
        ("【" * 50_000, []),
        ("【" + "长" * 201 + "】", []),
    ],
)
def test_what_stands_in_brackets_is_to_be_filled_in(text: str, found: list[str]) -> None:
    assert blanks_in(text) == found
    assert not found or MARK in text


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("【前端】登录页", []),
        ("【前端】登录页【5】版", ["【5】"]),
        ("评审【阶段】", ["【阶段】"]),
        (" 【前端】【后端】联调", ["【后端】"]),
    ],
)
def test_a_label_before_a_name_is_no_blank(name: str, found: list[str]) -> None:
    assert blanks_in(name, labelled=True) == found
