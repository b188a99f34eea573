import { h } from "./dom";
import { t } from "./labels";
import type { Plan, Task, Value } from "./model";
import { candidates, completed, predecessorsIn } from "./predecessors";

export interface Choice {
  value: Value;
  name: string;
  hint: string;
  /** other spellings by which it is found, in small letters */
  keys: string;
}

/** What stands below the input of an editor and helps to fill it. */
export interface Helper {
  readonly element: HTMLElement;
  /** the text has changed */
  typed(text: string): void;
  /** true when the key has been used */
  key(event: KeyboardEvent): boolean;
  /** the text that the marked choice stands for; null when none is marked */
  taken(): string | null;
  /** what the marked choice stands for, where it is more than its text */
  value?(): Value | undefined;
  onPick(picked: (text: string) => void): void;
}

const MOST = 8;
export const LIST_ID = "plan-choices";

/** A list that narrows while one types (the listbox of a combobox). */
class List implements Helper {
  readonly element = h("ul", { class: "plan-options", role: "listbox", id: LIST_ID, "aria-label": t("choices") });
  private shown: Choice[] = [];
  private active = -1;
  private picked: (text: string) => void = () => undefined;

  constructor(
    private readonly input: HTMLInputElement,
    private readonly find: (text: string) => Choice[],
    private readonly finish: (text: string, choice: Choice) => string,
    private readonly before: string | null,
  ) {
    this.element.addEventListener("mousedown", (event) => {
      const option = (event.target as Element).closest<HTMLElement>("[data-at]");
      event.preventDefault();
      if (!option) return;
      this.active = Number(option.dataset.at);
      this.picked(this.taken() ?? "");
    });
  }

  typed(text: string): void {
    this.shown = this.find(text).slice(0, MOST);
    const exact = this.shown.findIndex(({ name }) => name === text.trim());
    const eager = this.before !== null && text.trim() !== "" && text !== this.before && this.shown.length > 0;
    this.active = exact >= 0 && this.before !== null ? exact : eager ? 0 : -1;
    this.element.replaceChildren(...this.shown.map((choice, at) => h("li", { role: "option", id: `${LIST_ID}-${at}`, "data-at": at },
      h("span", {}, choice.name), choice.hint ? h("span", { class: "tz-muted" }, choice.hint) : null)));
    this.element.hidden = !this.shown.length;
    this.mark();
  }

  key(event: KeyboardEvent): boolean {
    if ((event.key !== "ArrowDown" && event.key !== "ArrowUp") || !this.shown.length) return false;
    const step = event.key === "ArrowDown" ? 1 : -1;
    this.active = this.active < 0 && step < 0 ? this.shown.length - 1 : (this.active + step + this.shown.length) % this.shown.length;
    this.mark();
    return true;
  }

  taken(): string | null {
    const choice = this.shown[this.active];
    return choice ? this.finish(this.input.value, choice) : null;
  }

  value(): Value | undefined {
    return this.shown[this.active]?.value;
  }

  onPick(picked: (text: string) => void): void {
    this.picked = picked;
  }

  private mark(): void {
    this.element.querySelectorAll("[data-at]").forEach((option, at) => option.setAttribute("aria-selected", String(at === this.active)));
    if (this.active < 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", `${LIST_ID}-${this.active}`);
    this.input.setAttribute("aria-expanded", String(this.shown.length > 0));
  }
}

const fits = (choice: Choice, text: string): boolean => `${choice.name} ${choice.hint} ${choice.keys}`.toLowerCase().includes(text.trim().toLowerCase());

/** One of a closed list: people by name, department, pinyin or initials; departments; urgencies. */
export function listOf(input: HTMLInputElement, choices: Choice[], before: string): Helper {
  // The text that the box opened with narrows nothing: one wants to see whom else there is.
  return new List(input, (text) => (text === before ? choices : choices.filter((choice) => fits(choice, text))), (_, choice) => choice.name, before);
}

export const peopleOf = (plan: Plan): Choice[] => plan.people.map(({ id, name, department, keys }) => ({ value: id, name, hint: department, keys }));
export const departmentsOf = (plan: Plan): Choice[] => plan.departments.map((name) => ({ value: name, name, hint: "", keys: "" }));
export const urgencies = (): Choice[] => [
  { value: "urgent", name: t("urgent"), hint: "", keys: "urgent" }, { value: "regular", name: t("regular"), hint: "", keys: "regular" },
];

/** The tasks that a typed predecessor means, and those it might mean. */
export function linksOf(input: HTMLInputElement, plan: Plan, own: Task): Helper {
  const found = h("p", { class: "plan-found", role: "status" });
  const asChoice = (task: Task): Choice => ({ value: task.id, name: `${task.code} ${task.name}`, hint: "", keys: "" });
  const byId = new Map(plan.tasks.map((task) => [task.id, task]));
  const list = new List(input, (text) => candidates(text, plan, own, MOST).map(asChoice),
    (text, choice) => completed(text, byId.get(choice.value as number) as Task), null);
  const element = h("div", {}, found, list.element);
  return {
    element,
    typed: (text) => {
      list.typed(text);
      found.replaceChildren(...predecessorsIn(text, plan).map(({ code, task }) =>
        h("span", { class: task && task.index !== own.index ? "" : "is-wrong" }, task ? `${code} ${task.name}` : t("noTask", { code }))));
      found.hidden = !found.childElementCount;
    },
    key: (event) => list.key(event),
    taken: () => list.taken(),
    onPick: (picked) => list.onPick(picked),
  };
}
