import { Acts } from "./acts";
import { readAddress, writeAddress, type Shown } from "./address";
import { Api, Unreachable } from "./api";
import { ChosenColumns } from "./chosencolumns";
import { columnOf, editsIn, type Column } from "./columns";
import type { ColumnState } from "./columnstate";
import { Deeds } from "./deeds";
import { oncePerFrame } from "./dom";
import { Drawer } from "./drawer";
import { NO_FILTERS } from "./filters";
import { Folds } from "./folds";
import { footer } from "./footer";
import { Gantt } from "./gantt";
import { Grid } from "./grid";
import { t } from "./labels";
import { arrange, isNarrowed, keyOf, type Arrangement, type Line } from "./layout";
import { LinkIndex } from "./links";
import { emptyPlan, loadFailed, loading, nothingFound } from "./messages";
import { PlanUnreadable, type Plan } from "./model";
import { Panes } from "./panes";
import { shownAs } from "./pending";
import { openRowSheet } from "./phone";
import { Preferences } from "./preferences";
import { makeScale } from "./timeline";
import { markPlan } from "./toolbar";
import { Tools } from "./tools";
import { Writer } from "./writer";

const PHONE = "(max-width: 767px)";

/** The plan: table and chart side by side over one list of lines. */
export class PlanIsland {
  readonly api: Api;
  readonly grid: Grid;
  readonly gantt: Gantt;
  readonly drawer: Drawer;
  readonly acts: Acts;
  readonly folds: Folds;
  readonly editable: boolean;
  readonly writer: Writer | null;
  readonly deeds: Deeds;
  readonly tools: Tools;
  readonly panes: Panes;
  shown: Shown;
  plan: Plan | null = null;
  private readonly resized = oncePerFrame(() => this.fit());
  private readonly chosenColumns: ChosenColumns;
  private readonly phone = window.matchMedia(PHONE);
  private now: Arrangement = { lines: [], lineOf: new Int32Array() };
  private links: LinkIndex | null = null;
  private selected: string | null = null;
  private opening = 0;
  private turn = 0;
  private latest: Promise<void> = Promise.resolve();
  private preferred: Promise<boolean> = Promise.resolve(false);

  constructor(readonly root: HTMLElement) {
    const { url = "", tasks = "", canEdit, preferences } = root.dataset;
    this.editable = canEdit === "yes";
    this.api = new Api(url, tasks);
    this.folds = new Folds(url);
    this.shown = readAddress(location.search, root.dataset);
    this.chosenColumns = new ChosenColumns(new Preferences(preferences), this.api, (text) => this.tools.tell(text));
    this.drawer = new Drawer((id) => this.api.taskUrl(id), () => this.deselect());
    this.grid = new Grid({ scrolled: (top) => this.scrolled(top, "grid"), chosen: () => this.chosen(), columns: (state) => this.keepColumns(state, false) }, this.editable);
    this.acts = new Acts({
      root, api: this.api, plan: () => this.plan as Plan, reload: () => this.load(), mark: (ids) => this.tools.flash(ids),
      hold: (task, field, value, shown) => this.grid.hold(keyOf(task), field, shownAs(columnOf(field) as Column, value, shown, this.plan as Plan)),
      reopen: (task, field, text, problem) => this.writer?.reopen(task, field, text, problem),
    });
    this.gantt = new Gantt({
      select: (key) => this.choose(this.grid.positionOf(key)),
      scrolled: (top) => this.scrolled(top, "gantt"),
      dropped: this.editable ? ({ task, field, value }) => void this.acts.change(task, field, value) : undefined,
    });
    this.panes = new Panes(root, this.grid.host, this.gantt.host, this.resized, () => this.plan && this.gantt.showDay(this.plan.asOf));
    this.writer = this.editable ? new Writer(this) : null;
    this.tools = new Tools(this);
    this.deeds = this.tools.deeds;
  }

  async start(): Promise<void> {
    this.tools.attach();
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.phone.addEventListener("change", () => void this.draw());
    window.addEventListener("popstate", () => void this.back());
    // Whoever changes the plan elsewhere on the page (a form in the drawer) says so with this event.
    document.addEventListener("plan:changed", () => void this.load());
    new ResizeObserver(() => this.resized()).observe(this.panes.body);
    this.root.replaceChildren(loading());
    this.askAsShown();
    this.preferred = this.chosenColumns.load();
    await this.load();
  }

