import { FormatModule, ResizeColumnsModule, Tabulator, type RowComponent } from "tabulator-tables";
import { COLUMNS, definitions, needsOf } from "./columns";
import { h } from "./dom";
import { t } from "./labels";
import type { Line } from "./layout";
import type { Plan } from "./model";
import { FixedRows, ROW_HEIGHT } from "./renderer";

Tabulator.registerModule([FormatModule, ResizeColumnsModule]);

export interface GridEvents {
  select(position: number, field: string): void;
  toggle(position: number): void;
  edit(position: number, field: string): void;
  scrolled(top: number): void;
}

/** The table at the left: a treegrid whose rows stand on the same 36 px grid as the bars. */
export class Grid {
  readonly host = h("div", { class: "plan-grid" });
  private table: Tabulator | null = null;
  private plan: Plan | null = null;
  private lines: Line[] = [];
  private phone = false;
  private active = { position: 0, field: "name" };
  private selected: string | null = null;
  private ready: Promise<void> = Promise.resolve();
  private built = false;

  constructor(private readonly events: GridEvents) {
    this.host.addEventListener("click", (event) => this.clicked(event, "click"));
    this.host.addEventListener("dblclick", (event) => this.clicked(event, "dblclick"));
  }

  get scroller(): HTMLElement {
    return this.host.querySelector<HTMLElement>(".tabulator-tableholder") ?? this.host;
  }

  get treegrid(): HTMLElement {
    return this.host.querySelector<HTMLElement>("[role=treegrid]") ?? this.host;
  }

  get position(): number {
    return this.active.position;
  }

  get field(): string {
    return this.active.field;
  }

  /** Draws the lines; builds the table anew only when its columns change. */
  async show(plan: Plan, lines: Line[], phone: boolean): Promise<void> {
    const rebuild = !this.table || phone !== this.phone || !this.plan || String(Object.values(needsOf(plan))) !== String(Object.values(needsOf(this.plan)));
    this.plan = plan;
    this.lines = lines;
    this.phone = phone;
    this.active.position = Math.max(0, Math.min(this.active.position, lines.length - 1));
    if (!COLUMNS.some((column) => column.field === this.active.field && (!phone || column.phone))) this.active.field = "name";
    if (rebuild) this.build(plan);
    await this.ready;
    await this.table?.replaceData(lines as unknown as object[]);
    this.treegrid.setAttribute("aria-rowcount", String(lines.length + 1));
    this.point();
  }

  private build(plan: Plan): void {
    this.table?.destroy();
    this.built = false;
    const element = h("div");
    this.host.replaceChildren(element);
    const table = new Tabulator(element, {
      data: [],
      index: "key" as never,
      columns: definitions(() => this.plan ?? plan, this.phone, needsOf(plan)),
      layout: "fitColumns",
      height: "100%",
      rowHeight: ROW_HEIGHT,
      renderVertical: FixedRows as never,
      rowFormatter: (row: RowComponent) => this.dress(row),
    });
    this.table = table;
    this.ready = new Promise((resolve) => table.on("tableBuilt", () => {
      this.built = true;
      this.describe(element);
      table.on("scrollVertical", (top: number) => this.events.scrolled(top));
      resolve();
    }));
  }

  /** Tabulator calls itself a grid and focuses its scroller; here the tree has the focus, its active cell is pointed at. */
  private describe(element: HTMLElement): void {
    element.setAttribute("role", "treegrid");
    element.setAttribute("aria-label", t("grid"));
    element.setAttribute("tabindex", "0");
    element.removeAttribute("aria-owns");
    element.querySelector(".tabulator-headers")?.setAttribute("aria-rowindex", "1");
    element.querySelectorAll(".tabulator-col").forEach((column) => column.removeAttribute("aria-sort"));
    const scroller = this.scroller;
    scroller.setAttribute("role", "rowgroup");
    element.querySelector(".tabulator-table")?.setAttribute("role", "presentation");
    keepReachable(scroller, () => element.focus({ preventScroll: true }));
  }

