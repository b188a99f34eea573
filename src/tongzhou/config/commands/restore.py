"""`tongzhou restore FILE`: put all data back to those of a backup, or leave everything as it is."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from django.db import DatabaseError

from tongzhou.config import standing
from tongzhou.config.backup import bringing
from tongzhou.config.backup.archive import Reader, Unfit


def run(options: argparse.Namespace) -> int:
    """Restore; 0 when it is done, 1 with a sentence when nothing was changed."""
    if options.finish:
        print("恢复完成：所有人需要重新登录；管理员的登录链接用 tongzhou link 生成")
        return 0
    if not options.file:
        print("请给出备份文件：tongzhou restore FILE", file=sys.stderr)
        return 2
    try:
        return _restored(options, bringing.opened(Path(options.file).absolute()))
    except Unfit as error:
        print(error, file=sys.stderr)
    except DatabaseError as error:
        print(f"数据库没有响应，数据未改动：{str(error).splitlines()[0]}", file=sys.stderr)
    except OSError as error:
        print(f"无法恢复，数据未改动：{error.strerror}", file=sys.stderr)
    return 1


def _restored(options: argparse.Namespace, reader: Reader) -> int:
    told = f"{reader.path.name}（{str(reader.manifest['taken_at'])[:16]}，{sum(reader.manifest['tables'].values())} 行）"
    if options.check:
        reader.check()
        print(f"备份完整，可以恢复：{told}")
        return 0
    people = bringing.people_there()
    if people and not options.yes:
        print(f"数据库里有 {people} 人的数据，恢复会用备份 {told} 全部替换；确认请加 --yes", file=sys.stderr)
        return 1
    busy = standing.alone()
    if busy:
        print(busy, file=sys.stderr)
        return 1
    print(f"正在恢复 {told} …", flush=True)
    bringing.bring_in(reader)
    standing.begin_anew("restore", "--finish")
    return 0