  lineOf(index: number): number { return this.now.lineOf[index] ?? -1; }

  get lines(): Line[] { return this.now.lines; }

  get columns(): ColumnState { return this.chosenColumns.state(this.shown.columns); }
  get isPhone(): boolean { return this.phone.matches; }

  /** Fetches the plan. Of several answers under way only the one asked for last is shown; whoever waits for an older one waits for that. */
  async load(): Promise<void> {
    const turn = ++this.turn;
    this.latest = this.fetch(turn);
    await this.latest;
    while (turn !== this.turn) {
      const { latest } = this;
      await latest;
      if (latest === this.latest) return;
    }
  }

  private async fetch(turn: number): Promise<void> {
    const first = !this.plan;
    let plan: Plan;
    try {
      // The table is drawn once, with the columns that the person has kept.
      [plan] = await Promise.all([this.api.load(), this.preferred]);
    } catch (error) {
      if (!(error instanceof Unreachable || error instanceof PlanUnreadable || error instanceof SyntaxError)) throw error;
      if (turn !== this.turn) return;
      this.root.replaceChildren(loadFailed(error.message, () => void this.load()));
      this.plan = null;
      return;
    }
    if (turn !== this.turn) return;
    this.plan = plan;
    markPlan(plan);
    if (!plan.tasks.length) {
      this.root.replaceChildren(emptyPlan(this.root.dataset.import, this.root.dataset.new, this.editable ? () => void this.tools.rows.insert(undefined, "below") : null));
      return;
    }
    await this.chosenColumns.fetch(plan, this.shown.columns, this.isPhone);
    if (turn !== this.turn) return;
    if (!this.panes.body.isConnected) this.panes.assemble(plan, this.tools.bulk.element);
    this.root.querySelector(".tz-planfoot")?.replaceWith(footer(plan));
    await this.draw();
    if (first) this.begin();
  }

  /** Works the lines out anew and draws both halves. */
  async draw(): Promise<void> {
    const { plan, shown } = this;
    if (!plan || !plan.tasks.length) return;
    const [me, nobody] = [Number(this.root.dataset.user) || null, t(shown.view === "person" ? "nobody" : "noDepartment")];
    this.now = arrange(plan, { view: shown.view, collapsed: this.folds.closed, filters: shown.filters, me, nobody });
    this.links = new LinkIndex(plan.links, this.now);
    this.panes.say(this.lines.length ? null : nothingFound(shown, () => void this.change({ filters: NO_FILTERS })));
    this.tools.chips();
    await this.grid.show(plan, this.lines, this.isPhone, this.columns);
    this.grid.open(this.selected);
    this.writer?.settle();
    this.drawGantt();
  }

  drawGantt(): void {
    const { plan, links, shown, now, selected } = this;
    if (!plan || !links) return;
    const scale = makeScale(plan, shown.zoom, this.gantt.scroller.clientWidth || 600);
    this.gantt.show({ plan, scale, links, lines: now.lines, lineOf: now.lineOf, selected, baseline: shown.baseline, critical: shown.critical, named: this.isPhone });
    this.panes.level(this.gantt.scroller, this.grid.scroller, (top) => this.gantt.scrollTo(top));
  }

  private begin(): void {
    const task = this.plan?.tasks.find(({ id }) => id === this.shown.task);
    const position = task ? (this.now.lineOf[task.index] ?? -1) : -1;
    if (this.plan && this.gantt.scroller.scrollWidth > this.gantt.scroller.clientWidth) this.gantt.showDay(this.plan.asOf);
    if (position < 0) return;
    this.grid.goTo({ row: position });
    this.choose(position);
  }

  private scrolled(top: number, by: "grid" | "gantt"): void {
    if (by === "grid") this.gantt.scrollTo(top);
    else if (this.grid.scroller.scrollTop !== top) this.grid.scroller.scrollTop = top;
    this.grid.paint();
    this.writer?.scrolled();
  }

  private fit(): void {
    if (!this.plan) return;
    this.panes.apply();
    this.drawGantt();
    this.grid.resize();
    this.writer?.settle();
  }

  /** Shows the plan in another way; each way has its address, so that one can go back to it. */
  async change(part: Partial<Shown>, quietly = false): Promise<void> {
    const middle = part.zoom ? this.gantt.middleDay() : null;
    this.shown = { ...this.shown, ...part };
    this.askAsShown();
    this.remember(!quietly);
    this.tools.mark();
    if (part.mode || "baselineOf" in part) await this.load();
    else if ("view" in part || "filters" in part) await this.draw();
    else this.drawGantt();
    if (middle !== null) this.gantt.keepMiddle(middle);
  }

