import { showToast } from "../../behaviours/toast";
import { BulkBar } from "./bulkbar";
import { openColumns } from "./columnmenu";
import { isoOf } from "./days";
import { Deeds } from "./deeds";
import { chipBar, openFilters } from "./filterbar";
import { isFiltered, matches, NO_FILTERS } from "./filters";
import { showKeys } from "./help";
import type { PlanIsland } from "./island";
import { t } from "./labels";
import { isNarrowed } from "./layout";
import { openMenu } from "./menu";
import { notice } from "./messages";
import type { Plan, Task } from "./model";
import { Pointer } from "./pointer";
import { Rows } from "./rows";
import { Sheet } from "./sheet";
import { ZOOMS } from "./timeline";
import { attachToolbar, markToolbar } from "./toolbar";

/** How long rows that somebody else has changed stay marked. */
const MARKED_FOR = 12_000;

/** Everything that stands around table and chart: toolbar, chips, menus, the bar for several rows. */
export class Tools {
  readonly rows: Rows;
  readonly sheet: Sheet;
  readonly deeds: Deeds;
  readonly bulk: BulkBar;

  constructor(private readonly island: PlanIsland) {
    const { grid, acts, editable } = island;
    const plan = (): Plan => island.plan as Plan;
    const lines = (): PlanIsland["lines"] => island.lines;
    const tell = (text: string): void => this.tell(text);
    this.rows = new Rows({ acts, plan, tell, begin: (id) => void this.beginRow(id) });
    this.sheet = new Sheet({ grid, acts, plan, lines, tell });
    this.bulk = new BulkBar({ rows: this.rows, plan, tasks: () => grid.tasks(), done: () => {
      grid.goTo({});
      island.focus();
    } });
    this.deeds = new Deeds({
      grid, acts, rows: this.rows, sheet: this.sheet, editable, plan, lines, tell,
      inChart: (target) => island.gantt.scroller.contains(target),
      edit: (large) => island.edit(large), open: () => island.choose(grid.active.row),
      escape: () => island.drawer.isOpen && (island.drawer.close(), true),
      fold: (position, open) => island.fold(position, open), find: () => this.find(), help: () => this.help(),
      today: () => island.plan && island.gantt.showDay(island.plan.asOf), zoom: (step) => this.zoom(step),
      taskUrl: (task) => this.addressOf(task), focus: () => island.focus(),
    });
    new Pointer({
      grid, plan, lines,
      canDrag: () => editable && island.shown.view === "wbs" && !isNarrowed(island.shown),
      clicked: (position) => island.clicked(position), toggle: (position) => void island.fold(position),
      edit: (spot) => {
        grid.goTo(spot);
        if (!island.isPhone) void (island.edit() || island.choose(spot.row));
      },
      menu: (x, y) => this.deeds.menu(x, y),
      dropped: (tasks, drop) => void this.rows.move(tasks, drop),
      filled: (...fill) => void this.sheet.fill(...fill),
    });
    // For those who only read there is no input that the clipboard would ask.
    grid.host.addEventListener("copy", (event) => editable || this.deeds.copy(event, false));
  }

  attach(): void {
    const { island } = this;
    attachToolbar({
      change: (part) => void island.change(part),
      search: (query) => void island.change({ filters: { ...island.shown.filters, query } }, true),
      findNext: () => this.findNext(),
      today: () => island.plan && island.gantt.showDay(island.plan.asOf),
      undo: () => this.deeds.undo("undo"), redo: () => this.deeds.undo("redo"),
      filters: (anchor) => island.plan && openFilters(anchor, island.plan, () => island.shown.filters, (filters) => void island.change({ filters })),
      columns: (anchor) => openColumns(anchor, () => island.columns, (state) => void island.keepColumns(state)),
      levels: (anchor) => this.levels(anchor),
      baselines: (anchor) => this.baselines(anchor),
    }, () => island.shown);
    document.addEventListener("keydown", (event) => {
      const target = event.target as Element;
      if (event.key === "?" && !event.defaultPrevented && !target.closest("input,textarea,select,[contenteditable],dialog")) {
        event.preventDefault();
        this.help();
      }
    });
    this.mark();
  }

  mark(): void {
    markToolbar(this.island.shown, isFiltered(this.island.shown.filters));
  }

  /** What is filtered by, above the table. */
  chips(): void {
    const { island } = this;
    const { filters } = island.shown;
    const found = island.lines.filter(({ task }) => task.index >= 0 && task.kind !== "summary").length;
    const bar = chipBar(filters, found, (next) => void island.change({ filters: next }));
    island.root.querySelector(".plan-chipbox")?.replaceChildren(...(bar ? [bar] : []));
  }

