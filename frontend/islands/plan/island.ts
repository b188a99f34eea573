import { readAddress, writeAddress, type Shown } from "./address";
import { Api, Unreachable } from "./api";
import { COLUMNS } from "./columns";
import { h, oncePerFrame } from "./dom";
import { Drawer } from "./drawer";
import { Editing } from "./editing";
import { Folds } from "./folds";
import { footer } from "./footer";
import { Gantt } from "./gantt";
import { Grid } from "./grid";
import { useKey } from "./keys";
import { t } from "./labels";
import { arrange, keyOf, type Arrangement, type Line } from "./layout";
import { LinkIndex } from "./links";
import { emptyPlan, loadFailed, loading, noMatch } from "./messages";
import { PlanUnreadable, type Plan } from "./model";
import { ROW_HEIGHT } from "./renderer";
import { Splitter } from "./splitter";
import { makeScale, ZOOMS } from "./timeline";
import { attachToolbar, markToolbar } from "./toolbar";

const PHONE = "(max-width: 767px)";

/** The plan: table and chart side by side over one list of lines. */
export class PlanIsland {
  private readonly grid = new Grid({
    select: (position) => this.choose(position),
    toggle: (position) => void this.fold(position),
    edit: (position, field) => this.edit(position, field),
    scrolled: (top) => this.scrolled(top, "grid"),
  });
  private readonly gantt: Gantt;
  private readonly body = h("div", { class: "tz-plan", "data-plan-pane": "table" });
  private readonly resized = oncePerFrame(() => this.fit());
  private readonly splitter = new Splitter(this.body, this.resized);
  private readonly message = h("div", { class: "plan-messages" });
  private readonly api: Api;
  private readonly drawer: Drawer;
  private readonly editing: Editing | null;
  private readonly phone = window.matchMedia(PHONE);
  private shown: Shown;
  private plan: Plan | null = null;
  private now: Arrangement = { lines: [], lineOf: new Int32Array() };
  private links: LinkIndex | null = null;
  private readonly folds: Folds;
  private selected: string | null = null;
  private opening = 0;

  constructor(private readonly root: HTMLElement) {
    const { url = "", tasks = "", canEdit } = root.dataset;
    this.api = new Api(url, tasks);
    this.folds = new Folds(url);
    this.shown = readAddress(location.search, root.dataset);
    this.drawer = new Drawer((id) => this.api.taskUrl(id), () => this.deselect());
    const editable = canEdit === "yes";
    this.gantt = new Gantt({
      select: (key) => this.choose(this.lines.findIndex((line) => line.key === key)),
      scrolled: (top) => this.scrolled(top, "gantt"),
      dropped: editable ? ({ task, field, value }) => void this.editing?.change(task, field, value) : undefined,
    });
    this.editing = editable ? new Editing({
      root, api: this.api, plan: () => this.plan as Plan, reload: () => this.load(), focus: () => this.grid.focus(),
    }) : null;
  }

  async start(): Promise<void> {
    attachToolbar({ change: (part) => void this.change(part), today: () => this.today() }, () => this.shown);
    markToolbar(this.shown);
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.phone.addEventListener("change", () => void this.draw());
    // Whoever changes the plan elsewhere on the page (a form in the drawer) says so with this event.
    document.addEventListener("plan:changed", () => void this.load());
    new ResizeObserver(() => this.resized()).observe(this.body);
    this.root.replaceChildren(loading());
    await this.load();
  }

  private get lines(): Line[] {
    return this.now.lines;
  }

  /** Fetches the plan; the first time it also finds the place to begin at. */
  async load(): Promise<void> {
    const first = !this.plan;
    try {
      this.plan = await this.api.load();
    } catch (error) {
      if (!(error instanceof Unreachable || error instanceof PlanUnreadable || error instanceof SyntaxError)) throw error;
      this.root.replaceChildren(loadFailed(error.message, () => void this.startAgain()));
      this.plan = null;
      return;
    }
    if (!this.plan.tasks.length) {
      this.root.replaceChildren(emptyPlan(this.root.dataset.import, this.root.dataset.new));
      return;
    }
    if (!this.body.isConnected) this.assemble();
    this.root.querySelector(".tz-planfoot")?.replaceWith(footer(this.plan));
    await this.draw();
    if (first) this.begin();
  }

