"""A server on loopback that speaks the contract of the plan island, over one small and one large plan."""

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from .plan_book import Book

ROOT = Path(__file__).resolve().parents[2]
POLICY = "default-src 'self'; script-src 'self'; style-src 'self'"
PAGE = """<!doctype html><html lang="zh-Hans" data-bs-theme="light"><head><meta charset="utf-8"><title>plan</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/tokens.css">
<link rel="stylesheet" href="/island.css"><link rel="stylesheet" href="/page.css"></head>
<body><div class="tz-beside"><main class="tz-main"><h1>计划</h1><div>
<button data-plan-view="wbs">WBS</button><button data-plan-view="department">部门</button>
<button data-plan-view="person">人</button><button data-plan-view="mine">我的</button><button data-plan-zoom="day">日</button>
<button data-plan-zoom="week">周</button><button data-plan-zoom="month">月</button>
<button data-plan-zoom="quarter">季</button><button data-plan-do="filters">筛选</button>
<button data-plan-do="columns">列</button>
<button data-plan-do="levels">层级</button><button data-plan-do="undo">撤</button><button data-plan-do="redo">重</button>
<button data-plan-mode hidden>严格</button>
<button data-plan-toggle="baseline">基线</button><button data-plan-toggle="critical">关键路径</button>
<button data-plan-today>今天</button><input data-plan-filter aria-label="筛选"></div>
<div data-island="plan" data-url="/data?plan=PLAN" data-tasks="/tasks/" data-can-edit="EDIT"
 data-import="/import/" data-new="/new/" data-user="12" data-preferences="/preferences/plan.columns/"></div></main>
<aside id="plan-drawer" class="tz-drawer" aria-label="任务详情" hidden></aside></div>
<div class="tz-toasts" role="region" aria-label="消息"></div><template id="toast-model"><div class="tz-toast" role="status">
<span data-toast-text></span><button type="button" data-toast-close>关</button></div></template>
<script type="module" src="/island.js"></script></body></html>"""
BASE = """*{box-sizing:border-box}body{margin:0;font-size:14px;background:var(--tz-surface,#fff);color:var(--tz-ink,#1b2530)}
.tz-main{display:flex;flex-direction:column}h1{margin:0;font-size:16px}.i{width:14px;height:14px;fill:none;stroke:currentColor}"""


def small_plan() -> dict[str, Any]:
    """Five rows: a summary, three tasks in a chain of which the last is a milestone, a task without dates."""
    return {
        "version": 3,
        "asOf": "2024-04-18",
        "start": "2024-03-04",
        "finish": "2024-04-23",
        "origin": "2024-03-04",
        "project": {"number": "P-1", "name": "P"},
        "departments": ["研发部", "质量部"],
        "people": [[11, "李四", 0], [12, "赵六", 1]],
        "rows": [
            [1, 0, 0, 1, 0, "研发阶段", 0, 0, 0, 50, 36, 40, 50, 0, 42, 8, "", ""],
            [2, 1, 1, 2, 0, "结构设计", 0, 0, 0, 9, 8, 100, 100, 0, 9, 0, "", ""],
            [3, 1, 1, 3, 2, "整改 <b>", 1, 1, 42, 49, 6, 45, 60, 37, 39, 10, "1.1", ""],
            [4, 1, 2, 0, 3, "样机定型", 0, 0, 50, 50, 0, 0, 0, 42, 42, 8, "1.2", ""],
            [5, 0, 1, 0, 0, "培训", -1, -1, None, None, 3, 0, 0, None, None, 0, "", ""],
        ],
        "links": [[1, 2, 0, 0], [2, 3, 0, 1]],
        "daysOff": [[31, 33, "清明"]],
        "weekend": [5, 6],
        "workdays": [34],
    }