  private dress(row: RowComponent): void {
    const line = row.getData() as Line;
    const element = row.getElement();
    const { task } = line;
    element.className = `tabulator-row k-${task.kind} d${Math.min(line.level, 2)}${line.key === this.selected ? " is-on" : ""}${task.state === "cancelled" ? " is-cancelled" : ""}`;
    element.dataset.key = line.key;
    element.setAttribute("aria-level", String(line.level + 1));
    element.setAttribute("aria-selected", String(line.key === this.selected));
    if (line.expanded === null) element.removeAttribute("aria-expanded");
    else element.setAttribute("aria-expanded", String(line.expanded));
    row.getCells().forEach((cell) => {
      cell.getElement().id = `plan-${line.key}-${cell.getField()}`;
    });
  }

  select(key: string | null): void {
    this.selected = key;
    this.host.querySelectorAll<HTMLElement>(".tabulator-row").forEach((row) => {
      row.classList.toggle("is-on", row.dataset.key === key);
      row.setAttribute("aria-selected", String(row.dataset.key === key));
    });
  }

  /** Moves the active cell and keeps it in sight. */
  goTo(position: number, field = this.active.field): void {
    this.active = { position: Math.max(0, Math.min(position, this.lines.length - 1)), field };
    this.reveal(this.active.position);
    this.point();
  }

  moveColumn(step: number): void {
    const fields = COLUMNS.filter((column) => !this.phone || column.phone).map((column) => column.field);
    const at = Math.max(0, Math.min(fields.length - 1, fields.indexOf(this.active.field) + step));
    this.goTo(this.active.position, fields[at]);
    const cell = this.host.querySelector<HTMLElement>(".is-active");
    if (!cell) return;
    const { scrollLeft, clientWidth } = this.scroller;
    const right = cell.offsetLeft + cell.offsetWidth;
    if (cell.offsetLeft < scrollLeft) this.scroller.scrollLeft = cell.offsetLeft;
    else if (right > scrollLeft + clientWidth) this.scroller.scrollLeft = right - clientWidth;
  }

  reveal(position: number): void {
    const { scrollTop, clientHeight } = this.scroller;
    const top = position * ROW_HEIGHT;
    if (top < scrollTop) this.scroller.scrollTop = top;
    else if (top + ROW_HEIGHT > scrollTop + clientHeight) this.scroller.scrollTop = top + ROW_HEIGHT - clientHeight;
  }

  /** The cell of the active line, when it is drawn. */
  cell(key: string, field: string): HTMLElement | null {
    return document.getElementById(`plan-${key}-${field}`);
  }

  point(): void {
    const key = this.lines[this.active.position]?.key;
    this.host.querySelectorAll(".is-active").forEach((cell) => cell.classList.remove("is-active"));
    const cell = key === undefined ? null : this.cell(key, this.active.field);
    cell?.classList.add("is-active");
    if (cell) this.treegrid.setAttribute("aria-activedescendant", cell.id);
    else this.treegrid.removeAttribute("aria-activedescendant");
  }

  resize(): void {
    if (this.built && this.host.clientWidth) this.table?.redraw();
    this.point();
  }

  focus(): void {
    this.treegrid.focus({ preventScroll: true });
  }

  private clicked(event: Event, kind: "click" | "dblclick"): void {
    const target = event.target as Element;
    const row = target.closest<HTMLElement>(".tabulator-row");
    const position = row ? this.lines.findIndex((line) => line.key === row.dataset.key) : -1;
    if (position < 0) return;
    const field = target.closest(".tabulator-cell")?.getAttribute("tabulator-field") ?? "name";
    if (target.closest("[data-plan-fold]")) {
      if (kind === "click") this.events.toggle(position);
      return;
    }
    this.goTo(position, field);
    if (kind === "click") this.events.select(position, field);
    else this.events.edit(position, field);
  }
}

/** What scrolls can be reached by keyboard; a press into it goes to the tree instead. */
function keepReachable(scroller: HTMLElement, focusTree: () => void): void {
  let pressed = false;
  const measure = (): void => {
    scroller.tabIndex = scroller.scrollHeight > scroller.clientHeight || scroller.scrollWidth > scroller.clientWidth ? 0 : -1;
  };
  scroller.addEventListener("pointerdown", () => (pressed = true));
  scroller.addEventListener("focus", () => {
    if (pressed || scroller.tabIndex < 0) focusTree();
    pressed = false;
  });
  const observer = new ResizeObserver(measure);
  observer.observe(scroller);
  if (scroller.firstElementChild) observer.observe(scroller.firstElementChild);
  measure();
}
