"""What the reading process and the one that asked both know of sheets: places, and the plain lists that are handed over.

It imports next to nothing: the reading process begins anew for every file.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

PlainSheet = dict[str, Any]
NOT_CALCULATED = "#FORMULA"  # stands for a formula that was saved without its result


@lru_cache(maxsize=512)
def letter(column: int) -> str:
    """The letters of a column that counts from 0: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_of(letters: str) -> int:
    """The column, counted from 0, that the letters name."""
    column = 0
    for one in letters.upper():
        column = column * 26 + ord(one) - 64
    return column - 1


def plain_sheet(name: str, rows: list[list[Any]], merges: Sequence[Sequence[int]] = (), *, hidden: bool = False) -> PlainSheet:
    """One sheet of what `sheets_from_json` takes; `merges` as top, left, bottom, right."""
    return {"name": name, "hidden": hidden, "merges": [list(merge) for merge in merges], "rows": rows}