  private async startAgain(): Promise<void> {
    this.root.replaceChildren(loading());
    await this.load();
  }

  private assemble(): void {
    const panes = (["table", "gantt"] as const).map((pane) => {
      const button = h("button", { type: "button", "aria-pressed": String(pane === "table"), class: pane === "table" ? "is-on" : "" }, t(pane));
      button.addEventListener("click", () => this.showPane(pane));
      return button;
    });
    this.body.replaceChildren(this.grid.host, this.splitter.element, this.gantt.host, this.message);
    this.root.replaceChildren(
      h("div", { class: "plan-panes" }, h("div", { class: "tz-seg", role: "group", "aria-label": t("show") }, ...panes)),
      this.body, footer(this.plan as Plan));
    this.splitter.apply();
  }

  private showPane(pane: "table" | "gantt"): void {
    this.body.dataset.planPane = pane;
    this.root.querySelectorAll(".plan-panes button").forEach((button, at) => {
      button.classList.toggle("is-on", (pane === "table") === (at === 0));
      button.setAttribute("aria-pressed", String((pane === "table") === (at === 0)));
    });
    this.resized();
    if (pane === "gantt" && this.plan) this.gantt.showDay(this.plan.asOf);
  }

  /** Works the lines out anew and draws both halves. */
  private async draw(): Promise<void> {
    const { plan, shown } = this;
    if (!plan || !plan.tasks.length) return;
    const nobody = t(shown.view === "person" ? "nobody" : "noDepartment");
    this.now = arrange(plan, { view: shown.view, collapsed: this.folds.closed, query: shown.query, nobody });
    this.links = new LinkIndex(plan.links, this.now);
    this.message.replaceChildren(...(this.lines.length ? [] : [noMatch(shown.query, () => void this.change({ query: "" }))]));
    await this.grid.show(plan, this.lines, this.phone.matches);
    this.grid.select(this.selected);
    this.drawGantt();
  }

  private drawGantt(): void {
    const { plan, links, shown, now, selected } = this;
    if (!plan || !links) return;
    const scale = makeScale(plan, shown.zoom, this.gantt.scroller.clientWidth || 600);
    this.gantt.show({ plan, scale, links, lines: now.lines, lineOf: now.lineOf, selected, baseline: shown.baseline, critical: shown.critical, named: this.phone.matches });
    this.level();
  }

  /** Both halves get the same height of view, or their last rows would not stand on one line. */
  private level(): void {
    const height = this.gantt.scroller.clientHeight;
    const own = this.body.clientHeight;
    this.grid.host.style.height = height && this.gantt.host.offsetParent ? `${height + 52}px` : own ? `${own}px` : "";
    this.gantt.scrollTo(this.grid.scroller.scrollTop);
  }

  private begin(): void {
    const task = this.plan?.tasks.find(({ id }) => id === this.shown.task);
    const position = task ? (this.now.lineOf[task.index] ?? -1) : -1;
    if (this.plan && this.gantt.scroller.scrollWidth > this.gantt.scroller.clientWidth) this.gantt.showDay(this.plan.asOf);
    if (position < 0) return;
    this.grid.goTo(position);
    this.choose(position);
  }

  private scrolled(top: number, by: "grid" | "gantt"): void {
    if (by === "grid") this.gantt.scrollTo(top);
    else if (this.grid.scroller.scrollTop !== top) this.grid.scroller.scrollTop = top;
    this.grid.point();
    this.editing?.close();
  }

  private fit(): void {
    if (!this.plan) return;
    this.splitter.apply();
    this.level();
    this.drawGantt();
    this.grid.resize();
  }

