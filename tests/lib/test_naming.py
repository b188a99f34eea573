"""What a project's papers are called."""

from __future__ import annotations

import pytest

from tongzhou.lib.naming import paper_name


@pytest.mark.parametrize(
    ("project", "paper", "name"),
    [
        ("新产品上市项目", "项目章程", "新产品上市项目章程"),
        ("新产品上市", "项目章程", "新产品上市项目章程"),
        ("项目 ", "项目基本信息表", "项目基本信息表"),
        ("会员体系升级项目", "跨部门协作备忘录", "会员体系升级项目跨部门协作备忘录"),
        ("CRM 2.0", "项目章程", "CRM 2.0项目章程"),
        ("Launch", "Project charter", "Launch Project charter"),
    ],
)
def test_a_paper_is_named_after_its_project_and_no_word_is_doubled(project: str, paper: str, name: str) -> None:
    assert paper_name(project, paper) == name
