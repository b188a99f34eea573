import { FormatModule, MoveColumnsModule, ResizeColumnsModule, Tabulator, type ColumnComponent, type RowComponent } from "tabulator-tables";
import { columnsOf, definitions, needsOf, type Column } from "./columns";
import { inOrder, type ColumnState } from "./columnstate";
import { h } from "./dom";
import type { Line } from "./layout";
import type { Plan, Task } from "./model";
import { Pending } from "./pending";
import { FixedRows, ROW_HEIGHT } from "./renderer";
import { describeTree } from "./treegrid";
import { holds, Selection, type Extent, type Spot } from "./selection";

Tabulator.registerModule([FormatModule, ResizeColumnsModule, MoveColumnsModule]);

export interface GridEvents {
  scrolled(top: number): void;
  /** the selection or the active cell has changed */
  chosen(): void;
  columns(state: ColumnState): void;
}

/** The table at the left: a treegrid whose rows stand on the same 36 px grid as the bars. */
export class Grid {
  readonly host = h("div", { class: "plan-grid" });
  readonly selection = new Selection();
  readonly pending = new Pending();
  /** keys of rows that somebody else changed, and of rows that wait to be moved */
  readonly marked = new Set<string>();
  readonly cut = new Set<string>();
  columns: Column[] = [];
  private readonly frame = h("div", { class: "plan-range", "aria-hidden": "true" }, h("div", { class: "plan-fill", "data-plan-fill": "" }));
  private table: Tabulator | null = null;
  private plan: Plan | null = null;
  private lines: Line[] = [];
  private positions = new Map<string, number>();
  private phone = false;
  private state: ColumnState | null = null;
  private opened: string | null = null;
  private ready: Promise<void> = Promise.resolve();
  private built = false;

  constructor(
    private readonly events: GridEvents,
    private readonly editable: boolean,
  ) {}

  get scroller(): HTMLElement { return this.host.querySelector<HTMLElement>(".tabulator-tableholder") ?? this.host; }

  get treegrid(): HTMLElement { return this.host.querySelector<HTMLElement>("[role=treegrid]") ?? this.host; }

  get extent(): Extent { return { rows: this.lines.length, columns: this.columns.length }; }

  get active(): Spot { return this.selection.anchor; }

  get activeLine(): Line | undefined { return this.lines[this.active.row]; }

  get activeColumn(): Column | undefined { return this.columns[this.active.column]; }

  positionOf(key: string): number { return this.positions.get(key) ?? -1; }

  columnAt(field: string): number { return this.columns.findIndex((column) => column.field === field); }

  /** Tasks of every row that is touched, from above; headings of groups are none. */
  tasks(): Task[] {
    return this.selection.touched(this.extent, (key) => this.positions.get(key)).flatMap((row) => {
      const task = this.lines[row]?.task;
      return task && task.index >= 0 ? [task] : [];
    });
  }

  /** Draws the lines; builds the table anew only when its columns change. */
  async show(plan: Plan, lines: Line[], phone: boolean, state: ColumnState): Promise<void> {
    const rebuild = !this.table || phone !== this.phone || state !== this.state || String(Object.values(needsOf(plan))) !== String(Object.values(needsOf(this.plan ?? plan)));
    const fields = this.columns.map(({ field }) => field);
    this.follow(lines);
    this.plan = plan;
    this.phone = phone;
    this.state = state;
    this.columns = columnsOf(state, phone);
    if (rebuild) {
      this.keepColumns(fields);
      this.build(plan, state);
    }
    await this.ready;
    await this.table?.replaceData(lines as unknown as object[]);
    this.treegrid.setAttribute("aria-rowcount", String(lines.length + 1));
    this.paint();
  }

  private follow(lines: Line[]): void {
    const positions = new Map(lines.map((line, at) => [line.key, at]));
    const old = this.lines;
    this.lines = lines;
    this.positions = positions;
    this.selection.follow((row) => positions.get(old[row]?.key ?? "") ?? row, { rows: lines.length, columns: Math.max(1, this.columns.length) });
  }

