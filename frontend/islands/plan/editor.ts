import { calendarOf } from "./calendar";
import { departmentsOf, LIST_ID, linksOf, listOf, peopleOf, urgencies, type Choice, type Helper } from "./choices";
import type { Column } from "./columns";
import { h } from "./dom";
import { t } from "./labels";
import type { Plan, Task, Value } from "./model";
import { readValue, typedText, type Read } from "./values";

/** Where the active cell goes when an edit is done. */
export type Leave = "down" | "up" | "right" | "left" | "stay";

export interface Opened {
  task: Task;
  column: Column;
  plan: Plan;
  /** what the person typed already; otherwise the cell's own text stands in the box */
  text?: string | undefined;
  problem?: string | undefined;
  /** a larger box with several lines */
  large?: boolean | undefined;
}

export interface EditorEvents {
  /** the person has typed something; what is still to come belongs to this cell */
  typing(text: string): boolean;
  commit(opened: Opened, value: Value, shown: string, leave: Leave): void;
  closed(): void;
}

type Box = HTMLInputElement | HTMLTextAreaElement;

/**
 * The one input of the table. It always has the focus: at rest it lies unseen over the active cell, so that an input method for Chinese
 * can begin to compose in it at any time (a box made on the first key would lose that key); with the first letter it becomes the editor.
 */
export class Editor {
  readonly input = h("input", { class: "form-control", type: "text", autocomplete: "off", spellcheck: "false", autocapitalize: "off" });
  readonly box = h("div", { class: "plan-typing" }, this.input);
  private readonly error = h("p", { class: "plan-error", id: "plan-editor-error", role: "alert", hidden: true });
  private opened: Opened | null = null;
  private helper: Helper | null = null;
  private large: HTMLTextAreaElement | null = null;
  private before = "";
  composing = false;

  constructor(private readonly events: EditorEvents) {
    this.input.addEventListener("compositionstart", () => {
      this.composing = true;
      if (!this.opened) this.begin("");
    });
    this.input.addEventListener("compositionend", () => {
      this.composing = false;
      this.typed();
    });
    this.input.addEventListener("input", () => this.typed());
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.box.addEventListener("focusout", (event) => {
      if (this.opened && !this.box.contains(event.relatedTarget as Node | null) && document.hasFocus()) this.submit("stay");
    });
  }

  get isOpen(): boolean {
    return this.opened !== null;
  }

