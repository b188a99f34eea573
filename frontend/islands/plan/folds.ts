import type { Plan } from "./model";

/** Which lines are closed. The browser keeps it while the tab is open, so that a reload shows the same picture. */
export class Folds {
  readonly closed: Set<string>;
  private readonly store: string;

  constructor(address: string) {
    this.store = `tongzhou.plan.closed:${address.split("?")[0]}`;
    this.closed = new Set((sessionStorage.getItem(this.store) ?? "").split("\n").filter(Boolean));
  }

  turn(key: string): void {
    if (!this.closed.delete(key)) this.closed.add(key);
    this.keep();
  }

  /** Opens the way to a task. */
  reveal(plan: Plan, index: number): void {
    for (let at = plan.tasks[index]?.parent ?? -1; at >= 0; at = plan.tasks[at]?.parent ?? -1) this.closed.delete(String(plan.tasks[at]?.id));
    this.keep();
  }

  /** Leaves the first `levels` levels to be seen. */
  toLevel(plan: Plan, levels: number): void {
    this.closed.clear();
    for (const task of plan.tasks) if (task.kind === "summary" && task.level >= levels - 1) this.closed.add(String(task.id));
    this.keep();
  }

  private keep(): void {
    sessionStorage.setItem(this.store, [...this.closed].join("\n"));
  }
}
