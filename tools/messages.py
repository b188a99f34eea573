"""The interface's texts: collect them into each room's own catalogue, compile the catalogues, check that they are complete.

`extract` writes src/tongzhou/<room>/locale/zh_Hans/LC_MESSAGES/django.po and keeps the translations that are there; `compile`
writes the .mo beside each .po; `check` tells what is missing. None of them needs a gettext program on the machine.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parent.parent / "src" / "tongzhou"
LOCALE = "zh_Hans"
CATALOGUE = Path("locale") / LOCALE / "LC_MESSAGES" / "django.po"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = f"""msgid ""
msgstr ""
"Language: {LOCALE}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
TEMPLATES = (".html", ".txt")
"""Endings of templates: a package that is called `templates` holds other files, compiled Python among them."""
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|(?<!%)%[sdrf]|\{(\w*)\}")


def rooms(source: Path) -> list[Path]:
    """Return the folders of the rooms below `source`."""
    return sorted(path for path in source.iterdir() if path.is_dir() and (path / "__init__.py").exists())


def messages_used(room: Path) -> Catalog:
    """Return a catalogue of the texts that the room's Python files and templates mark for translation."""
    catalogue = Catalog(charset="utf-8")
    for path in sorted(room.rglob("*.py")):
        _collect(catalogue, path.read_bytes())
    for path in sorted(room.rglob("templates/**/*")):
        if path.suffix in TEMPLATES:
            _collect(catalogue, templatize(path.read_text(encoding="utf-8"), origin=str(path)).encode())
    return catalogue


def read_catalogue(path: Path) -> Catalog:
    """Return the catalogue at `path`, an empty one if there is none."""
    if not path.exists():
        return Catalog(locale=LOCALE, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE, charset="utf-8", abort_invalid=True)


def extract_into(source: Path) -> list[Path]:
    """Bring every room's catalogue to the texts that it uses now, keeping translations; return the files that changed."""
    changed = []
    for room in rooms(source):
        path, used = room / CATALOGUE, messages_used(room)
        if not len(used) and not path.exists():
            continue
        catalogue = read_catalogue(path)
        catalogue.update(used, no_fuzzy_matching=True)
        text = HEADER + _entries(catalogue)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


def compile_all(source: Path) -> list[Path]:
    """Write the .mo beside each .po below `source` and return the .mo files that changed."""
    changed = []
    for path in sorted(source.glob(f"*/{CATALOGUE}")):
        compiled = io.BytesIO()
        write_mo(compiled, read_catalogue(path))
        target = path.with_suffix(".mo")
        if not target.exists() or target.read_bytes() != compiled.getvalue():
            target.write_bytes(compiled.getvalue())
            changed.append(target)
    return changed


def problems(source: Path) -> list[str]:
    """Return one line for each text without a sound translation; none means that the interface is completely Chinese."""
    found: list[str] = []
    translations: dict[tuple[str, str | None], dict[str, str]] = {}
    for room in rooms(source):
        catalogue, used = read_catalogue(room / CATALOGUE), messages_used(room)
        for message in _texts(used):
            found += _faults(room.name, message, catalogue.get(message.id, context=message.context))
        for message in _texts(catalogue):
            if used.get(message.id, context=message.context) is None:
                found.append(f"{room.name}: not used any more: {_shown(message)}")
            translations.setdefault((_shown(message), message.context), {})[room.name] = str(message.string)
    for (text, _context), by_room in sorted(translations.items(), key=str):
        if len(set(by_room.values())) > 1:
            found.append(f"{', '.join(by_room)}: translated in different ways: {text}")
    return found


def _collect(catalogue: Catalog, content: bytes) -> None:
    for _line, message, _comments, context in extract("python", io.BytesIO(content), KEYWORDS, options={"encoding": "utf-8"}):
        catalogue.add(message, context=context)


def _entries(catalogue: Catalog) -> str:
    written = io.BytesIO()
    write_po(written, catalogue, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True, width=0)
    return written.getvalue().decode("utf-8").strip() + "\n"


def _texts(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _shown(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _faults(room: str, used: Message, translated: Message | None) -> list[str]:
    text = _shown(used)
    strings = _as_tuple(translated.string) if translated else ()
    if not strings or not all(strings):
        return [f"{room}: not translated: {text}"]
    assert translated is not None
    faults = [f"{room}: fuzzy: {text}"] if translated.fuzzy else []
    # A plural may leave the number out of its singular, but the translation may use nothing that neither form has.
    asked = [_placeholders(part) for part in _as_tuple(used.id)]
    if any(_placeholders(string) not in asked for string in strings):
        faults.append(f"{room}: placeholders differ: {text}")
    return faults


def _as_tuple(value: str | Iterable[str] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _placeholders(text: str) -> list[str]:
    return sorted(match.group(0) for match in PLACEHOLDER.finditer(text))


def main(arguments: list[str]) -> int:
    """Run `extract`, `compile` or `check` and return the exit code."""
    if arguments not in (["extract"], ["compile"], ["check"]):
        print("tools/messages.py extract|compile|check", file=sys.stderr)
        return 2
    if arguments == ["check"]:
        found = problems(SOURCE)
        print(*found, sep="\n", end="\n" if found else "")
        return 1 if found else 0
    for path in extract_into(SOURCE) if arguments == ["extract"] else compile_all(SOURCE):
        print(path.relative_to(SOURCE.parent.parent))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
