import { chipsOf, LOOKS, NO_FILTERS, without, type Chip, type Filters } from "./filters";
import { h } from "./dom";
import { t, type Label } from "./labels";
import { openPanel } from "./menu";
import type { Look, Plan } from "./model";

const MOST = 60;

export const lookWord = (look: string): string => t(look as Look);

export function chipWord({ kind, value }: Chip): string {
  if (kind === "state") return lookWord(value);
  if (kind === "late" || kind === "critical" || kind === "marked") return t(({ late: "onlyLate", critical: "onlyCritical", marked: "onlyMarked" } as const)[kind]);
  return value;
}

/** What is filtered by, one chip each; a click takes it away. */
export function chipBar(filters: Filters, found: number, change: (filters: Filters) => void): HTMLElement | null {
  const chips = chipsOf(filters);
  if (!chips.length) return null;
  const clear = h("button", { type: "button", class: "tz-btn is-quiet is-s" }, t("clearFilter"));
  clear.addEventListener("click", () => change(NO_FILTERS));
  return h("div", { class: "plan-chips", role: "group", "aria-label": t("filters") },
    ...chips.map((chip) => {
      const button = h("button", { type: "button", class: "tz-chip is-on", "aria-label": t("dropFilter", { filter: chipWord(chip) }) }, chipWord(chip), h("span", { "aria-hidden": "true" }, "×"));
      button.addEventListener("click", () => change(without(filters, chip)));
      return button;
    }),
    clear, h("span", { class: "tz-muted", role: "status" }, t("foundRows", { count: found })));
}

/** All that one can filter by, in one panel; each change shows at once. */
export function openFilters(anchor: HTMLElement, plan: Plan, read: () => Filters, change: (filters: Filters) => void): void {
  const many = (label: Label, field: "states" | "departments" | "people", values: readonly string[], word: (value: string) => string): HTMLElement | null => {
    if (!values.length) return null;
    return h("fieldset", {}, h("legend", {}, t(label)), h("div", { class: "boxes" }, ...values.slice(0, MOST).map((value) =>
      check(word(value), (read()[field] as readonly string[]).includes(value), (on) => {
        const rest = (read()[field] as readonly string[]).filter((one) => one !== value);
        change({ ...read(), [field]: on ? [...rest, value] : rest });
      }))));
  };
  const flag = (label: Label, field: "late" | "critical" | "marked"): HTMLElement => check(t(label), read()[field], (on) => change({ ...read(), [field]: on }));
  const day = (label: Label, field: "from" | "to"): HTMLElement => {
    const input = h("input", { type: "date", class: "form-control", value: read()[field] });
    input.addEventListener("change", () => change({ ...read(), [field]: input.value }));
    return h("label", {}, t(label), input);
  };
  const used = (pick: "department" | "person"): string[] => [...new Set(plan.tasks.map((task) => task[pick]).filter(Boolean))];
  openPanel(anchor, t("filters"), [
    many("state", "states", LOOKS, lookWord), many("department", "departments", used("department"), (value) => value),
    many("owner", "people", used("person"), (value) => value),
    h("fieldset", {}, h("legend", {}, t("only")), h("div", { class: "boxes" }, flag("onlyLate", "late"), flag("onlyCritical", "critical"), flag("onlyMarked", "marked"))),
    h("fieldset", {}, h("legend", {}, t("dates")), h("div", { class: "dates" }, day("fromDay", "from"), day("toDay", "to"))),
  ].filter((part) => part !== null), "plan-filters");
}

function check(word: string, on: boolean, turn: (on: boolean) => void): HTMLElement {
  const box = h("input", { type: "checkbox", checked: on });
  box.addEventListener("change", () => turn(box.checked));
  return h("label", {}, box, word);
}
