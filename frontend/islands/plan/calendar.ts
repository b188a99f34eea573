import type { Helper } from "./choices";
import { isoOf, partsOf, readDay, weekdayOf, type Day } from "./days";
import { h } from "./dom";
import { t } from "./labels";
import type { Plan } from "./model";

const WEEKDAYS = ["mo", "tu", "we", "th", "fr", "sa", "su"] as const;

/** A month to pick a day from, below the input in which one may type instead. Alt with an arrow walks by days from the keyboard. */
export function calendarOf(input: HTMLInputElement, plan: Plan): Helper {
  const element = h("div", { class: "plan-calendar" });
  let day: Day = readDay(input.value, plan.year) ?? plan.asOf;
  let walked = false;
  let picked: (text: string) => void = () => undefined;
  const show = (): void => element.replaceChildren(headOf(day), gridOf(day, plan));
  element.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const button = (event.target as Element).closest<HTMLElement>("[data-day],[data-month]");
    if (button?.dataset.day) picked(isoOf(Number(button.dataset.day)));
    else if (button) day = inMonth(day, Number(button.dataset.month));
    show();
  });
  show();
  return {
    element,
    typed: (text) => {
      walked = false;
      day = readDay(text, plan.year) ?? day;
      show();
    },
    key: (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
      // Left and right belong to the text unless one already walks in the month.
      if (step === undefined || (Math.abs(step) === 1 && !walked)) return false;
      walked = true;
      day += step;
      input.value = isoOf(day);
      show();
      return true;
    },
    taken: () => null,
    onPick: (then) => (picked = then),
  };
}

function inMonth(day: Day, step: number): Day {
  const { day: date } = partsOf(day);
  const first = day - date + 1;
  return step < 0 ? first - 1 : first + 31 - partsOf(first + 31).day + 1;
}

function headOf(day: Day): HTMLElement {
  const { year, month } = partsOf(day);
  const button = (step: number, sign: string, name: string): HTMLElement => h("button", { type: "button", tabindex: "-1", "data-month": step, "aria-label": name }, sign);
  return h("header", {}, button(-1, "‹", t("monthBefore")), h("b", {}, t("yearMonth", { year, month })), button(1, "›", t("monthAfter")));
}

function gridOf(day: Day, plan: Plan): HTMLElement {
  const { day: date, month } = partsOf(day);
  const start = day - date + 1 - weekdayOf(day - date + 1);
  const cells = Array.from({ length: 42 }, (_, at) => start + at);
  return h("div", { class: "days" },
    ...WEEKDAYS.map((name) => h("span", { class: "wd", "aria-hidden": "true" }, t(name))),
    ...cells.map((one) => h("button", {
      type: "button", tabindex: "-1", "data-day": one, "aria-label": isoOf(one),
      class: [one === day ? "is-on" : "", partsOf(one).month === month ? "" : "is-out", isOff(one, plan) ? "is-off" : "", one === plan.asOf ? "is-today" : ""].join(" ").trim() || null,
    }, String(partsOf(one).day))));
}

function isOff(day: Day, plan: Plan): boolean {
  if (plan.makeUpDays.has(day)) return false;
  return plan.weekend.has(weekdayOf(day)) || plan.holidays.some(({ first, last }) => day >= first && day <= last);
}
