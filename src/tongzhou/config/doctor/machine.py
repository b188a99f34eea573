"""Checks of the machine: versions, settings, disk, secrets, data folder, migrations."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import stat
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from tongzhou.config.backup.taking import last_backup
from tongzhou.config.doctor.findings import NOTE, OK, WRONG, Finding, ok, wrong
from tongzhou.lib import clock
from tongzhou.lib.web import raised_as

# Below it a checkpoint may, very rarely, begin the log anew while another connection still writes to it.
SAFE_SQLITE = (3, 51, 3)
OLDEST_POSTGRESQL = 15
GIB = 2**30
STALE_BACKUP = 2.0
"""Days."""
LITTLE_DISK, NO_DISK = 2 * GIB, GIB // 5
HERE = ("127.0.0.1", "localhost", "::1")


def programs() -> Finding:
    """Python (older than 3.11 does not install) and Django."""
    return ok("程序版本", f"Python {platform.python_version()}，Django {django.get_version()}")


def database_version(number: tuple[int, ...] | None = None) -> Finding:
    """The database as this release needs it. `number`: the version to judge instead of the one that answers."""
    if connection.vendor == "sqlite":
        found = number or sqlite3.sqlite_version_info
        words = "SQLite " + ".".join(map(str, found))
        if found < SAFE_SQLITE:
            return Finding("数据库版本", NOTE, f"{words}：低于 3.51.3 的版本有罕见的 WAL 重置缺陷，请安排升级并保留备份")
        return ok("数据库版本", words)
    found = number or _postgresql()
    words = f"PostgreSQL {found[0]}"
    return wrong("数据库版本", f"{words}：需要 15 以上") if found[0] < OLDEST_POSTGRESQL else ok("数据库版本", words)


def _postgresql() -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return divmod(int(cursor.fetchone()[0]), 10000)


def configuration(base_url: str | None = None) -> Finding:
    """Settings that a server for others should not have."""
    address = urlsplit(base_url or settings.BASE_URL)
    faults = [str(message.msg) for message in run_checks() if message.level >= ERROR]
    if faults:
        return wrong("设置", "；".join(faults))
    if settings.DEBUG:
        return Finding("设置", NOTE, "TONGZHOU_DEBUG 已打开：只供开发使用")
    if address.scheme == "http" and address.hostname not in HERE:
        return Finding("设置", NOTE, f"{address.geturl()} 不是 https：登录信息在网络上不加密")
    return ok("设置", address.geturl())


def disk(free: int | None = None) -> Finding:
    """Room on the disk of the data folder; `free` bytes instead of what there is."""
    left = shutil.disk_usage(settings.DATA_DIR).free if free is None else free
    level = WRONG if left < NO_DISK else NOTE if left < LITTLE_DISK else OK
    return Finding("磁盘空间", level, f"剩余 {left / GIB:.1f} GiB" + ("，请清理" if level != OK else ""))


def secrets(*, fix: bool) -> Finding:
    """Secrets that others on this machine could read."""
    folder = Path(settings.DATA_DIR) / "secrets"
    paths = [folder, *sorted(folder.iterdir())] if folder.is_dir() else []
    loose = [path for path in paths if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if not loose:
        return ok("密钥权限", f"{max(len(paths) - 1, 0)} 个，只有本账号可读")
    names = "、".join(path.name for path in loose)
    if not fix:
        return wrong("密钥权限", f"其他账号可读：{names}；可用 tongzhou doctor --fix 修复")
    for path in loose:
        path.chmod(0o700 if path.is_dir() else 0o600)
    return Finding("密钥权限", OK, f"已修复 {names}", len(loose))


def data_folder() -> Finding:
    """Whether the data folder can be written."""
    folder = Path(settings.DATA_DIR)
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"1")
    except OSError as problem:
        return wrong("数据目录", f"{folder} 无法写入：{problem.strerror}")
    return ok("数据目录", str(folder)) if os.access(folder, os.X_OK) else wrong("数据目录", f"{folder} 无法进入")


def backups() -> Finding:
    """How old the last backup is that was taken with this data folder."""
    last, name = last_backup(), "备份"
    if last is None:
        return Finding(name, NOTE, "还没有用 tongzhou backup 备份过")
    days = (clock.now() - last.at).total_seconds() / 86400
    words = f"{timezone.localtime(last.at):%Y-%m-%d %H:%M}，{last.size / 2**20:.1f} MB，{last.file}"
    return Finding(name, NOTE, f"已有 {days:.0f} 天没有备份（上次 {words}）") if days > STALE_BACKUP else ok(name, words)


def migrations() -> Finding:
    """Whether the database answers and is up to date; without that nothing else can be looked at."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except raised_as(DatabaseError) as problem:
        return wrong("数据库结构", f"数据库没有响应：{str(problem).splitlines()[0]}")
    if pending:
        return wrong("数据库结构", f"{len(pending)} 个迁移尚未执行，请先运行 tongzhou migrate")
    return ok("数据库结构", "已是最新")
