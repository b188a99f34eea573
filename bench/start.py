"""How long a start takes until the first page, and what everything that runs then holds in memory (PSS).

    python bench/start.py [--as-run]

Starts `tongzhou migrate` and `tongzhou serve` on data that is laid out already; with `--as-run` all that `make run` does.
Targets: 3 s, 300 MB. PSS needs Linux.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

from bench.pages import PROGRAM, ROOT, free_port

SECONDS, MEGABYTES = 3, 300


def family(process: int) -> list[int]:
    """The process and all that it has started."""
    found, waiting = [], [process]
    while waiting:
        at = waiting.pop()
        found.append(at)
        for thread in Path(f"/proc/{at}/task").glob("*/children"):
            waiting += map(int, thread.read_text().split())
    return found


def proportional(process: int) -> float:
    """Megabytes of the process's pages, shared ones divided by those who share them."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
        return 0.0
    found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def worked(process: int) -> float:
    """Processor seconds of the process, of all that it has started, and of what has ended of that."""
    ticks = 0
    for at in family(process):
        with suppress(FileNotFoundError, ProcessLookupError):
            ticks += sum(map(int, Path(f"/proc/{at}/stat").read_text().rpartition(")")[2].split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def started(environment: dict[str, str], port: int, whole: bool) -> tuple[float, float, float]:
    """Start, wait for the first page, rest for 5 s, stop; return seconds, seconds of the processor, and megabytes."""
    script = [str(ROOT / "tools" / "bootstrap.sh"), "run"]
    direct = ["bash", "-c", '"$@" migrate >/dev/null && exec "$@" serve', "start", *PROGRAM]
    began = time.monotonic()
    process = subprocess.Popen(script if whole else direct, env=environment, stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                    assert answer.status == 200
                break
            except OSError:
                assert process.poll() is None and time.monotonic() - began < 120, "no page"
                time.sleep(0.02)
        seconds, busy = time.monotonic() - began, worked(process.pid)
        time.sleep(5)
        return seconds, busy, sum(map(proportional, family(process.pid)))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def main() -> int:
    """Print the second start of two."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--as-run", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        more = {"TONGZHOU_DATA": folder, "TONGZHOU_PORT": str(port), "PYTHONPATH": f"{ROOT / 'src'}"}
        environment = os.environ | more | {"TONGZHOU_BASE_URL": f"http://127.0.0.1:{port}"}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        if not options.as_run:
            subprocess.run([*PROGRAM, "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
            subprocess.run([*PROGRAM, "seed"], env=environment, check=True, stdout=subprocess.DEVNULL)
        started(environment, port, options.as_run)
        seconds, busy, megabytes = started(environment, port, options.as_run)
    print(
        f"second start to the first page {seconds:.1f} s (at most {SECONDS}), {busy:.1f} s of the processor; "
        f"at rest {megabytes:.0f} MB (at most {MEGABYTES})"
    )
    print(f"load {os.getloadavg()[0]:.1f}")
    return int(seconds > SECONDS or megabytes > MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
