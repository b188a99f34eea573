"""`tongzhou schedule FILE|-`: one network or JSON lines in, answers of the same shape and order out. No Django here."""

import sys
from pathlib import Path
from typing import Any, TextIO

from tongzhou.engine.schedule import collector_paused
from tongzhou.engine.wire import answer_network, documents


def run(path: str, stdin: TextIO, stdout: TextIO) -> int:
    """Answer the networks in the file `path` ("-": `stdin`).

    Returns 0, or 1 when something in the input is not valid: what can be answered is answered all the same, and every
    fault is told on stderr. A cycle is an answer.
    """
    with collector_paused():
        return _run(path, stdin, stdout)


def _run(path: str, stdin: TextIO, stdout: TextIO) -> int:
    try:
        text = stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8-sig")
        networks = documents(text)
    except (OSError, ValueError, RecursionError) as fault:
        print(f"tongzhou schedule: 无法读取 {path}:{fault}", file=sys.stderr)
        return 1
    if not networks:
        print(f"tongzhou schedule: {path}:没有网络", file=sys.stderr)
        return 1
    code = 0
    for at, network in enumerate(networks, 1):
        answer, error = answer_network(network)
        stdout.write(answer)
        stdout.write("\n")
        if error is not None and error["error"] != "cycle":
            code = 1
            print(f"tongzhou schedule: {path}#{at} ({error['id']}):{_fault(error)}", file=sys.stderr)
    return code


def _fault(answer: dict[str, Any]) -> str:
    if answer["error"] == "calendar_empty":
        return f"calendar_empty: 日历 {answer['calendar']} 十年内没有工作时间"
    return f"{answer['code']}: {answer['message']}"
