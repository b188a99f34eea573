import { columnOf, editsIn, type Column } from "./columns";
import { Editor, type Leave, type Opened } from "./editor";
import type { PlanIsland } from "./island";
import { t } from "./labels";
import type { Field, Plan, Task, Value } from "./model";
import { isSame } from "./values";

/** Typing into the table: keeps the input over the active cell, opens it, and sends what was typed. */
export class Writer {
  readonly editor: Editor;

  constructor(private readonly island: PlanIsland) {
    this.editor = new Editor({
      typing: (text) => island.edit(false, text),
      commit: (opened, value, shown, leave) => this.commit(opened, value, shown, leave),
      closed: () => this.focus(),
    });
    const { input, box } = this.editor;
    input.setAttribute("aria-controls", "plan-tree");
    island.grid.host.addEventListener("focusin", (event) => {
      if (event.target === island.grid.treegrid) this.focus();
    });
    for (const name of ["copy", "cut", "paste"] as const) {
      input.addEventListener(name, (event) => {
        if (this.editor.isOpen) return;
        if (name === "paste") island.deeds.paste(event);
        else island.deeds.copy(event, name === "cut");
      });
    }
    input.addEventListener("focus", () => island.grid.host.classList.add("has-focus"));
    input.addEventListener("blur", () => island.grid.host.classList.remove("has-focus"));
    island.panes.body.append(box);
  }

  owns(target: Element): boolean {
    return this.editor.box.contains(target);
  }

  focus(how: FocusOptions = { preventScroll: true }): void {
    this.settle();
    this.editor.input.focus(how);
  }

  open(task: Task, column: Column, how: { large?: boolean; text?: string | undefined; problem?: string | undefined }): boolean {
    this.editor.open({ task, column, plan: this.island.plan as Plan, ...how });
    this.settle();
    return true;
  }

  /** What was typed could not be saved: the box opens again with it, unless the person writes elsewhere by now. */
  reopen(task: Task, field: Field, text: string, problem: string): void {
    const now = this.island.plan?.tasks.find(({ id }) => id === task.id);
    const column = columnOf(field);
    const row = now ? this.island.grid.positionOf(String(now.id)) : -1;
    const at = this.island.grid.columnAt(field);
    if (!now || !column || row < 0 || at < 0 || this.editor.isOpen || !editsIn(column, now)) return this.island.tools.warn(problem);
    this.island.grid.goTo({ row, column: at });
    this.open(now, column, { text, problem });
  }

  private commit({ task, column }: Opened, value: Value, shown: string, leave: Leave): void {
    const { grid, acts, plan } = this.island;
    const at = grid.positionOf(String(task.id));
    const { column: active } = grid.active;
    if (leave === "down" || leave === "up") grid.goTo({ row: at + (leave === "down" ? 1 : -1) });
    else if (leave !== "stay") grid.goTo({ row: at, column: active + (leave === "right" ? 1 : -1) });
    if (!column.edits || !plan || (value === null && shown === "" && column.text(task, plan) === "") || (shown === "" && value === null && !column.lazy && column.kind !== "person")) return;
    if (!isSame(column, task, plan, value)) void acts.change(task, column.edits, value, shown || "–");
  }

  /** Puts the input over the active cell. */
  settle(): void {
    const { grid, panes } = this.island;
    const { editor } = this;
    if (!editor.box.isConnected || editor.box.parentElement !== panes.body) panes.body.append(editor.box);
    const cell = grid.box(grid.active);
    const { scroller } = grid;
    const left = cell.left - scroller.scrollLeft;
    const top = cell.top - scroller.scrollTop + (scroller.offsetTop || 52);
    editor.place(left, top, cell.width, panes.body.getBoundingClientRect());
    const { activeLine: line, activeColumn: column, plan } = { activeLine: grid.activeLine, activeColumn: grid.activeColumn, plan: this.island.plan };
    if (line && column && plan) editor.rest(`${t("editing", { field: t(column.label), task: line.task.name })}：${column.text(line.task, plan) || "–"}`, grid.cellId());
  }

  /** A box that is open stays with its cell while the table scrolls; far away it would cover others. */
  scrolled(): void {
    this.settle();
  }
}
