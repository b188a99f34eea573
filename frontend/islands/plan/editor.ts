import { isoOf, readDay } from "./days";
import { h } from "./dom";
import { t } from "./labels";
import type { Field, Plan, Task } from "./model";
import { PersonPicker } from "./picker";

export type Value = string | number | null;

/** Takes a value that differs from the old one; answers what is wrong with it, or null when it has been dealt with. */
export type Commit = (value: Value, shown: string) => Promise<string | null>;

const LABEL_OF = { start: "start", finish: "finish", duration: "duration", owner: "owner", percent: "percent" } as const;

/** A small box over a cell with one input. Enter and leaving it commit, Esc gives up; a refusal stays beside the input. */
export class Editor {
  private box: HTMLElement | null = null;
  private busy = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly closed: () => void,
  ) {}

  get isOpen(): boolean {
    return this.box !== null;
  }

  open(cell: HTMLElement, task: Task, field: Field, plan: Plan, commit: Commit): void {
    this.close();
    const before = valueOf(task, field);
    const error = h("p", { class: "plan-error", id: "plan-editor-error", role: "alert", hidden: true });
    const label = t("editing", { field: t(LABEL_OF[field]), task: task.name });
    const picker = field === "owner" ? new PersonPicker(plan.people, task.personId, label) : null;
    const input = picker?.input ?? plainInput(field, before, label);
    input.setAttribute("aria-describedby", error.id);
    const box = h("div", { class: `plan-editor f-${field}` }, picker?.element ?? input, error);
    const fail = (reason: string | null): void => {
      error.hidden = !reason;
      error.textContent = reason ?? "";
      input.toggleAttribute("aria-invalid", Boolean(reason));
    };
    const submit = async (): Promise<void> => {
      if (this.busy || this.box !== box) return;
      const read = picker ? picker.read() : readValue(field, input.value, plan.year);
      if ("problem" in read) return fail(read.problem);
      if (read.value === before) return this.close();
      this.busy = true;
      input.setAttribute("aria-busy", "true");
      try {
        const problem = await commit(read.value, picker ? input.value : String(read.value));
        if (problem === null) this.close();
        else fail(problem);
      } finally {
        this.busy = false;
        input.removeAttribute("aria-busy");
      }
    };
    box.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") this.close();
      else if (event.key === "Enter" && !event.isComposing) void submit();
      else if (!picker?.key(event)) return;
      event.preventDefault();
    });
    picker?.onPick(() => void submit());
    box.addEventListener("focusout", (event) => {
      if (!this.busy && !box.contains(event.relatedTarget as Node | null) && document.hasFocus()) void submit();
    });
    this.box = box;
    this.root.append(box);
    this.place(box, cell);
    input.focus();
    input.select();
  }

  close(): void {
    const box = this.box;
    if (!box) return;
    this.box = null;
    const hadFocus = box.contains(document.activeElement) || document.activeElement === document.body;
    box.remove();
    if (hadFocus) this.closed();
  }

  private place(box: HTMLElement, cell: HTMLElement): void {
    const [outer, inner] = [this.root.getBoundingClientRect(), cell.getBoundingClientRect()];
    box.style.left = `${Math.max(0, Math.min(inner.left - outer.left, outer.width - box.offsetWidth - 4))}px`;
    box.style.top = `${Math.min(inner.top - outer.top, outer.height - box.offsetHeight)}px`;
  }
}

function plainInput(field: Field, value: Value, label: string): HTMLInputElement {
  const dated = field === "start" || field === "finish";
  return h("input", {
    class: "form-control", "aria-label": label, value: value ?? "", autocomplete: "off",
    type: dated ? "date" : "text", inputmode: dated ? null : "decimal", min: dated ? "1990-01-01" : null, max: dated ? "2199-12-31" : null,
  });
}


export function valueOf(task: Task, field: Field): Value {
  if (field === "owner") return task.personId;
  if (field === "duration" || field === "percent") return task[field];
  const day = task[field];
  return day === null ? "" : isoOf(day);
}

export type Read = { value: Value } | { problem: string };

/** What a person typed, as the server wants it: an ISO date, or a number. */
export function readValue(field: Field, text: string, year: number): Read {
  const typed = text.trim();
  if (field === "start" || field === "finish") {
    const day = readDay(typed, year);
    return day === null ? { problem: t("badDate") } : { value: isoOf(day) };
  }
  const number = Number(typed.replace(/[%％天]$/u, "").replace("，", "."));
  if (!typed || !Number.isFinite(number) || number < 0) return { problem: t(field === "percent" ? "badPercent" : "badNumber") };
  if (field === "percent" && number > 100) return { problem: t("badPercent") };
  return { value: Math.round(number * 100) / 100 };
}
