import type { Acts } from "./acts";
import type { Cell } from "./api";
import { ask } from "./confirm";
import { isoOf } from "./days";
import { t } from "./labels";
import type { Line } from "./layout";
import type { Field, Plan, Task, Value } from "./model";
import { above, below, endOf, stepped, topmost, type Target } from "./moves";
import { withPredecessor } from "./predecessors";

export interface RowsHost {
  acts: Acts;
  plan(): Plan;
  tell(text: string): void;
  /** goes to a new row and opens its name */
  begin(id: number): void;
}

/** What is done to whole rows. */
export class Rows {
  constructor(private readonly host: RowsHost) {}

  async insert(line: Line | undefined, where: "above" | "below"): Promise<void> {
    const plan = this.host.plan();
    const target = !line || line.task.index < 0 ? { parent: null, before: null } : where === "above" ? above(plan, line.task) : below(plan, line);
    const ids = await this.host.acts.run({ command: { command: "insert", ...target, rows: [{ name: t("newRow") }] }, said: t("inserted") });
    if (ids?.[0] !== undefined) this.host.begin(ids[0]);
  }

  /** Asks first, with what goes along: rows inside, and links to others. */
  async remove(tasks: Task[]): Promise<void> {
    const plan = this.host.plan();
    const tops = topmost(plan, tasks);
    if (!tops.length) return;
    const inside = new Set(tops.flatMap((task) => Array.from({ length: endOf(plan, task) - task.index }, (_, at) => task.index + at)));
    const links = plan.links.filter(({ from, to }) => inside.has(from) || inside.has(to)).length;
    const first = tops[0];
    const title = inside.size === 1 && first ? t("removeOne", { task: `${first.code} ${first.name}` }) : t("removeMany", { count: inside.size });
    if (!(await ask({ title, text: links ? t("removeLinks", { count: links }) : t("removeText"), apply: t("remove"), danger: true }))) return;
    await this.host.acts.run({ command: { command: "remove", ids: tops.map(({ id }) => id) }, said: t("removed", { count: inside.size }) });
  }

  async level(tasks: Task[], command: "indent" | "outdent"): Promise<void> {
    const tops = topmost(this.host.plan(), tasks);
    if (!tops.length) return;
    const said = t(command === "indent" ? "indented" : "outdented", { count: tops.length });
    await this.host.acts.run({ command: { command, ids: tops.map(({ id }) => id) }, said });
  }

  async step(tasks: Task[], by: -1 | 1): Promise<void> {
    const tops = topmost(this.host.plan(), tasks);
    const target = stepped(this.host.plan(), tops, by);
    if (target) await this.move(tops, target);
    else this.host.tell(t("noFurther"));
  }

  async move(tasks: Task[], { parent, before }: Target): Promise<void> {
    const tops = topmost(this.host.plan(), tasks);
    await this.host.acts.run({ command: { command: "move", ids: tops.map(({ id }) => id), parent, before }, said: t("movedRows", { count: tops.length }) });
  }

  /** One value for all of them. */
  async assign(tasks: Task[], field: Field, value: Value): Promise<void> {
    await this.host.acts.set(tasks.map(({ id }) => ({ id, field, value })), { said: t("assigned", { count: tasks.length }), preview: "followers" });
  }

  /** By calendar days; a day off becomes the next working day on the server. */
  async shift(tasks: Task[], days: number): Promise<void> {
    const cells = tasks.flatMap(({ id, kind, start }): Cell[] => (kind === "summary" || start === null ? [] : [{ id, field: "start", value: isoOf(start + days) }]));
    if (!days || !cells.length) return this.host.tell(t("nothingToShift"));
    await this.host.acts.set(cells, { said: t("shifted", { count: cells.length, days }), preview: "all" });
  }

  /** Each follows the one before it. */
  async chain(tasks: Task[]): Promise<void> {
    const plan = this.host.plan();
    const leaves = tasks.filter(({ kind }) => kind !== "summary");
    const cells = leaves.slice(1).flatMap((task, at): Cell[] => {
      const value = withPredecessor(task.predecessors, leaves[at]?.code ?? "", plan);
      return value === task.predecessors ? [] : [{ id: task.id, field: "predecessors", value }];
    });
    if (!cells.length) return this.host.tell(t("nothingToChain"));
    await this.host.acts.set(cells, { said: t("chained", { count: leaves.length }), preview: "all" });
  }
}
