"""`tongzhou worker`: do what is due, in a process beside the servers, on PostgreSQL."""

from __future__ import annotations

import argparse
import gc
import signal
import sys
import threading
from importlib.util import find_spec

from django.conf import settings
from django.db import connection

from tongzhou.config.standing import begin_anew, watch_restores
from tongzhou.rhythm.jobs import Workers, hand_over
from tongzhou.rhythm.models import Due

MOST_THREADS = 16
LAST_SECONDS = 9.0


def run(options: argparse.Namespace) -> int:
    """Work until told to stop (SIGTERM, SIGINT); what is under way then has nine seconds to end."""
    celery = settings.ENVIRONMENT.worker == "celery"
    wrong = _wrong(options.threads) or (_missing() if celery else "")
    if wrong:
        print(wrong, file=sys.stderr)
        return 2
    connection.close()
    stop = threading.Event()
    restored = watch_restores(stop.set)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    workers = _hands_over() if celery else Workers([tuple(Due.Lane)] * options.threads)
    gc.collect()
    gc.freeze()
    gc.enable()
    workers.start()
    said = "交给 Celery 处理" if celery else f"{options.threads} 个线程"
    print(f"同舟 worker: {said} (Ctrl+C 停止)", flush=True)
    stop.wait()
    workers.stop(LAST_SECONDS)
    if restored():
        begin_anew(*sys.argv[1:])
    return 0


def _hands_over() -> Workers:
    """One thread that takes what is due and sends it to Celery's workers."""
    from tongzhou.config.celery import send

    return Workers([tuple(Due.Lane)], lambda now, lanes, _stopped: hand_over(now, lanes, send))


def _missing() -> str:
    """What to say where Celery is not installed."""
    return "" if find_spec("celery") and find_spec("redis") else "缺少 Celery：pip install 'tongzhou[scale]'"


def _wrong(threads: int) -> str:
    if not 0 < threads <= MOST_THREADS:
        return f"线程数应在 1 到 {MOST_THREADS} 之间：{threads}"
    if connection.vendor == "sqlite":
        return "SQLite 只能由一个进程写入：后台任务由 tongzhou serve 处理；worker 需要 PostgreSQL（TONGZHOU_DATABASE_URL）"
    return ""
