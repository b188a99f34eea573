"""The command `tongzhou`. Each command is a module of config/commands and is imported only when it is asked for."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

SIZES = (
    "S: the sources' departments, cast and three sample projects; M: 30 departments, 1,000 people, 200 projects of 500 tasks; "
    "L: 5,000 people, 2,000 projects; M and L go on where they were interrupted"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code: 0, 1 for errors in what was brought, 2 for a wrong call."""
    options = parser().parse_args(arguments)
    unreadable = [name for name, value in vars(options).items() if name != "file" and not _is_text(value)]
    if unreadable:
        print(f"tongzhou: 参数 {unreadable[0]} 不是有效的 UTF-8 文字", file=sys.stderr)
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongzhou.config.settings")
    from tongzhou.config.environment import SettingInvalid

    try:
        return int(_COMMANDS[options.command](options))
    except SettingInvalid as error:
        print(f"tongzhou: {error}", file=sys.stderr)
        return 2


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    top = argparse.ArgumentParser(prog="tongzhou", description="Tongzhou 同舟: 跨部门协作与项目管理")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("migrate", help="bring the database up to date")
    serve = commands.add_parser("serve", help="serve the product")
    serve.add_argument("--host", help="address to listen on (default: TONGZHOU_HOST or 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on (default: TONGZHOU_PORT or 8000)")
    serve.add_argument("--workers", type=int, default=1, metavar="N", help="processes side by side, on PostgreSQL (default: 1)")
    serve.add_argument("--shared-port", action="store_true", help=argparse.SUPPRESS)
    worker = commands.add_parser("worker", help="do what is due, beside servers that do not, on PostgreSQL")
    worker.add_argument("--threads", type=int, default=4, metavar="N", help="threads (default: 4)")
    seed = commands.add_parser("seed", help="fill an empty database with the demo organisation")
    seed.add_argument("--size", choices=["S", "M", "L"], default="S", help=SIZES)
    seed.add_argument("--today", metavar="DATE", help="lay the projects around this day, YYYY-MM-DD (default: today)")
    doctor = commands.add_parser("doctor", help="look whether everything is in order; exit code 1 when something is wrong")
    doctor.add_argument("--fix", action="store_true", help="mend what can be mended, and look again")
    doctor.add_argument("--json", action="store_true", help="print one JSON document")
    _verify_parser(commands)
    _copies(commands)
    _ways_in(commands)
    project = commands.add_parser("project", help="work with projects").add_subparsers(
        dest="verb", required=True, metavar="VERB"
    )
    create = project.add_parser("create", help="create a project")
    create.add_argument("--number", required=True)
    create.add_argument("--name", required=True)
    create.add_argument("--lead-department", required=True, metavar="DEPARTMENT")
    create.add_argument("--manager", required=True, metavar="LOGIN")
    bring = commands.add_parser(
        "import", help="import a workbook, a text table or a project of MS Project (xml) into a project"
    )
    bring.add_argument("file", metavar="FILE")
    bring.add_argument("--project", required=True, metavar="NUMBER")
    bring.add_argument("--dry-run", action="store_true", help="show what would happen, write nothing")
    bring.add_argument("--create-missing", action="store_true", help="create departments and people that are not there yet")
    bring.add_argument("--json", action="store_true", help="print one JSON document")
    export = commands.add_parser("export", help="write a plan as a workbook, a text table or for MS Project")
    export.add_argument("file", metavar="FILE", help="ends with .xlsx, .csv, or .xml for MS Project")
    export.add_argument("--project", required=True, metavar="NUMBER")
    export.add_argument("--form", default="complete", choices=["complete", "tracking", "breakdown", "progress", "basics"])
    export.add_argument("--as-of", metavar="DATE", help="progress as of this day, YYYY-MM-DD")
    schedule = commands.add_parser("schedule", help="compute the dates of a network (JSON or JSON lines)")
    schedule.add_argument("file", metavar="FILE", help="a file, or - for standard input")
    return top


def _verify_parser(commands: Any) -> None:
    verify = commands.add_parser(
        "verify", help="verify what was signed and every formal act; exit code 1 when something is wrong"
    )
    verify.add_argument("--project", metavar="NUMBER", help="only this project's chain")
    verify.add_argument("--json", action="store_true", help="print one JSON document")


def _ways_in(commands: Any) -> None:
    """One-time links for people, tokens for programs."""
    link = commands.add_parser("link", help="print a one-time way in")
    link.add_argument("--user", default="admin", metavar="LOGIN")
    token = commands.add_parser("token", help="print a personal token for a program")
    token.add_argument("--user", required=True, metavar="LOGIN")
    token.add_argument("--name", default="命令行", help="what it is for")
    token.add_argument("--scopes", default="read,write", help="of read, write, admin (default: read,write)")
    token.add_argument("--days", type=int, default=90, help="how long it is valid (default: 90)")


def _copies(commands: Any) -> None:
    """Backup and restore."""
    backup = commands.add_parser("backup", help="write all data into one file, while the product runs")
    backup.add_argument("file", metavar="FILE", help="a new file; it holds secrets, and only its owner can read it")
    restore = commands.add_parser("restore", help="put all data back to those of a backup")
    restore.add_argument("file", metavar="FILE", nargs="?")
    restore.add_argument("--yes", action="store_true", help="replace the data that are there")
    restore.add_argument("--check", action="store_true", help="look whether the backup is whole and fits, change nothing")
    restore.add_argument("--finish", action="store_true", help=argparse.SUPPRESS)


def _is_text(value: object) -> bool:
    """Whether an argument can be written down: bytes that are no UTF-8 reach Python as lone surrogates."""
    try:
        str(value).encode()
    except UnicodeEncodeError:
        return False
    return True


def _schedule(options: argparse.Namespace) -> int:
    from tongzhou.config.commands import schedule

    return schedule.run(options.file, sys.stdin, sys.stdout)


def _django(module: str, options: argparse.Namespace) -> int:
    import gc
    import importlib

    import django

    gc.disable()  # what is loaded stays: the collector of cycles would walk through it many times
    django.setup()
    from tongzhou.config import standing

    if not standing.enter():
        return 1
    if module not in ("migrate", "doctor", "backup", "restore") and not _is_migrated():
        print("数据库还没有准备好，请先运行：tongzhou migrate", file=sys.stderr)
        return 1
    command = importlib.import_module(f"tongzhou.config.commands.{module}")
    if module not in ("serve", "worker"):  # these load more, and turn the collector on themselves
        gc.freeze()
        gc.enable()
    return int(command.run(options))


def _is_migrated() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "schedule": _schedule,
    "migrate": lambda options: _django("migrate", options),
    "serve": lambda options: _django("serve", options),
    "worker": lambda options: _django("worker", options),
    "doctor": lambda options: _django("doctor", options),
    "verify": lambda options: _django("verify", options),
    "backup": lambda options: _django("backup", options),
    "restore": lambda options: _django("restore", options),
    "seed": lambda options: _django("seed", options),
    "token": lambda options: _django("token", options),
    "link": lambda options: _django("link", options),
    "project": lambda options: _django("project", options),
    "export": lambda options: _django("export", options),
    "import": lambda options: _django("import_", options),
}

if __name__ == "__main__":
    sys.exit(main())
