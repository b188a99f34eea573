"""`tongzhou backup FILE`: write all data into one file, while the product runs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from time import monotonic

from django.db import DatabaseError

from tongzhou.config.backup.archive import Unfit
from tongzhou.config.backup.taking import take
from tongzhou.lib import clock


def run(options: argparse.Namespace) -> int:
    """Take a backup; 0 when it is on the disk, 1 with a sentence when there is none."""
    begun = monotonic()
    try:
        told = take(Path(options.file).absolute(), clock.now())
    except Unfit as error:
        print(error, file=sys.stderr)
        return 1
    except DatabaseError as error:
        print(f"数据库没有响应：{str(error).splitlines()[0]}", file=sys.stderr)
        return 1
    rows = sum(told["tables"].values())
    print(
        f"{options.file}：{told['size'] / 2**20:.1f} MB，{len(told['tables'])} 张表 {rows} 行，"
        f"{monotonic() - begun:.1f} 秒；清单 {told['digest'][:16]}"
    )
    print("文件含解密所需的密钥，只有本账号可读（0600）：请放在安全的地方")
    return 0
