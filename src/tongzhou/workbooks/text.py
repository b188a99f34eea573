"""How text is brought into one form before it is compared."""

import re
import unicodedata
from functools import lru_cache

EMPTY = {
    "",
    "-",
    "--",
    "---",
    "—",
    "——",
    "–",
    "―",
    "/",
    "\\",
    "无",
    "暂无",
    "没有",
    "n/a",
    "na",
    "none",
    "nil",
    "待定",
    "tbd",
    "未定",
    "空",
}
FILLERS = "\u115f\u1160\u2800\u3164\uffa0"
KEPT = 32_768  # texts: columns repeat a few words many times, and names are compared more than once
LONGEST_KEPT = 64
SPACES = re.compile(r"\s+")
BRACKETS = re.compile(r"[(\[{【〔].*?[)\]}】〕]")
QUOTES = str.maketrans("", "", "《》〈〉「」『』“”\"'‘’〖〗")


def plain(text: str) -> str:
    """Full-width forms made half-width, spaces at the ends removed, inner white space made one space."""
    return _plain(text) if len(text) <= LONGEST_KEPT else " ".join(unicodedata.normalize("NFKC", text).split())


@lru_cache(maxsize=KEPT)
def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def is_seen(text: str) -> bool:
    """True where a text has a sign that can be seen: not only spaces, joiners, marks of direction and fillers."""
    return any(sign not in FILLERS and unicodedata.category(sign)[0] not in "CZ" for sign in text)


def is_blank(text: str) -> bool:
    """True for what people type where there is nothing: '-', '无', '—'."""
    if len(text) > LONGEST_KEPT:
        text = text.strip()
        return len(text) < LONGEST_KEPT and _is_blank(text)
    return _is_blank(text)


@lru_cache(maxsize=KEPT)
def _is_blank(text: str) -> bool:
    return _plain(text).lower() in EMPTY


def key(text: str) -> str:
    """The form in which names are compared: no spaces, quotes, book-title marks, case or width."""
    return _key(text) if len(text) <= LONGEST_KEPT else _key.__wrapped__(text)


@lru_cache(maxsize=KEPT)
def _key(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).translate(QUOTES).lower()


def without_brackets(text: str) -> str:
    """The text without what stands in brackets."""
    return BRACKETS.sub("", text)


def in_brackets(text: str) -> str:
    """What stands in brackets, without them."""
    return " ".join(found[1:-1] for found in BRACKETS.findall(text))


def name(text: str) -> str:
    """A name as it is kept: spaces and line breaks mended, its own width kept (`plain` would rewrite Chinese brackets)."""
    return " ".join(text.split())
