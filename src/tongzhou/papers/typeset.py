"""Setting type: a typst source and the files it reads → pdf or png, in a child process with limits of time and memory.

What is set goes in as data, so that no text is ever read as markup.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

LONGEST_SECONDS = 120
# With more threads than this, their memory counts against the limit before anything is set.
THREADS = {"RAYON_NUM_THREADS": "2", "MALLOC_ARENA_MAX": "2"}
CHILD = Path(__file__).with_name("typesetter.py")


class NotDrawn(Exception):
    """It could not be set: too large for the time or memory that it may take, or the typeface is missing."""


def set_pages(files: Mapping[str, bytes], fonts: Path | None, form: Literal["pdf", "png"] = "pdf", dpi: float = 144.0) -> bytes:
    """Return what `files["main.typ"]` sets, with the other files beside it. `fonts`: the folder of the typefaces;
    None where no text is set.

    :raises NotDrawn: if it takes too long or cannot be set.
    """
    order = {
        "files": {name: base64.b64encode(content).decode() for name, content in files.items()},
        "fonts": [str(fonts)] if fonts else [],
        "form": form,
        "dpi": dpi,
    }
    # -P: the child's own folder holds modules named like those of the standard library.
    command = [sys.executable, "-P", str(CHILD)]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=LONGEST_SECONDS,
            check=False,
            env=os.environ | THREADS,
        )
    except subprocess.TimeoutExpired as error:
        raise NotDrawn("timeout") from error
    if done.returncode:
        raise NotDrawn(done.stderr.decode(errors="replace")[-500:])
    return done.stdout
