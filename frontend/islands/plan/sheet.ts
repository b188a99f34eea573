import type { Acts } from "./acts";
import type { Cell } from "./api";
import { formatTable, parseTable } from "./clipboard";
import { COLUMNS, editsIn, type Column } from "./columns";
import { ask } from "./confirm";
import type { Grid } from "./grid";
import { t } from "./labels";
import type { Line } from "./layout";
import type { Field, Plan, Task, Value } from "./model";
import { continued } from "./series";
import { emptyValue } from "./values";

export interface SheetHost {
  grid: Grid;
  acts: Acts;
  plan(): Plan;
  lines(): Line[];
  /** says something for a moment */
  tell(text: string): void;
}

/** The part that is as in a spreadsheet: copying, pasting, filling and clearing of many cells. */
export class Sheet {
  constructor(private readonly host: SheetHost) {}

  private get range(): { top: number; bottom: number; columns: Column[]; lines: Line[] } {
    const { grid } = this.host;
    const { top, bottom, left, right } = grid.selection.range(grid.extent);
    return { top, bottom, columns: grid.columns.slice(left, right + 1), lines: this.host.lines().slice(top, bottom + 1) };
  }

  /** The selected cells as spreadsheets take them. */
  copied(): string {
    const { columns, lines } = this.range;
    const { grid } = this.host;
    const plan = this.host.plan();
    const picked = grid.selection.picked.size;
    const tasks = picked ? grid.tasks() : lines.map(({ task }) => task);
    return formatTable(tasks.map((task) => columns.map((column) => column.text(task, plan))));
  }

  clear(): Promise<unknown> {
    const { columns, lines } = this.range;
    const cells = lines.flatMap(({ task }) => columns.flatMap((column): Cell[] => {
      const value = column.edits && editsIn(column, task) ? emptyValue(column.edits) : undefined;
      return value === undefined || !column.text(task, this.host.plan()) ? [] : [{ id: task.id, field: column.edits as Field, value }];
    }));
    if (!cells.length) this.host.tell(t("nothingToClear"));
    return this.host.acts.set(cells, { said: t("cleared", { count: cells.length }), preview: "followers" });
  }

  /** The topmost cells go into all below; of one row alone, what stands above it comes down. */
  fillDown(): Promise<unknown> {
    const { top, bottom } = this.range;
    const from = top === bottom ? top - 1 : top;
    return from < 0 ? Promise.resolve() : this.fill(from, from, from + 1, bottom, false);
  }

  /** What the pulled corner means: lines known, and lines to fill (from below upwards when `up`). */
  fill(knownFrom: number, knownTo: number, from: number, to: number, asSeries: boolean): Promise<unknown> {
    const { grid, acts } = this.host;
    const plan = this.host.plan();
    const { left, right } = grid.selection.range(grid.extent);
    const up = from < knownFrom;
    const lines = this.host.lines();
    const cells = grid.columns.slice(left, right + 1).flatMap((column) => {
      if (!column.edits) return [];
      const known = lines.slice(knownFrom, knownTo + 1).map(({ task }) => column.text(task, plan).replace(/%$/, ""));
      const targets = lines.slice(from, to + 1);
      if (up) [known, targets].forEach((list) => list.reverse());
      const values = asSeries ? continued(known, targets.length) : targets.map((_, at) => known[at % known.length] ?? "");
      return targets.flatMap(({ task }, at) => this.cell(column, task, values[at] ?? ""));
    });
    return acts.set(cells, { said: t("filled", { count: cells.length }), preview: "all" });
  }

  private cell(column: Column, task: Task, text: string): Cell[] {
    if (!column.edits || !editsIn(column, task) || column.text(task, this.host.plan()).replace(/%$/, "") === text) return [];
    const empty = emptyValue(column.edits);
    const value: Value | undefined = text === "" ? empty : text;
    return value === undefined ? [] : [{ id: task.id, field: column.edits, value }];
  }

  /** Texts from anywhere. One value goes into every selected cell; a table goes in from the active cell on. */
  async paste(text: string): Promise<unknown> {
    const rows = parseTable(text);
    const [first] = rows;
    if (!first?.length) return null;
    if (rows.length === 1 && first.length === 1 && !this.host.grid.selection.isSingle) return this.pasteOne(first[0] ?? "");
    const table = this.mapped(rows);
    if (!table.columns.length) {
      this.host.tell(t("nothingToPaste"));
      return null;
    }
    return this.pasteTable(table.columns, table.rows);
  }

  private pasteOne(text: string): Promise<unknown> {
    const { columns, lines } = this.range;
    const cells = lines.flatMap(({ task }) => columns.flatMap((column) => this.cell(column, task, text)));
    return this.host.acts.set(cells, { said: t("pasted", { count: cells.length }), preview: "all" });
  }

  /** Texts under the columns they belong to: by their head when the first row is one, else from the active column on. */
  private mapped(rows: string[][]): { columns: Field[]; rows: string[][] } {
    const { grid } = this.host;
    const byLabel = new Map(COLUMNS.map((column) => [t(column.label), column]));
    const isHead = (rows[0]?.length ?? 0) > 1 && rows[0]?.every((text) => byLabel.has(text.trim()));
    const left = grid.selection.range(grid.extent).left;
    const columns = isHead ? (rows[0] ?? []).map((text) => byLabel.get(text.trim())) : grid.columns.slice(left, left + (rows[0]?.length ?? 0));
    const kept = columns.flatMap((column, at) => (column?.edits ? [{ field: column.edits, at }] : []));
    return { columns: kept.map(({ field }) => field), rows: (isHead ? rows.slice(1) : rows).map((row) => kept.map(({ at }) => row[at] ?? "")) };
  }

  private async pasteTable(columns: Field[], rows: string[][]): Promise<unknown> {
    const { grid, acts } = this.host;
    const lines = this.host.lines();
    const { top } = grid.selection.range(grid.extent);
    const targets = lines.slice(top, top + rows.length);
    const anchor = targets[0];
    const inOrder = targets.every((line, at) => line.task.index === (anchor?.task.index ?? 0) + at);
    const said = t("pasted", { count: rows.length * columns.length });
    // Rows that do not stand together in the plan (a filter, a closed summary) are written one by one: what is not seen is not overwritten.
    if (!inOrder) {
      const cells = targets.flatMap(({ task }, at) => columns.flatMap((field, column) => {
        const found = grid.columns.find(({ edits }) => edits === field);
        return found ? this.cell(found, task, rows[at]?.[column] ?? "") : [];
      }));
      if (rows.length > targets.length && !(await ask({ title: t("pasteCut", { count: targets.length }) }))) return null;
      return acts.set(cells, { said, preview: "all" });
    }
    return acts.run({ command: { command: "paste", anchor: anchor && anchor.task.index >= 0 ? anchor.task.id : null, columns, rows }, said, preview: "all" });
  }
}
