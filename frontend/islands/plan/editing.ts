import { Unreachable, type Api, type Change } from "./api";
import { showToast } from "../../behaviours/toast";
import { confirmChanges } from "./confirm";
import { Editor, type Value } from "./editor";
import { t } from "./labels";
import { canEdit, type Field, type Plan, type Task } from "./model";
import { notice } from "./messages";

export interface EditingHost {
  root: HTMLElement;
  api: Api;
  plan(): Plan;
  /** loads the plan again, keeping place and selection */
  reload(): Promise<void>;
  focus(): void;
}

/** One change of one cell: ask what follows, show it, save it, load the plan again. */
export class Editing {
  private readonly editor: Editor;

  constructor(private readonly host: EditingHost) {
    this.editor = new Editor(host.root, () => host.focus());
  }

  get isOpen(): boolean {
    return this.editor.isOpen;
  }

  close(): void {
    this.editor.close();
  }

  /** Opens the editor over a cell; false when this cell cannot be edited. */
  open(cell: HTMLElement | null, task: Task, field: Field | undefined): boolean {
    if (!cell || !field || !canEdit(task, field)) return false;
    this.editor.open(cell, task, field, this.host.plan(), (value, shown) => this.commit(task, field, value, shown));
    return true;
  }

  /** Takes a change that was made by hand in the chart; what is wrong with it is told above the plan. */
  async change(task: Task, field: Field, value: Value): Promise<void> {
    const problem = await this.commit(task, field, value, String(value));
    if (problem !== null) this.host.root.prepend(notice(problem));
  }

  private async commit(task: Task, field: Field, value: Value, shown: string): Promise<string | null> {
    const change: Change = { version: this.host.plan().version, field, value };
    try {
      return await this.send(task, change, shown);
    } catch (error) {
      if (error instanceof Unreachable) return error.message;
      throw error;
    }
  }

  private async send(task: Task, change: Change, shown: string): Promise<string | null> {
    const preview = await this.host.api.preview(task.id, change);
    if (preview.kind === "stale") return this.overtaken(task, change, shown);
    if (preview.kind === "refused") return preview.reason;
    const followers = preview.body.changes.filter(({ id }) => id !== task.id);
    if ((followers.length || preview.body.notices.length) && !(await confirmChanges(preview.body, followers))) {
      return null;
    }
    const saved = await this.host.api.save(task.id, change);
    if (saved.kind === "stale") return this.overtaken(task, change, shown);
    if (saved.kind === "refused") return saved.reason;
    await this.host.reload();
    showToast(t("savedText", { field: t(change.field), task: task.name, value: shown }), "success");
    return null;
  }

  /** Somebody else was faster: what the person typed stays readable while the plan is loaded again. */
  private async overtaken(task: Task, change: Change, shown: string): Promise<null> {
    this.host.root.prepend(notice(t("conflictText", { field: t(change.field), task: task.name, value: shown })));
    await this.host.reload();
    return null;
  }
}