  private async back(): Promise<void> {
    this.shown = readAddress(location.search, this.root.dataset);
    this.askAsShown();
    this.tools.mark();
    await this.load();
  }

  private askAsShown(): void {
    this.api.mode = this.shown.mode;
    this.api.baseline = this.shown.baselineOf;
  }

  private remember(asStep: boolean): void {
    const address = `${location.pathname}${writeAddress(location.search, this.shown, this.root.dataset)}${location.hash}`;
    if (address === `${location.pathname}${location.search}${location.hash}`) return;
    if (asStep) history.pushState(null, "", address);
    else history.replaceState(history.state, "", address);
  }

  /** Keeps chosen columns for the person and in the address; draws them unless the table stands so already. */
  async keepColumns(state: ColumnState, redraw = true): Promise<void> {
    this.shown = { ...this.shown, columns: this.chosenColumns.keep(state, this.shown.columns) };
    this.remember(false);
    if (!this.plan || !redraw) return this.grid.adopt(state);
    await this.chosenColumns.fetch(this.plan, this.shown.columns, this.isPhone);
    await this.draw();
  }

  /** The active cell or the selection is another one. */
  private chosen(): void {
    this.writer?.settle();
    this.tools.selected();
    const line = this.grid.activeLine;
    if (line && this.drawer.isOpen && !this.drawer.isSheet && this.grid.selection.isSingle && keyOf(line.task) !== this.selected) this.choose(this.grid.active.row);
  }

  /** Opens the task of a line beside the plan. */
  choose(position: number): void {
    const line = this.lines[position];
    if (!line || line.task.index < 0) return;
    this.selected = keyOf(line.task);
    this.shown.task = line.task.id;
    this.grid.open(this.selected);
    this.gantt.select(this.selected);
    this.remember(false);
    // A sheet would lie over the cell that a second click is about to edit; keys that run over many rows open the last one only.
    window.clearTimeout(this.opening);
    this.opening = window.setTimeout(() => void this.drawer.open(line.task.id), this.editable ? 250 : 0);
  }

  /** A plain click on a row. Where the drawer would lie over the table, only the name opens it. */
  clicked(position: number): void {
    const line = this.lines[position];
    // Rows that are selected by their number are meant to be worked on together.
    if (!line || line.task.index < 0 || (this.editable && this.grid.selection.whole && !this.isPhone)) return;
    if (this.isPhone && this.editable) openRowSheet({ acts: this.acts, plan: () => this.plan as Plan, openTask: () => this.choose(position) }, line.task);
    else if (!this.editable || !this.drawer.isSheet || this.grid.activeColumn?.field === "name") this.choose(position);
  }

  private deselect(): void {
    window.clearTimeout(this.opening);
    this.selected = null;
    this.shown.task = null;
    this.grid.open(null);
    this.gantt.select(null);
    this.remember(false);
    this.focus();
  }

  focus(): void {
    (this.writer ?? this.grid.treegrid).focus({ preventScroll: true });
  }

  fold(position: number, open?: boolean): boolean {
    const line = this.lines[position];
    if (!line || line.expanded === null || line.expanded === open) return false;
    // A filter opens every line on the way to what it found.
    if (this.shown.view !== "department" && this.shown.view !== "person" && isNarrowed(this.shown)) return false;
    this.folds.turn(line.key);
    void this.draw();
    return true;
  }

  /** Opens the editor over a cell; false when it cannot be edited. */
  edit(large = false, text?: string): boolean {
    window.clearTimeout(this.opening);
    const { activeLine: line, activeColumn: column } = this.grid;
    if (!this.writer || !line || !column || !editsIn(columnOf(column.field), line.task)) return false;
    return this.writer.open(line.task, column, { large: large || (column.kind === "long" && text === undefined), text });
  }

  private key(event: KeyboardEvent): void {
    const target = event.target as Element;
    const foreign = target.closest("input,textarea,select,button,a,dialog") && !this.writer?.owns(target);
    if (!this.plan || foreign || event.isComposing || event.keyCode === 229) return;
    if (this.deeds.key(event)) event.preventDefault();
  }
}
