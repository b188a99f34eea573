import type { Moved, Outcome } from "./api";
import { h } from "./dom";
import { t } from "./labels";
import { labelOf } from "./values";

const MOST = 200;

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
  const more = changes.length - MOST;
  const dialog = h("dialog", { class: "plan-dialog", "aria-labelledby": "plan-dialog-title" },
    h("form", { method: "dialog" },
      h("h2", { id: "plan-dialog-title" }, title),
      text ? h("p", { class: "tz-sub" }, text) : null,
      ...notices.map((notice) => h("p", { class: "tz-note is-late" }, notice)),
      changes.length ? h("ul", { class: "plan-followers", tabindex: "0", "aria-label": title }, ...changes.slice(0, MOST).map(describe)) : null,
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

/** What follows from a change of one cell: a task may move at both ends, but is one task. */
export function confirmFollowers(outcome: Outcome, followers: Moved[]): Promise<boolean> {
  const count = new Set(followers.map(({ id }) => id)).size;
  return ask({ title: count ? t("willChange", { count }) : t("willHappen"), notices: outcome.notices, changes: followers });
}

function describe({ code, name, field, before, after, why }: Moved): HTMLElement {
  return h("li", {},
    h("span", { class: "tz-muted" }, code),
    h("span", { class: "what" }, name, " ", h("span", { class: "tz-muted" }, labelOf(field)), why ? h("small", {}, why) : null),
    h("span", { class: "when" }, before ? h("del", { class: "tz-was" }, short(before, after)) : null, after ? h("ins", {}, short(after, before)) : null));
}

const ISO = /^\d{4}-\d\d-\d\d$/;

/** The year only matters where it changes. */
function short(text: string, other: string | null): string {
  return ISO.test(text) && ISO.test(other ?? "") && other?.slice(0, 4) === text.slice(0, 4) ? text.slice(5) : text;
}
