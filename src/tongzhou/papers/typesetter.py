"""The setting process: reads an order from the standard input, writes the page description that typst makes of it.

Run by its path, not as a module: it needs typst and nothing of ours, and starts in a tenth of the time.
"""

import base64
import json
import resource
import sys
import tempfile
from pathlib import Path
from typing import Any

MEMORY = 2 * 1024**3  # bytes of address space; the typefaces alone are mapped with 30 MB
CPU_SECONDS = 90


def set_order(order: dict[str, Any]) -> bytes:
    """Return pdf or png: `order` as `typeset.set_pages` writes it."""
    import typst

    # Only what the product ships: what a paper looks like does not depend on the machine, and what it can show is known.
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=order["fonts"])
    with tempfile.TemporaryDirectory() as folder:
        for name, content in order["files"].items():
            (Path(folder) / name).write_bytes(base64.b64decode(content))
        compiler = typst.Compiler(str(Path(folder) / "main.typ"), root=folder, font_paths=fonts)
        made = compiler.compile(format=order["form"], ppi=order["dpi"])
    if not isinstance(made, bytes):
        raise ValueError("more than one picture")
    return made


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    sys.stdout.buffer.write(set_order(json.load(sys.stdin.buffer)))
