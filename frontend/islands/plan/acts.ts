import { Unreachable, type Api, type Answer, type Cell, type Command, type Moved, type Outcome } from "./api";
import { showToast } from "../../behaviours/toast";
import { ask, confirmFollowers } from "./confirm";
import { t } from "./labels";
import { notice } from "./messages";
import type { Field, Plan, Task, Value } from "./model";
import { difference } from "./stale";
import { labelOf } from "./values";

export interface ActsHost {
  root: HTMLElement;
  api: Api;
  plan(): Plan;
  /** loads the plan again, keeping place and selection */
  reload(): Promise<void>;
  /** shows a typed value in its cell; answers what takes it away again */
  hold(task: Task, field: Field, value: Value, shown: string): () => void;
  /** rows that somebody else has changed */
  mark(ids: readonly number[]): void;
  /** puts the editor back over a cell with what was typed and why it was refused */
  reopen(task: Task, field: Field, text: string, problem: string): void;
}

export interface Wish {
  command: Command;
  /** what is told afterwards; the server's own words for it stand in when there are none */
  said?: string;
  /** asks before it is written when it changes more than one cell, or moves others */
  preview?: "followers" | "all";
  /** the cell that was typed into, to go back to */
  typed?: { task: Task; field: Field; shown: string };
}

const MANY = 12;

/** Writes the plan: one command after the other, each upon the version that the one before it left. */
export class Acts {
  private queue: Promise<void> = Promise.resolve();
  private waiting = 0;

  constructor(private readonly host: ActsHost) {}

  get isBusy(): boolean {
    return this.waiting > 0;
  }

  /** Resolves to the ids that the command made or changed; null when nothing was written. */
  run(wish: Wish): Promise<number[] | null> {
    this.waiting++;
    const done = this.queue.then(() => this.perform(wish)).finally(() => this.waiting--);
    this.queue = done.then(() => undefined, () => undefined);
    return done;
  }

  set(cells: Cell[], more: Omit<Wish, "command"> = {}): Promise<number[] | null> {
    return cells.length ? this.run({ command: { command: "set", cells }, ...more }) : Promise.resolve(null);
  }

  /** One cell, by keyboard or by moving a bar. */
  change(task: Task, field: Field, value: Value, shown = String(value)): Promise<number[] | null> {
    const said = t("savedText", { field: labelOf(field), task: task.name, value: shown });
    const done = this.host.hold(task, field, value, shown);
    return this.set([{ id: task.id, field, value }], { said, preview: "followers", typed: { task, field, shown } }).finally(done);
  }

  private async perform(wish: Wish): Promise<number[] | null> {
    try {
      if (wish.preview && !(await this.isWanted(wish))) return null;
      const answer = await this.host.api.run(wish.command, this.host.plan().version, false);
      if (answer.kind !== "done") return await this.failed(wish, answer);
      await this.host.reload();
      this.tell(wish, answer.body);
      return answer.body.ids;
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      return this.failed(wish, { kind: "refused", reason: error.message, errors: {} });
    }
  }

  private async isWanted(wish: Wish): Promise<boolean> {
    const { command } = wish;
    const answer = await this.host.api.run(command, this.host.plan().version, true);
    if (answer.kind !== "done") {
      await this.failed(wish, answer);
      return false;
    }
    const { body } = answer;
    const own = new Set(command.command === "set" ? command.cells.map(({ id }) => id) : []);
    const followers = body.changes.filter(({ id, field }) => !own.has(id) && (field === "start" || field === "finish" || wish.preview === "all"));
    if (wish.preview === "followers") return !(followers.length || body.notices.length) || confirmFollowers(body, followers);
    return this.confirmAll(body, followers);
  }

  private confirmAll(body: Outcome, followers: Moved[]): Promise<boolean> | boolean {
    if (body.changes.length < 2 && !followers.length && !body.notices.length) return true;
    const rows = new Set(body.changes.map(({ id }) => id)).size;
    return ask({ title: t("willWrite", { rows: Math.max(rows, body.ids.length), cells: body.changes.length }), notices: body.notices, changes: body.changes });
  }

  private tell(wish: Wish, { undo, notices }: Outcome): void {
    // Only the last change can be taken back from where it is told; the words of the one before go.
    document.querySelectorAll(".tz-toast[data-level=success]").forEach((toast) => toast.remove());
    const structural = wish.command.command !== "undo" && wish.command.command !== "redo";
    const said = wish.said ?? undo ?? "";
    showToast(said, "success", document, structural && undo ? { word: t("undo"), work: () => void this.run({ command: { command: "undo" }, said: t("undone", { label: undo }) }) } : undefined);
    if (!wish.preview) notices.forEach((text) => showToast(text, "warning"));
  }

  private async failed(wish: Wish, answer: Exclude<Answer<Outcome>, { kind: "done" }>): Promise<null> {
    if (answer.kind === "stale") await this.overtaken(wish, answer.reason);
    else if (wish.typed) this.host.reopen(wish.typed.task, wish.typed.field, wish.typed.shown, answer.reason);
    else this.refused(wish, answer.reason, answer.errors);
    return null;
  }

  /** A pasted table is told cell by cell what is wrong with it; nothing of it has been written. */
  private refused({ command }: Wish, reason: string, errors: Record<string, string>): void {
    const cells = Object.entries(errors).slice(0, MANY).map(([key, words]) => {
      const [row = "", field = ""] = key.split(".");
      const task = command.command === "set" ? this.host.plan().tasks.find(({ id }) => String(id) === row) : undefined;
      const where = task ? `${task.code} ${task.name}` : /^\d+$/.test(row) ? t("rowNumber", { row: Number(row) + 1 }) : "";
      return [where, field && labelOf(field), words].filter(Boolean).join(" · ");
    });
    this.host.root.prepend(notice(cells.length > 1 ? t("nothingWritten") : reason, cells.length > 1 ? cells : []));
  }

  /** Somebody else was faster: the plan is loaded again, what they changed is shown, and what was wanted can be tried once more. */
  private async overtaken(wish: Wish, reason: string): Promise<void> {
    const before = this.host.plan();
    await this.host.reload();
    const changed = difference(before, this.host.plan());
    this.host.mark(changed.map(({ id }) => id));
    const { typed } = wish;
    const text = `${reason} ${typed ? t("conflictText", { field: labelOf(typed.field), task: typed.task.name, value: typed.shown }) : t("notDone")}`;
    const lines = changed.slice(0, MANY).map(({ words }) => words);
    this.host.root.prepend(notice(text, lines, { word: t("tryAgain"), work: () => void this.run(wish) }));
  }
}