  /** At rest: says which cell is active to those who hear it. */
  rest(name: string, id: string | null): void {
    if (this.opened) return;
    this.input.setAttribute("aria-label", name);
    if (id) this.input.setAttribute("aria-activedescendant", id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  place(left: number, top: number, width: number, bounds: DOMRect): void {
    this.box.style.left = `${Math.round(Math.max(0, Math.min(left, bounds.width - Math.max(width, this.opened ? this.box.offsetWidth : 20))))}px`;
    this.box.style.top = `${Math.round(Math.max(0, Math.min(top, bounds.height - (this.opened ? this.box.offsetHeight : 40))))}px`;
    this.box.style.width = this.opened ? "" : `${Math.max(20, width)}px`;
    this.box.style.minWidth = this.opened ? `${Math.round(width + 8)}px` : "";
  }

  open(opened: Opened): void {
    this.close();
    const { task, column, plan } = opened;
    this.opened = opened;
    this.before = typedText(column, task, plan);
    this.box.classList.add("plan-editor", `f-${column.field}`, `k-${column.kind ?? "text"}`);
    const label = t("editing", { field: t(column.label), task: task.name });
    const field = opened.large ? this.enlarge() : this.input;
    field.setAttribute("aria-label", label);
    field.setAttribute("aria-describedby", this.error.id);
    this.input.removeAttribute("aria-activedescendant");
    if (!this.composing) field.value = opened.text ?? this.before;
    if (column.kind === "number" || column.kind === "percent") this.input.inputMode = "decimal";
    this.helper = opened.large ? null : this.helperFor(opened);
    if (this.helper) this.box.append(this.helper.element);
    this.box.append(this.error);
    this.fail(opened.problem ?? null);
    if (field !== document.activeElement) field.focus({ preventScroll: true });
    if (opened.text === undefined && !this.composing) field.select();
    else if (!this.composing) field.setSelectionRange(field.value.length, field.value.length);
    this.helper?.typed(field.value);
  }

  close(): void {
    const { opened } = this;
    if (!opened) return;
    this.opened = null;
    const hadFocus = this.box.contains(document.activeElement) || document.activeElement === document.body;
    this.box.className = "plan-typing";
    this.helper?.element.remove();
    this.helper = null;
    this.error.remove();
    this.large?.remove();
    this.large = null;
    this.input.hidden = false;
    this.input.value = "";
    this.input.inputMode = "";
    for (const name of ["role", "aria-controls", "aria-expanded", "aria-autocomplete", "aria-describedby", "aria-invalid"]) this.input.removeAttribute(name);
    if (hadFocus) this.events.closed();
  }

  private enlarge(): HTMLTextAreaElement {
    this.large = h("textarea", { class: "form-control", rows: 5 });
    this.box.prepend(this.large);
    this.input.hidden = true;
    return this.large;
  }

  private helperFor({ column, plan, task }: Opened): Helper | null {
    if (column.kind === "day") {
      const calendar = calendarOf(this.input, plan);
      calendar.onPick((text) => this.pick(text));
      return calendar;
    }
    const choices: Choice[] | null = column.kind === "person" ? peopleOf(plan) : column.kind === "department" ? departmentsOf(plan) : column.kind === "urgency" ? urgencies() : null;
    if (!choices && column.kind !== "links") return null;
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-controls", LIST_ID);
    this.input.setAttribute("aria-autocomplete", "list");
    const helper = choices ? listOf(this.input, choices, this.before) : linksOf(this.input, plan, task);
    helper.onPick((text) => this.pick(text));
    return helper;
  }

  private pick(text: string): void {
    this.input.value = text;
    if (this.opened?.column.kind === "links") this.helper?.typed(text);
    else this.submit("stay");
  }

  private begin(text: string): void {
    if (!this.events.typing(text)) this.input.value = "";
  }

  private typed(): void {
    if (this.composing) return;
    if (!this.opened) {
      if (this.input.value) this.begin(this.input.value);
      return;
    }
    this.fail(null);
    this.helper?.typed(this.input.value);
  }

  private fail(reason: string | null): void {
    this.error.hidden = !reason;
    this.error.textContent = reason ?? "";
    (this.large ?? this.input).toggleAttribute("aria-invalid", Boolean(reason));
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing || event.keyCode === 229) {
      if (this.opened) event.stopPropagation();
      return;
    }
    if (!this.opened) return;
    event.stopPropagation();
    if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && (!this.large || event.ctrlKey || event.metaKey)) this.submit(event.altKey ? "stay" : event.shiftKey ? "up" : "down");
    else if (event.key === "Tab") this.submit(event.shiftKey ? "left" : "right");
    else if (!this.helper?.key(event)) return;
    event.preventDefault();
  }

  private submit(leave: Leave): void {
    const { opened } = this;
    if (!opened) return;
    const field: Box = this.large ?? this.input;
    const taken = this.helper?.taken() ?? null;
    const value = taken === null ? undefined : this.helper?.value?.();
    if (taken !== null) field.value = taken;
    const read: Read = value === undefined ? this.read(opened, field.value) : { value };
    if ("problem" in read) return this.leaveOrFail(leave, read.problem);
    const shown = field.value.trim();
    const same = shown === this.before.trim();
    this.close();
    if (same) this.events.commit(opened, null, "", leave);
    else this.events.commit({ ...opened, text: shown }, read.value, shown, leave);
  }

  /** Whoever clicks elsewhere with a value that makes no sense has given it up. */
  private leaveOrFail(leave: Leave, problem: string): void {
    if (leave === "stay" && !this.box.contains(document.activeElement)) this.close();
    else this.fail(problem);
  }

  private read({ column, plan }: Opened, text: string): Read {
    const typed = text.trim();
    if (column.kind === "person") return personOf(plan, typed);
    if (column.kind === "urgency") {
      const found = urgencies().find(({ name, value }) => name === typed || value === typed);
      return found ? { value: found.value } : { problem: t("badUrgency") };
    }
    return readValue(column, text, plan.year);
  }
}

function personOf(plan: Plan, typed: string): Read {
  if (!typed) return { value: null };
  const found = plan.people.filter(({ name }) => name === typed);
  if (found.length > 1) return { value: found[0]?.id ?? null };
  return found[0] ? { value: found[0].id } : { problem: t("noPerson") };
}
