"""`tongzhou serve`: web server, one process."""

from __future__ import annotations

import argparse
import socket
import sys

import uvicorn
from django.conf import settings


def run(options: argparse.Namespace) -> int:
    host = options.host or settings.ENVIRONMENT.host
    port = settings.ENVIRONMENT.port if options.port is None else options.port
    if not 0 < port < 65536:
        print(f"端口应在 1 到 65535 之间：{port}", file=sys.stderr)
        return 2
    try:
        listener = _listen(host, port)
    except OSError as error:
        print(f"无法监听 {host}:{port}：{error.strerror}。请换一个端口：TONGZHOU_PORT=8001", file=sys.stderr)
        return 1
    print(f"同舟 http://{host}:{port}/  (Ctrl+C 停止)", flush=True)
    config = uvicorn.Config(
        "tongzhou.config.asgi:application", log_level="warning", lifespan="on", timeout_graceful_shutdown=8, server_header=False
    )
    uvicorn.Server(config).run(sockets=[listener])
    return 0


def _listen(host: str, port: int) -> socket.socket:
    """Return a listening socket with TCP_NODELAY, which accepted connections inherit.

    :raises OSError: if the port is taken or the address is not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.bind((host, port))
    listener.listen(512)
    return listener
