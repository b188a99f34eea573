import type { Acts } from "./acts";
import type { Grid } from "./grid";
import { actOf, IN_CHART, type Act } from "./keys";
import { t } from "./labels";
import type { Line } from "./layout";
import { openMenu, type Entry } from "./menu";
import type { Plan, Task } from "./model";
import { ROW_HEIGHT } from "./renderer";
import type { Rows } from "./rows";
import type { Sheet } from "./sheet";

export interface DeedsHost {
  grid: Grid;
  acts: Acts;
  rows: Rows;
  sheet: Sheet;
  editable: boolean;
  plan(): Plan;
  lines(): Line[];
  inChart(target: Node): boolean;
  edit(large: boolean): boolean;
  open(): void;
  escape(): boolean;
  fold(position: number, open: boolean): boolean;
  find(): void;
  help(): void;
  today(): void;
  zoom(step: number): void;
  tell(text: string): void;
  taskUrl(task: Task): string;
  focus(): void;
}

/** What the keys, the clipboard and the menu of a row do. */
export class Deeds {
  /** After Esc the next Tab leaves the table, so that nobody is caught in it. */
  private leaving = false;
  /** rows that were cut, to be moved where they are pasted */
  private taken: Task[] = [];

  constructor(private readonly host: DeedsHost) {}

  /** True when the key has been used. */
  key(event: KeyboardEvent): boolean {
    const { host } = this;
    const chart = host.inChart(event.target as Node);
    const act = actOf(event, chart || !host.editable);
    if (!act || (chart && !IN_CHART.includes(act))) {
      if (!chart && !["Shift", "Control", "Alt", "Meta"].includes(event.key)) this.leaving = false;
      return false;
    }
    const leave = this.leaving;
    this.leaving = act === "escape";
    return this.move(act, leave) ?? (host.editable || !WRITES.includes(act) ? this.perform(act) : false);
  }

  /** Steps of the active cell and of the selection; undefined for everything else. */
  private move(act: Act, leave: boolean): boolean | undefined {
    const { grid } = this.host;
    const { row, column } = grid.active;
    const { rows, columns } = grid.extent;
    const page = Math.max(1, Math.floor(grid.scroller.clientHeight / ROW_HEIGHT) - 1);
    const atTree = column <= 1;
    if (act === "next" && (leave || column === columns - 1)) return false;
    if (act === "previous" && (leave || column === 0)) return false;
    if (act === "right" && atTree && this.host.fold(row, true)) return true;
    if (act === "left" && atTree && this.host.fold(row, false)) return true;
    const to: Partial<Record<Act, { row?: number; column?: number }>> = {
      down: { row: row + 1 }, up: { row: row - 1 }, right: { column: column + 1 }, next: { column: column + 1 }, left: { column: column - 1 }, previous: { column: column - 1 },
      home: { column: 0 }, end: { column: columns - 1 }, first: { row: 0, column: 0 }, last: { row: rows - 1, column: columns - 1 },
      pageDown: { row: row + page }, pageUp: { row: row - page }, top: { row: 0 }, bottom: { row: rows - 1 },
    };
    if (to[act]) return grid.goTo(to[act]), true;
    const { head } = grid.selection;
    const pulled: Partial<Record<Act, { row?: number; column?: number }>> = {
      extendDown: { row: head.row + 1 }, extendUp: { row: head.row - 1 }, extendRight: { column: head.column + 1 }, extendLeft: { column: head.column - 1 },
      extendHome: { column: 0 }, extendEnd: { column: columns - 1 }, extendFirst: { row: 0, column: 0 }, extendLast: { row: rows - 1, column: columns - 1 },
      extendPageDown: { row: head.row + page }, extendPageUp: { row: head.row - page },
    };
    return pulled[act] ? (grid.extendTo(pulled[act]), true) : undefined;
  }

  private perform(act: Act): boolean {
    const { host } = this;
    const { grid, rows, sheet } = host;
    const tasks = (): Task[] => grid.tasks();
    const work: Partial<Record<Act, () => unknown>> = {
      all: () => grid.selectAll(), row: () => grid.selectRows(grid.active.row, grid.selection.head.row),
      edit: () => host.edit(false) || host.open(), large: () => host.edit(true) || host.open(), open: () => host.open(), escape: () => this.escape(),
      clear: () => sheet.clear(), undo: () => this.undo("undo"), redo: () => this.undo("redo"), fillDown: () => sheet.fillDown(),
      indent: () => rows.level(tasks(), "indent"), outdent: () => rows.level(tasks(), "outdent"), moveUp: () => rows.step(tasks(), -1), moveDown: () => rows.step(tasks(), 1),
      insertBelow: () => rows.insert(grid.activeLine, "below"), insertAbove: () => rows.insert(grid.activeLine, "above"), remove: () => rows.remove(tasks()),
      find: () => host.find(), help: () => host.help(), menu: () => this.menuAtCell(), today: () => host.today(), closer: () => host.zoom(-1), wider: () => host.zoom(1),
    };
    return work[act]?.() !== false;
  }

