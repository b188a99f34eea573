import { h } from "./dom";
import { t } from "./labels";
import type { Person } from "./model";
import type { Read } from "./editor";

const MOST = 8;

/** A list of people that narrows while one types (combobox with a listbox). */
export class PersonPicker {
  private readonly list = h("ul", { class: "plan-options", role: "listbox", id: "plan-people", "aria-label": t("owner") });
  readonly input: HTMLInputElement;
  readonly element: HTMLElement;
  private shown: (Person | null)[] = [];
  private active = 0;
  private touched = false;
  private picked: () => void = () => undefined;

  constructor(
    private readonly people: Person[],
    private readonly current: number | null,
    label: string,
  ) {
    const person = people.find(({ id }) => id === current);
    this.input = h("input", {
      class: "form-control", role: "combobox", "aria-expanded": "true", "aria-controls": "plan-people", "aria-autocomplete": "list",
      "aria-label": label, placeholder: t("choosePerson"), value: person?.name ?? "", autocomplete: "off",
    });
    this.element = h("div", {}, this.input, this.list);
    this.input.addEventListener("input", () => {
      this.touched = true;
      this.narrow(this.input.value);
    });
    this.list.addEventListener("mousedown", (event) => {
      const option = (event.target as Element).closest<HTMLElement>("[data-at]");
      if (!option) return;
      event.preventDefault();
      this.choose(Number(option.dataset.at));
      this.picked();
    });
    this.narrow("");
  }

  onPick(picked: () => void): void {
    this.picked = picked;
  }

  /** Arrows walk through the list; true when the key has been used. */
  key(event: KeyboardEvent): boolean {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return false;
    this.touched = true;
    this.active = (this.active + (event.key === "ArrowDown" ? 1 : -1) + this.shown.length) % Math.max(1, this.shown.length);
    this.mark();
    return true;
  }

  read(): Read {
    if (!this.touched) return { value: this.current };
    const person = this.shown[this.active];
    if (person === undefined) return { problem: t("noPerson") };
    this.choose(this.active);
    return { value: person?.id ?? null };
  }

  private choose(at: number): void {
    this.touched = true;
    this.active = at;
    this.input.value = this.shown[at]?.name ?? "";
  }

  private narrow(text: string): void {
    const wanted = text.trim().toLowerCase();
    const found = this.people.filter(({ name, department }) => `${name} ${department}`.toLowerCase().includes(wanted)).slice(0, MOST);
    this.shown = wanted ? found : [...found, null];
    this.active = Math.max(0, wanted ? 0 : found.findIndex(({ id }) => id === this.current));
    this.list.replaceChildren(...this.shown.map((person, at) => h("li", { role: "option", id: `plan-person-${at}`, "data-at": at },
      person?.name ?? t("unassigned"), person ? h("span", { class: "tz-muted" }, person.department) : null)));
    if (!this.shown.length) this.list.append(h("li", { class: "tz-muted", role: "option", "aria-disabled": "true" }, t("noPerson")));
    this.mark();
  }

  private mark(): void {
    this.list.querySelectorAll("[data-at]").forEach((option, at) => option.setAttribute("aria-selected", String(at === this.active)));
    this.input.setAttribute("aria-activedescendant", this.shown.length ? `plan-person-${this.active}` : "");
  }
}
