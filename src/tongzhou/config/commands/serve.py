"""`tongzhou serve`: web server, one process, or several side by side on PostgreSQL."""

from __future__ import annotations

import argparse
import gc
import socket
import sys
from types import FrameType

import uvicorn
from django.conf import settings
from django.db import connection

from tongzhou.config.commands.supervise import supervise
from tongzhou.config.standing import begin_anew, watch_restores

MOST_WORKERS = 64


def run(options: argparse.Namespace) -> int:
    host = options.host or settings.ENVIRONMENT.host
    port = settings.ENVIRONMENT.port if options.port is None else options.port
    wrong = _wrong(port, options.workers)
    if wrong:
        print(wrong, file=sys.stderr)
        return 2
    try:
        listener = _listen(host, port, shared=options.shared_port)
    except OSError as error:
        print(f"无法监听 {host}:{port}：{error.strerror}。请换一个端口：TONGZHOU_PORT=8001", file=sys.stderr)
        return 1
    if not options.shared_port:
        print(f"同舟 http://{host}:{port}/  (Ctrl+C 停止)", flush=True)
    if options.workers > 1:
        listener.close()
        gc.enable()
        return supervise(host, port, options.workers)
    if _serve(listener) and not options.shared_port:
        # Nobody starts it again but itself.
        begin_anew(*sys.argv[1:])
    return 0


def _wrong(port: int, workers: int) -> str:
    if not 0 < port < 65536:
        return f"端口应在 1 到 65535 之间：{port}"
    if not 0 < workers <= MOST_WORKERS:
        return f"进程数应在 1 到 {MOST_WORKERS} 之间：{workers}"
    if workers > 1 and connection.vendor == "sqlite":
        return "SQLite 只能由一个进程写入：多个进程需要 PostgreSQL（TONGZHOU_DATABASE_URL），或去掉 --workers"
    return ""


def _serve(listener: socket.socket) -> bool:
    """Serve until told to stop; return whether that was because the data were restored."""
    config = uvicorn.Config(
        "tongzhou.config.asgi:application", log_level="warning", lifespan="on", timeout_graceful_shutdown=8, server_header=False
    )
    server = Server(config)
    restored = watch_restores(server.end)
    server.run(sockets=[listener])
    return restored()


class Server(uvicorn.Server):
    """Ends the open streams when it is told to stop, before it waits for what is open."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._end_streams()
        super().handle_exit(sig, frame)

    def end(self) -> None:
        """Stop as a first signal would."""
        self._end_streams()
        self.should_exit = True

    def _end_streams(self) -> None:
        from tongzhou.config.asgi import hub

        hub.end_soon()


def _listen(host: str, port: int, *, shared: bool) -> socket.socket:
    """Return a listening socket with TCP_NODELAY, which accepted connections inherit.

    :param shared: whether other processes of ours listen on the port, too; the kernel spreads connections over them.
    :raises OSError: if the port is taken or the address is not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.bind((host, port))
    listener.listen(512)
    return listener