  private escape(): boolean {
    const { grid } = this.host;
    if (grid.cut.size) {
      grid.cut.clear();
      this.taken = [];
      grid.paint();
      return true;
    }
    if (!grid.selection.isSingle) return grid.goTo({}), true;
    return this.host.escape();
  }

  undo(command: "undo" | "redo"): void {
    const plan = this.host.plan();
    const label = plan[command];
    if (!label) return this.host.tell(t(command === "undo" ? "nothingToUndo" : "nothingToRedo"));
    void this.host.acts.run({ command: { command }, said: t(command === "undo" ? "undone" : "redone", { label }) });
  }

  /** Copies what is selected; whole rows that are cut wait until they are pasted. */
  copy(event: ClipboardEvent, cut: boolean): void {
    const { grid, sheet } = this.host;
    event.clipboardData?.setData("text/plain", sheet.copied());
    event.preventDefault();
    grid.cut.clear();
    this.taken = [];
    if (!cut || !this.host.editable) return grid.paint();
    if (!grid.selection.whole && !grid.selection.picked.size) return void sheet.clear();
    this.taken = grid.tasks();
    this.taken.forEach(({ id }) => grid.cut.add(String(id)));
    grid.paint();
  }

  paste(event: ClipboardEvent): void {
    const { grid, sheet, rows, editable } = this.host;
    event.preventDefault();
    if (!editable) return;
    const line = grid.activeLine;
    if (!this.taken.length || !line) return void sheet.paste(event.clipboardData?.getData("text/plain") ?? "");
    const tasks = this.taken;
    this.taken = [];
    grid.cut.clear();
    const parent = this.host.plan().tasks[line.task.parent]?.id ?? null;
    void rows.move(tasks, { parent, before: line.task.index < 0 ? null : line.task.id });
  }

  private menuAtCell(): void {
    const id = this.host.grid.cellId();
    const box = (id ? document.getElementById(id) : this.host.grid.host)?.getBoundingClientRect();
    if (box) this.menu(box.left + 8, box.bottom);
  }

  /** What one can do with the selected rows. */
  menu(x: number, y: number): void {
    const { grid, rows, editable } = this.host;
    const line = grid.activeLine;
    const tasks = grid.tasks();
    const [first] = tasks;
    if (!line || !first) return;
    const leaf = tasks.every(({ kind }) => kind !== "summary");
    const milestone = first.kind === "milestone";
    const write: (Entry | null)[] = [
      { word: t("insertAbove"), keys: "Ctrl+Shift+Enter", work: () => void rows.insert(line, "above") },
      { word: t("insertBelow"), keys: "Ctrl+Enter", work: () => void rows.insert(line, "below") },
      null,
      { word: t("indent"), keys: "Alt+Shift+→", work: () => void rows.level(tasks, "indent") },
      { word: t("outdent"), keys: "Alt+Shift+←", work: () => void rows.level(tasks, "outdent") },
      { word: t("moveUp"), keys: "Alt+Shift+↑", work: () => void rows.step(tasks, -1) },
      { word: t("moveDown"), keys: "Alt+Shift+↓", work: () => void rows.step(tasks, 1) },
      null,
      { word: t(milestone ? "makeTask" : "makeMilestone"), off: !leaf, work: () => void rows.assign(tasks, "milestone", !milestone) },
      ...(tasks.length > 1 ? [{ word: t("chain"), off: !leaf, work: () => void rows.chain(tasks) }] : []),
      { word: t("removeRows"), keys: "Ctrl+Delete", danger: true, work: () => void rows.remove(tasks) },
      null,
    ];
    openMenu(t("rowMenu"), [
      ...(editable ? write : []),
      { word: t("openTask"), keys: "Space", work: () => this.host.open() },
      { word: t("copyLink"), work: () => void this.copyLink(first) },
    ], x, y, () => this.host.focus());
  }

  private async copyLink(task: Task): Promise<void> {
    const address = this.host.taskUrl(task);
    // Without a secure connection there is no clipboard to write to; the address is shown to be copied by hand.
    const copied = await (navigator.clipboard?.writeText(address).then(() => true, () => false) ?? false);
    this.host.tell(copied ? t("linkCopied") : address);
  }
}

const WRITES: readonly Act[] = ["clear", "undo", "redo", "fillDown", "indent", "outdent", "moveUp", "moveDown", "insertBelow", "insertAbove", "remove"];