  private keepColumns(fields: string[]): void {
    const at = (column: number): number => {
      const field = fields[column];
      return field === undefined ? 1 : Math.max(1, this.columnAt(field));
    };
    const { anchor, head } = this.selection;
    const here = fields.length ? [at(anchor.column), at(head.column)] : [1, 1];
    this.selection.anchor = { row: anchor.row, column: here[0] ?? 1 };
    this.selection.head = { row: head.row, column: here[1] ?? 1 };
  }

  private build(plan: Plan, state: ColumnState): void {
    this.table?.destroy();
    this.built = false;
    const element = h("div");
    this.host.replaceChildren(element);
    const table = new Tabulator(element, {
      data: [], index: "key" as never,
      columns: definitions(() => this.plan ?? plan, state, this.phone, needsOf(plan), (...cell) => this.pending.paint(...cell)),
      layout: "fitColumns",
      height: "100%",
      rowHeight: ROW_HEIGHT,
      movableColumns: !this.phone,
      renderVertical: FixedRows as never,
      rowFormatter: (row: RowComponent) => this.dress(row),
    });
    this.table = table;
    table.on("columnResized", (column: ColumnComponent) => this.resized(column));
    table.on("columnMoved", (_: unknown, columns: ColumnComponent[]) => this.reordered(columns));
    this.ready = new Promise((resolve) => table.on("tableBuilt", () => {
      this.built = true;
      describeTree(element, this.scroller, this.frame, this.editable);
      table.on("scrollVertical", (top: number) => this.events.scrolled(top));
      resolve();
    }));
  }

  /** Takes columns as they stand already. */
  adopt(state: ColumnState): void { this.state = state; }

  private resized(column: ColumnComponent): void {
    if (!this.state) return;
    this.state = { ...this.state, widths: { ...this.state.widths, [column.getField()]: Math.round(column.getWidth()) } };
    this.events.columns(this.state);
    this.paint();
  }

  private reordered(columns: ColumnComponent[]): void {
    if (!this.state) return;
    const fields = columns.map((column) => column.getField());
    const shown = inOrder(fields);
    const kept = String(fields) === String(shown);
    const next = { ...this.state, shown };
    if (kept) {
      // The table stands as the person has put it; only our own list has to follow.
      this.state = next;
      this.columns = columnsOf(next, this.phone);
    }
    this.events.columns(next);
    this.paint();
  }

  private dress(row: RowComponent): void {
    const line = row.getData() as Line;
    const element = row.getElement();
    const { task, key } = line;
    element.className = `tabulator-row k-${task.kind} d${Math.min(line.level, 2)}${key === this.opened ? " is-on" : ""}${task.state === "cancelled" ? " is-cancelled" : ""}${this.marked.has(key) ? " is-marked" : ""}${this.cut.has(key) ? " is-cut" : ""}`;
    element.dataset.key = key;
    element.setAttribute("aria-level", String(line.level + 1));
    if (line.expanded === null) element.removeAttribute("aria-expanded");
    else element.setAttribute("aria-expanded", String(line.expanded));
    row.getCells().forEach((cell) => {
      cell.getElement().id = `plan-${key}-${cell.getField()}`;
    });
    this.paintRow(element, this.positionOf(key));
  }

  /** The row whose task is open in the drawer. */
  open(key: string | null): void {
    this.opened = key;
    this.paint();
  }

  /** Makes one cell the active one, keeps it in sight, and selects it alone. */
  goTo(spot: Partial<Spot>): void {
    this.selection.to({ ...this.active, ...spot }, this.extent);
    this.reveal(this.selection.head);
    this.changed();
  }

  extendTo(spot: Partial<Spot>): void {
    this.selection.extend({ ...this.selection.head, ...spot }, this.extent);
    this.reveal(this.selection.head);
    this.changed();
  }

  selectRows(from: number, to: number): void {
    this.selection.rows(from, to, this.extent);
    this.reveal({ row: to, column: this.selection.head.column });
    this.changed();
  }

  /** Shows what was typed in its cell until it is saved or refused; answers what takes it away again. */
  hold(key: string, field: string, text: string): () => void {
    const take = this.pending.put(key, field, text);
    const repaint = (): void => {
      const [column, line, cell] = [this.columns[this.columnAt(field)], this.lines[this.positionOf(key)], document.getElementById(`plan-${key}-${field}`)];
      if (column && line && cell && this.plan) cell.replaceChildren(this.pending.paint(column, line, this.plan));
    };
    repaint();
    return () => (take(), repaint());
  }

