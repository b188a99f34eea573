import type { Moved, Outcome } from "./api";
import { h } from "./dom";
import { t } from "./labels";
import { labelOf } from "./values";

const MOST = 200;
const FEW = 3;

export interface Question {
  title: string;
  /** a sentence below the title */
  text?: string | undefined;
  notices?: string[];
  changes?: Moved[];
  apply?: string;
  danger?: boolean;
}

/** Shows what a change brings with it. Resolves to true when the person wants all of it. */
export function ask({ title, text, notices = [], changes = [], apply = t("apply"), danger = false }: Question): Promise<boolean> {
  const button = h("button", { class: `tz-btn ${danger ? "is-danger" : "is-primary"}`, value: "apply" }, apply);
  const tasks = grouped(changes), years = severalYears(changes);
  const more = tasks.length - MOST;
  const dialog = h("dialog", { class: "plan-dialog", "aria-labelledby": "plan-dialog-title" },
    h("form", { method: "dialog" },
      h("h2", { id: "plan-dialog-title" }, title),
      text ? h("p", { class: "tz-sub" }, text) : null,
      told([...new Set(notices)]),
      changes.length ? h("ul", { class: "plan-followers", tabindex: "0", "aria-label": title }, ...tasks.slice(0, MOST).map((moves) => describe(moves, years))) : null,
      more > 0 ? h("p", { class: "tz-sub" }, t("andMore", { count: more })) : null,
      h("footer", {}, h("button", { class: "tz-btn", value: "cancel", formnovalidate: true }, t("cancel")), button)));
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "apply");
    });
    dialog.showModal();
    button.focus();
  });
}

/** A few notices stand each by itself; many are one list that scrolls, so that what is asked stays in sight. */
function told(notices: string[]): HTMLElement | null {
  if (!notices.length) return null;
  if (notices.length <= FEW) return h("div", {}, ...notices.map((notice) => h("p", { class: "tz-note is-late" }, notice)));
  return h("div", { class: "tz-note is-late plan-notices", tabindex: "0" }, h("ul", {}, ...notices.map((notice) => h("li", {}, notice))));
}

/** What follows from a change of one cell: a task may move at both ends, but is one task. */
export function confirmFollowers(outcome: Outcome, followers: Moved[]): Promise<boolean> {
  const count = new Set(followers.map(({ id }) => id)).size;
  return ask({ title: count ? t("willChange", { count }) : t("willHappen"), notices: outcome.notices, changes: followers });
}

/** A task that moves at both ends is one line of the list: what moves stands below each other, why it does is said once. */
function grouped(changes: Moved[]): Moved[][] {
  const found = new Map<string, Moved[]>();
  for (const change of changes) {
    // Rows that are yet to be written have no id of their own.
    const key = `${change.id} ${change.code} ${change.name}`;
    found.set(key, [...(found.get(key) ?? []), change]);
  }
  return [...found.values()];
}

function describe(moves: Moved[], years: boolean): HTMLElement {
  const why = [...new Set(moves.map((move) => move.why).filter(Boolean))];
  return h("li", {},
    h("span", { class: "tz-muted" }, moves[0]?.code ?? ""),
    h("span", { class: "what" }, moves[0]?.name ?? "", ...why.map((text) => h("small", {}, text))),
    h("span", { class: "when" }, ...moves.flatMap(({ field, before, after }) => [
      h("span", { class: "tz-muted" }, labelOf(field)),
      before ? h("del", { class: "tz-was" }, years ? before : short(before)) : h("span", {}),
      after ? h("ins", {}, years ? after : short(after)) : h("span", {}),
    ])));
}

const ISO = /^\d{4}-\d\d-\d\d$/;

/** The year only matters where there are several. */
function severalYears(changes: Moved[]): boolean {
  const days = changes.flatMap(({ before, after }) => [before ?? "", after ?? ""]).filter((text) => ISO.test(text));
  return new Set(days.map((day) => day.slice(0, 4))).size > 1;
}

function short(text: string): string {
  return ISO.test(text) ? text.slice(5) : text;
}