def large_plan(size: int = 20_000) -> dict[str, Any]:
    """Summaries of 50 tasks each, chained."""
    rows: list[list[Any]] = []
    for at in range(size):
        start = (at // 50) % 300 + at % 50
        kind = 0 if at % 50 == 0 else 1
        what = [at + 1, 1 - (kind == 0), kind, at % 4, at % 3, f"任务 {at}", at % 2, at % 2]
        rows.append([*what, start, start + 6, 5, 40, 50, start, start + 4, 2, "", ""])
    links = [[at - 1, at, 0, at % 2] for at in range(1, size) if at % 50 > 1]
    return small_plan() | {"rows": rows, "links": links}


@dataclass
class PlanServer:
    """What the tests set (answers) and read back (posts). `built` holds island.js and island.css."""

    built: Path
    posts: list[tuple[str, dict[str, Any], str | None]] = field(default_factory=list)
    stale: bool = False
    refusal: dict[str, Any] | None = None
    preview: dict[str, Any] = field(default_factory=dict)
    preference: dict[str, Any] | None = None
    delays: list[float] = field(default_factory=list)
    column_calls: list[list[str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    baselines: list[tuple[int, str]] = field(default_factory=lambda: [(0, "2024-03-01"), (1, "2024-04-01")])
    answers_after: float = 0
    book: Book = field(default_factory=lambda: Book(small_plan()))
    failures: int = 0
    version: int = 3

    def __post_init__(self) -> None:
        """Start to listen on a free port."""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.get(self)

            def do_POST(self) -> None:
                outer.post(self)

            def log_message(self, format: str, *args: object) -> None:
                return

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.http.server_port}"

    def get(self, request: BaseHTTPRequestHandler) -> None:
        """Serve the page, its parts, the plan and the drawer."""
        path, _, query = request.path.partition("?")
        tokens = ROOT / "frontend/styles/tokens.css"
        plan = query.partition("plan=")[2].partition("&")[0] or "small"
        parts: dict[str, tuple[str | bytes, str]] = {
            "/": (PAGE.replace("PLAN", plan).replace("EDIT", "no" if "reader" in query else "yes"), "text/html; charset=utf-8"),
            "/island.js": ((self.built / "island.js").read_bytes(), "text/javascript"),
            "/island.css": ((self.built / "island.css").read_bytes(), "text/css"),
            "/tokens.css": (tokens.read_bytes() if tokens.exists() else b"", "text/css"),
            "/page.css": (BASE, "text/css"),
        }
        if path == "/data":
            self.data(request, query)
        elif path == "/columns":
            self.columns(request, query)
        elif path.startswith("/preferences/"):
            answer(request, 200, json.dumps({"value": self.preference}), "application/json")
        elif path.startswith("/tasks/"):
            drawer = f"<h2>任务 {path}</h2><button data-plan-close>关闭</button>"
            answer(request, 200, drawer, "text/html; charset=utf-8")
        else:
            body, kind = parts.get(path, (b"", "text/plain"))
            answer(request, 200 if path in parts else 404, body, kind)

    def data(self, request: BaseHTTPRequestHandler, query: str) -> None:
        """Serve the plan that the query names, or fail as often as was asked for; the first of several may take its time."""
        if self.failures:
            self.failures -= 1
            answer(request, 500, b"", "text/plain")
            return
        plan = large_plan() if "large" in query else self.book.plan() | ({"rows": [], "links": []} if "empty" in query else {})
        if "both" in query:
            plan |= {"mode": "strict" if "mode=strict" in query else "forecast", "baselines": self.baselines}
        self.asked.append(query)
        body = json.dumps(
            plan | {"version": self.version, "undo": self.book.label(self.book.done), "redo": self.book.label(self.book.undone)}
        )
        if self.delays:
            time.sleep(self.delays.pop(0))
        answer(request, 200, body, "application/json")

    def columns(self, request: BaseHTTPRequestHandler, query: str) -> None:
        """Serve the texts of columns, one for each row."""
        names = query.partition("names=")[2].replace("%2C", ",").split(",")
        self.column_calls.append(names)
        found = {name: self.book.column(name) for name in names}
        answer(request, 200, json.dumps({"version": self.version, "columns": found}), "application/json")

    def post(self, request: BaseHTTPRequestHandler) -> None:
        """Note the command and answer as the test has set, or as the plan has it."""
        body = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        if request.path.startswith("/preferences/"):
            self.preference = body["value"]
            answer(request, 200, json.dumps(body), "application/json")
            return
        self.posts.append((request.path, body, request.headers.get("X-CSRFToken")))
        if self.stale or body["version"] != self.version:
            self.stale = False
            answer(request, 412, json.dumps({"detail": "王五 changed the plan."}), "application/problem+json")
        elif self.refusal:
            answer(request, 422, json.dumps(self.refusal), "application/problem+json")
        else:
            self.command(request, body)

    def command(self, request: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        """Carry a command out on the plan, or only say what it would bring."""
        time.sleep(self.answers_after)
        ids = [] if body["dry"] else self.book.run(body)
        self.version += 0 if body["dry"] else 1
        labels = {"undo": self.book.label(self.book.done), "redo": self.book.label(self.book.undone)}
        found = {"version": self.version, "ids": ids, "changes": [], "notices": []} | labels
        answer(request, 200, json.dumps(found | (self.preview if body["dry"] else {})), "application/json")


def answer(request: BaseHTTPRequestHandler, status: int, body: str | bytes, kind: str) -> None:
    """Send one answer under the product's content security policy."""
    content = body.encode() if isinstance(body, str) else body
    request.send_response(status)
    request.send_header("Content-Type", kind)
    request.send_header("Content-Length", str(len(content)))
    request.send_header("Content-Security-Policy", POLICY)
    request.send_header("Set-Cookie", "csrftoken=token-of-the-test; Path=/")
    request.end_headers()
    request.wfile.write(content)