  /** Adds one row to the selection, or takes it out again. */
  pickRow(row: number): void {
    const key = this.lines[row]?.key;
    if (key === undefined) return;
    const { picked, whole } = this.selection;
    if (!whole && !picked.size) return this.selectRows(row, row);
    if (!picked.delete(key)) picked.add(key);
    this.changed();
  }

  selectAll(): void {
    this.selection.all(this.extent);
    this.changed();
  }

  private changed(): void {
    this.paint();
    this.events.chosen();
  }

  reveal({ row, column }: Spot): void {
    const { scroller } = this;
    const { scrollTop, clientHeight, scrollLeft, clientWidth } = scroller;
    const top = row * ROW_HEIGHT;
    if (top < scrollTop) scroller.scrollTop = top;
    else if (top + ROW_HEIGHT > scrollTop + clientHeight) scroller.scrollTop = top + ROW_HEIGHT - clientHeight;
    const { left, width } = this.span(column, column);
    // The name stays at the left while the columns behind it scroll.
    const name = this.columnAt("name");
    const kept = column > name && name >= 0 ? this.span(name, name).width : 0;
    if (column !== name && left < scrollLeft + kept) scroller.scrollLeft = column <= name ? 0 : left - kept;
    else if (column !== name && left + width > scrollLeft + clientWidth) scroller.scrollLeft = left + width - clientWidth;
  }

  /** Where columns stand, without measuring the page. */
  private span(from: number, to: number): { left: number; width: number } {
    const widths = this.built ? (this.table?.getColumns() ?? []).map((column) => column.getWidth()) : [];
    const sum = (end: number): number => widths.slice(0, end).reduce((all, width) => all + width, 0);
    return { left: sum(from), width: sum(to + 1) - sum(from) };
  }

  /** The box of a cell within what scrolls. */
  box({ row, column }: Spot): { left: number; top: number; width: number } {
    return { ...this.span(column, column), top: row * ROW_HEIGHT };
  }

  cellId(spot = this.active): string | null {
    const [line, column] = [this.lines[spot.row], this.columns[spot.column]];
    const id = line && column ? `plan-${line.key}-${column.field}` : null;
    return id && document.getElementById(id) ? id : null;
  }

  private paintRow(element: HTMLElement, row: number): void {
    const { extent, selection } = this;
    const range = selection.range(extent);
    const key = element.dataset.key ?? "";
    const wholly = selection.picked.has(key) || (selection.whole && row >= range.top && row <= range.bottom);
    element.classList.toggle("is-on", key === this.opened);
    element.classList.toggle("is-chosen", wholly);
    element.classList.toggle("is-marked", this.marked.has(key));
    element.classList.toggle("is-cut", this.cut.has(key));
    element.setAttribute("aria-selected", String(wholly || key === this.opened));
    const cells = element.querySelectorAll<HTMLElement>(":scope > .tabulator-cell");
    cells.forEach((cell, column) => {
      cell.setAttribute("aria-selected", String(wholly || (!selection.isSingle && holds(range, row, column))));
      cell.classList.toggle("is-active", row === selection.anchor.row && column === selection.anchor.column);
    });
  }

  /** Shows the selection on the rows in sight. */
  paint(): void {
    this.host.querySelectorAll<HTMLElement>(".tabulator-row").forEach((row) => this.paintRow(row, this.positionOf(row.dataset.key ?? "")));
    const range = this.selection.range(this.extent);
    const { left, width } = this.span(range.left, range.right);
    this.frame.hidden = !this.lines.length || !this.built;
    Object.assign(this.frame.style, {
      left: `${left}px`, top: `${range.top * ROW_HEIGHT}px`, width: `${width}px`, height: `${(range.bottom - range.top + 1) * ROW_HEIGHT - 1}px`,
    });
    this.frame.classList.toggle("is-rows", this.selection.whole);
    const id = this.cellId();
    this.treegrid.toggleAttribute("aria-activedescendant", Boolean(id));
    if (id) this.treegrid.setAttribute("aria-activedescendant", id);
  }

  resize(): void {
    if (this.built && this.host.clientWidth) this.table?.redraw();
    this.paint();
  }
}