  selected(): void {
    const { selection } = this.island.grid;
    const many = this.island.editable && (selection.whole || selection.picked.size > 0);
    this.bulk.show(many ? this.island.grid.tasks().length : 0);
  }

  tell(text: string): void {
    showToast(text, "info");
  }

  /** Rows that somebody else has changed stand out for a while. */
  flash(ids: readonly number[]): void {
    const { grid } = this.island;
    ids.forEach((id) => grid.marked.add(String(id)));
    grid.paint();
    window.setTimeout(() => {
      ids.forEach((id) => grid.marked.delete(String(id)));
      grid.paint();
    }, MARKED_FOR);
  }

  /** What went wrong, where no cell is open any more to say it. */
  warn(text: string): void {
    this.island.root.prepend(notice(text));
  }

  private async beginRow(id: number): Promise<void> {
    const { island } = this;
    const task = island.plan?.tasks.find((one) => one.id === id);
    if (!task) return;
    await this.show(task);
    island.edit();
  }

  /** Goes to a task wherever it is, also inside what is folded. */
  private async show(task: Task): Promise<void> {
    const { island } = this;
    if (island.lineOf(task.index) < 0 && island.plan) {
      island.folds.reveal(island.plan, task.index);
      if (isNarrowed(island.shown)) await island.change({ filters: NO_FILTERS, view: "wbs" });
      else await island.draw();
    }
    const row = island.lineOf(task.index);
    if (row < 0) return;
    island.grid.goTo({ row, column: Math.max(1, island.grid.columnAt("name")) });
    if (task.start !== null) island.gantt.showDay(task.start);
  }

  private zoom(step: number): void {
    const zoom = ZOOMS[Math.max(0, Math.min(ZOOMS.length - 1, ZOOMS.indexOf(this.island.shown.zoom) + step))];
    if (zoom && zoom !== this.island.shown.zoom) void this.island.change({ zoom });
  }

  private help(): void {
    showKeys(() => this.island.focus());
  }

  private find(): void {
    const input = [...document.querySelectorAll<HTMLInputElement>("[data-plan-filter]")].find((one) => one.offsetParent);
    input?.focus();
    input?.select();
  }

  /** The next row that matches what is searched for, with its bar. */
  private findNext(): void {
    const { lines, shown, grid } = this.island;
    const found = lines.flatMap(({ task }, at) => (task.index >= 0 && shown.filters.query.trim() && matches(task, shown.filters.query) ? [at] : []));
    const row = found.find((at) => at > grid.active.row) ?? found[0];
    const task = row === undefined ? undefined : lines[row]?.task;
    if (row === undefined || !task) return;
    grid.goTo({ row });
    this.island.choose(row);
    if (task.start !== null) this.island.gantt.showDay(task.start);
  }

  private levels(anchor: HTMLElement): void {
    const { island } = this;
    const to = (levels: number) => (): void => {
      if (!island.plan) return;
      island.folds.toLevel(island.plan, levels);
      void (isNarrowed(island.shown) ? island.change({ filters: NO_FILTERS }) : island.draw());
    };
    const box = anchor.getBoundingClientRect();
    openMenu(t("levels"), [
      { word: t("expandAll"), work: to(Infinity) },
      ...[1, 2, 3].map((level) => ({ word: level === 1 ? t("collapseAll") : t("toLevel", { level }), work: to(level) })),
    ], box.left, box.bottom + 4, () => anchor.focus());
  }

  /** With several baselines one chooses which is drawn; a single one is shown or not. */
  private baselines(anchor: HTMLElement): void {
    const { island } = this;
    const { baselines = [] } = island.plan ?? {};
    const { baseline, baselineOf } = island.shown;
    if (baselines.length < 2) return void island.change({ baseline: !baseline });
    const latest = baselines.at(-1)?.number;
    const box = anchor.getBoundingClientRect();
    openMenu(t("baseline"), [
      ...baselines.toReversed().map(({ number, day }) => {
        const word = t("baselineNo", { number, day: isoOf(day) });
        const value = number === latest ? null : number;
        return { word: value === null ? t("latestBaseline", { baseline: word }) : word, on: baseline && baselineOf === value, work: () => void island.change({ baseline: true, baselineOf: value }) };
      }),
      { word: t("noBaseline"), on: !baseline, work: () => void island.change({ baseline: false }) },
    ], box.left, box.bottom + 4, () => anchor.focus());
  }

  private addressOf(task: Task): string {
    return `${location.origin}${location.pathname}?task=${task.id}`;
  }
}
