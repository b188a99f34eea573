"""What templates, TypeScript and CSS may not hold."""

from __future__ import annotations

import re
from pathlib import Path

from architecture.rules.files import frontend_files
from architecture.rules.house import reachable, templates

NAMED_TEMPLATE = re.compile(r"""\{%\s*(extends|include)\s+["']([^"'#]+)""")
# A page is laid into the frame of the product; nothing else of the shell is for rooms below it.
FRAMES = {"shell/base.html", "shell/bare.html", "shell/project.html"}
# A mail carries its look with it: no style sheet of ours reaches the reader's program.
MAILS = {"inline style"}
FORBIDDEN_IN_TEMPLATES = {
    "unescaped text": re.compile(r"\|\s*safe(seq)?\b|\{%\s*autoescape\s+off"),
    "inline style": re.compile(r"\sstyle\s*=|<style\b"),
    "inline script": re.compile(r"""<script\b(?![^>]*(\bsrc\s*=|type\s*=\s*["']application/json))|\shx-on\b|javascript:"""),
    "inline handler": re.compile(r"""<[^>{]*\son[a-z]+\s*="""),
}
OURS = r"(?!(?:www\.w3\.org|127\.0\.0\.1|localhost)\b)"
ELSEWHERE = re.compile(rf"""(?:https?:|(?<=["'(\s=]))//{OURS}[a-z0-9-]+(?:\.[a-z0-9-]+)+""", re.IGNORECASE)


def climbing_templates(package: Path, ladder: list[list[str]]) -> list[str]:
    """Name every extends and include that reaches a room which the template's own room may not know."""
    found = []
    for path in templates(package):
        room = path.relative_to(package).parts[0]
        for kind, name in NAMED_TEMPLATE.findall(path.read_text(encoding="utf-8")):
            other = name.split("/")[0]
            known = any(other in step for step in ladder)
            if known and other not in reachable(room, ladder) and not (kind == "extends" and name in FRAMES):
                found.append(f"{path.relative_to(package)}: {kind} {name}")
    return found


def unsafe_templates(package: Path) -> list[str]:
    """Name every template with unescaped text or with style, script or handlers in the page itself."""
    found = []
    for path in templates(package):
        text = path.read_text(encoding="utf-8")
        allowed = MAILS if path.relative_to(package).as_posix().startswith("integrations/") else set()
        faults = [what for what, pattern in FORBIDDEN_IN_TEMPLATES.items() if pattern.search(text) and what not in allowed]
        found += [f"{path.relative_to(package)}: {what}" for what in faults]
    return found


def addresses_elsewhere(package: Path, frontend: Path) -> list[str]:
    """Name every address of another host in a template, TypeScript or CSS file."""
    found = []
    for path in [*templates(package), *frontend_files(frontend)]:
        found += [f"{path.name}: {match.group(0)}" for match in ELSEWHERE.finditer(path.read_text(encoding="utf-8"))]
    return found