  private async change(part: Partial<Shown>): Promise<void> {
    const middle = part.zoom ? this.gantt.middleDay() : null;
    this.shown = { ...this.shown, ...part };
    this.remember();
    markToolbar(this.shown);
    if ("view" in part || "query" in part) await this.draw();
    else this.drawGantt();
    if (middle !== null) this.gantt.keepMiddle(middle);
  }

  private remember(): void {
    history.replaceState(history.state, "", `${location.pathname}${writeAddress(location.search, this.shown, this.root.dataset)}${location.hash}`);
  }

  private choose(position: number): void {
    const line = this.lines[position];
    if (!line || line.task.index < 0) return;
    this.selected = keyOf(line.task);
    this.shown.task = line.task.id;
    this.grid.select(this.selected);
    this.gantt.select(this.selected);
    this.remember();
    // A sheet would lie over the cell that a second click is about to edit.
    window.clearTimeout(this.opening);
    this.opening = window.setTimeout(() => void this.drawer.open(line.task.id), this.editing && this.drawer.isSheet ? 250 : 0);
  }

  private deselect(): void {
    this.selected = null;
    this.shown.task = null;
    this.grid.select(null);
    this.gantt.select(null);
    this.remember();
    this.grid.focus();
  }

  private async fold(position: number, open?: boolean): Promise<void> {
    const line = this.lines[position];
    if (!line || line.expanded === null || line.expanded === open) return;
    // A filter opens every line on the way to what it found.
    if (this.shown.view === "wbs" && this.shown.query) return;
    this.folds.turn(line.key);
    await this.draw();
    this.grid.goTo(position);
  }

  private edit(position: number, field: string): boolean {
    const line = this.lines[position];
    const column = COLUMNS.find((item) => item.field === field);
    if (!line) return false;
    window.clearTimeout(this.opening);
    return this.editing?.open(this.grid.cell(line.key, field), line.task, column?.edits) ?? false;
  }

  private today(): void {
    if (this.plan) this.gantt.showDay(this.plan.asOf);
  }

  private key(event: KeyboardEvent): void {
    if (!this.plan || (event.target as Element).closest("input,textarea,select,button,a,dialog")) return;
    const { position, field } = this.grid;
    const line = this.lines[position];
    const page = Math.max(1, Math.floor(this.grid.scroller.clientHeight / ROW_HEIGHT) - 1);
    const inGantt = this.gantt.scroller.contains(event.target as Node);
    if (inGantt && !["t", "+", "=", "-", "Escape"].includes(event.key)) return;
    const used = useKey(event, page, field === "code" || field === "name", {
      move: (step) => this.move(position + step),
      column: (step) => this.grid.moveColumn(step),
      edge: (end) => this.move(end ? this.lines.length - 1 : 0),
      fold: (open) => this.foldByKey(position, open),
      edit: () => void (this.edit(position, field) || this.choose(position)),
      open: () => this.choose(position),
      escape: () => this.drawer.isOpen && (this.drawer.close(), true),
      today: () => this.today(),
      zoom: (step) => this.zoom(step),
    });
    if (used && line) event.preventDefault();
  }

  private foldByKey(position: number, open: boolean): boolean {
    const expanded = this.lines[position]?.expanded;
    if (expanded === null || expanded === undefined || expanded === open) return false;
    void this.fold(position, open);
    return true;
  }

  /** With the docked drawer open, it follows the keyboard. */
  private move(position: number): void {
    this.grid.goTo(position);
    if (this.drawer.isOpen && !this.drawer.isSheet) this.choose(this.grid.position);
  }

  private zoom(step: number): void {
    const at = ZOOMS.indexOf(this.shown.zoom) + step;
    const zoom = ZOOMS[Math.max(0, Math.min(ZOOMS.length - 1, at))];
    if (zoom && zoom !== this.shown.zoom) void this.change({ zoom });
  }
}
