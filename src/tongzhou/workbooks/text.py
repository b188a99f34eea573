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
KEPT = 4096  # texts: columns repeat a few words many times
SPACES = re.compile(r"\s+")
BRACKETS = re.compile(r"[(\[{【〔].*?[)\]}】〕]")
QUOTES = str.maketrans("", "", "《》〈〉「」『』“”\"'‘’〖〗")


@lru_cache(maxsize=KEPT)
def plain(text: str) -> str:
    """Full-width forms made half-width, spaces at the ends removed, inner white space made one space."""
    return SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip()


@lru_cache(maxsize=KEPT)
def is_blank(text: str) -> bool:
    """True for what people type where there is nothing: '-', '无', '—'."""
    return plain(text).lower() in EMPTY


@lru_cache(maxsize=KEPT)
def key(text: str) -> str:
    """The form in which names are compared: no spaces, quotes, book-title marks, case or width."""
    return SPACES.sub("", unicodedata.normalize("NFKC", text)).translate(QUOTES).lower()


def without_brackets(text: str) -> str:
    """The text without what stands in brackets."""
    return BRACKETS.sub("", text)


def in_brackets(text: str) -> str:
    """What stands in brackets, without them."""
    return " ".join(found[1:-1] for found in BRACKETS.findall(text))


@lru_cache(maxsize=KEPT)
def name(text: str) -> str:
    """A name as it is kept: spaces and line breaks mended, its own width kept (`plain` would rewrite Chinese brackets)."""
    return SPACES.sub(" ", text.replace("\u3000", " ")).strip()
