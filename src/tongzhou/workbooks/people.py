"""People and departments in a cell: several, with what they give in brackets, and masked names."""

import re
from dataclasses import dataclass
from functools import lru_cache

from tongzhou.workbooks.text import is_blank, name, plain

_SPLIT = re.compile(r"[、,;/|+&\n\r]+|(?<=\S)(?:和|及)(?=\S{2,}部)")
_PART = re.compile(r"(?P<name>[^()]*)(?:\((?P<given>.*)\))?")
_DEPARTMENT = re.compile(r"(?P<department>[^\s()、,;:]{1,12}?(?:事业部|部门|部|中心|处|科|办公室|实验室|分公司|公司|委员会))")
_CJK = re.compile(r"[\u3400-\u9fff\U00020000-\U0002ffff·]+")


EVERYBODY = "*"  # stands for all departments that take part
_EVERYBODY = re.compile(
    r"(?:项目组?|团队|公司)?(?:全员|全体|全体(?:人员|成员|员工|同事|项目成员|参与人员)|所有(?:人|人员|成员|部门)|各(?:相关|参与|有关|协作|职能)?部门|全部门|全部部门)"
)


@dataclass(frozen=True)
class Helper:
    """Somebody named in a cell: a person, a department, or a person with the department and the content in brackets.

    The department EVERYBODY is all departments that take part.
    """

    name: str = ""
    department: str = ""
    content: str = ""


def parse_people(text: str) -> list[Helper]:
    """The people of a cell. `李四(技术部提供数据工具)` gives person, department and content; `**` gives nobody."""
    return [] if is_blank(text) else list(_people(text))


@lru_cache(maxsize=4096)  # columns repeat a few names many times
def _people(text: str) -> tuple[Helper, ...]:
    helpers = [helper for part in _parts(plain(text)) if (helper := _helper(part)) is not None]
    return tuple(dict.fromkeys(helpers))


def parse_departments(text: str) -> list[str]:
    """The departments of a cell, in their order."""
    return [who for helper in parse_people(text) if (who := helper.name or helper.department)]


def _parts(text: str) -> list[str]:
    """Split at separators outside brackets, then at spaces between whole names."""
    parts: list[str] = []
    for chunk in _split_outside(text):
        words = chunk.split(" ")
        outside = chunk.split("(", maxsplit=1)[0].split()
        whole_names = len(outside) > 1 and all(_CJK.fullmatch(word.strip("*")) and len(word.strip("*")) > 1 for word in outside)
        if whole_names:
            parts.extend(_join_bracketed(words))
        else:
            head, bracket, given = chunk.partition("(")
            head = head.replace(" ", "") if all(_CJK.fullmatch(word) for word in outside) else head
            parts.append(f"{head}{bracket}{given}")
    return [part for part in (one.strip() for one in parts) if part]


def _split_outside(text: str) -> list[str]:
    depth = 0
    marked = []
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        marked.append("\ufffc" if depth > 0 and sign in "、,;/|+&" else sign)
    hidden = [sign for sign, mark in zip(text, marked, strict=True) if mark == "\ufffc"]
    chunks = _SPLIT.split("".join(marked))
    restored = iter(hidden)
    return ["".join(next(restored) if sign == "\ufffc" else sign for sign in chunk) for chunk in chunks]


def _join_bracketed(words: list[str]) -> list[str]:
    joined: list[str] = []
    for word in words:
        if joined and joined[-1].count("(") > joined[-1].count(")"):
            joined[-1] += " " + word
        else:
            joined.append(word)
    return joined


def _helper(part: str) -> Helper | None:
    found = _PART.fullmatch(part)
    who, given = (found["name"], found["given"] or "") if found else (part, "")
    who, given = name(who).strip("*@＠ "), name(given).strip("* ")
    department = _DEPARTMENT.match(given)
    if is_blank(who):
        who = ""
    if _EVERYBODY.fullmatch(who):
        return Helper(department=EVERYBODY, content=given)
    if who and (owns := _DEPARTMENT.fullmatch(who)):
        return Helper(department=owns["department"], content=given)
    if not who and not given:
        return None
    return Helper(who, department["department"] if department else "", given)
