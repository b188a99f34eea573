"""What holds the dates of a task in a scheduling program, as its tables say it."""

import re

from tongzhou.workbooks.projectterms import CONSTRAINT_WORDS
from tongzhou.workbooks.text import key

# The links move such a task further, however it is dated: what is typed is the earliest day.
YIELDING = frozenset({"ASAP", "ALAP", "SNET", "SNLT", "FNET", "FNLT"})
STARTING = frozenset({"SNET", "MSO"})
_ENGLISH = {
    "ASAP": "assoonaspossible", "ALAP": "aslateaspossible", "MSO": "muststarton", "MFO": "mustfinishon",
    "SNET": "startnoearlierthan", "SNLT": "startnolaterthan", "FNET": "finishnoearlierthan", "FNLT": "finishnolaterthan",
}  # fmt: skip
_POINTS = re.compile(r"[….。·\s]+")


def _bare(text: str) -> str:
    return _POINTS.sub("", key(text)).replace("不能", "不得")


_KINDS = {_bare(word): kind for kind, word in CONSTRAINT_WORDS.items()}
_KINDS |= {word: kind for kind, word in _ENGLISH.items()} | {kind.lower(): kind for kind in CONSTRAINT_WORDS}


def constraint_kind(text: str) -> str:
    """ASAP, SNET …; "" for what is none."""
    return _KINDS.get(_bare(text), "")
