import { departmentsOf, peopleOf, urgencies, type Choice } from "./choices";
import { h } from "./dom";
import { t, type Label } from "./labels";
import { openPanel } from "./menu";
import type { Field, Plan, Task } from "./model";
import type { Rows } from "./rows";

export interface BulkHost {
  rows: Rows;
  plan(): Plan;
  tasks(): Task[];
  done(): void;
}

/** What can be done to several rows at once; stands at the foot of the plan while they are selected. */
export class BulkBar {
  readonly element = h("div", { class: "plan-bulk", role: "toolbar", "aria-label": t("bulk"), hidden: true });
  private readonly count = h("b", {});

  constructor(private readonly host: BulkHost) {
    this.element.append(this.count,
      this.button("owner", (button) => this.choose(button, "owner", peopleOf(this.host.plan()))),
      this.button("department", (button) => this.choose(button, "department", departmentsOf(this.host.plan()))),
      this.button("urgency", (button) => this.choose(button, "urgency", urgencies())),
      this.button("shiftDates", (button) => this.shift(button)),
      this.button("chain", () => void host.rows.chain(host.tasks())),
      this.button("remove", () => void host.rows.remove(host.tasks()), "is-danger"),
      this.button("clearSelection", () => host.done(), "is-quiet"));
  }

  show(count: number): void {
    this.element.hidden = count < 2;
    this.count.textContent = t("chosenRows", { count });
  }

  private button(label: Label, work: (button: HTMLButtonElement) => void, look = ""): HTMLButtonElement {
    const button = h("button", { type: "button", class: `tz-btn is-s ${look}`.trim() }, t(label));
    button.addEventListener("click", () => work(button));
    return button;
  }

  private choose(anchor: HTMLElement, field: Field, choices: Choice[]): void {
    const search = h("input", { type: "search", class: "form-control", placeholder: t("search"), "aria-label": t("search"), autocomplete: "off" });
    const list = h("ul", { class: "plan-options" });
    const fill = (): void => {
      const wanted = search.value.trim().toLowerCase();
      const found = choices.filter(({ name, hint, keys }) => `${name} ${hint} ${keys}`.toLowerCase().includes(wanted));
      list.replaceChildren(...found.slice(0, 30).map((choice) => {
        const button = h("button", { type: "button" }, h("span", {}, choice.name), h("span", { class: "tz-muted" }, choice.hint));
        button.addEventListener("click", () => {
          close();
          void this.host.rows.assign(this.host.tasks(), field, choice.value);
        });
        return h("li", {}, button);
      }));
    };
    search.addEventListener("input", fill);
    search.addEventListener("keydown", (event) => event.key === "Enter" && list.querySelector("button")?.click());
    fill();
    const close = openPanel(anchor, t(field as Label), choices.length > 6 ? [search, list] : [list], "plan-pick");
  }

  private shift(anchor: HTMLElement): void {
    const input = h("input", { type: "number", class: "form-control", value: "1", min: "-3650", max: "3650", step: "1", "aria-label": t("daysLater") });
    const apply = h("button", { class: "tz-btn is-primary is-s" }, t("shiftDates"));
    const form = h("form", {}, h("label", {}, t("daysLater"), input), h("p", { class: "tz-sub" }, t("shiftHint")), apply);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      close();
      void this.host.rows.shift(this.host.tasks(), Math.trunc(Number(input.value)));
    });
    const close = openPanel(anchor, t("shiftDates"), [form], "plan-shift");
  }
}
