import type { Shown } from "./address";
import { h } from "./dom";
import { isFiltered } from "./filters";
import { t } from "./labels";

const button = (text: string, work: () => void, primary = false): HTMLButtonElement => {
  const element = h("button", { class: `tz-btn is-s${primary ? " is-primary" : ""}`, type: "button" }, text);
  element.addEventListener("click", work);
  return element;
};

export function loading(): HTMLElement {
  return h("div", { class: "plan-message", role: "status" }, h("p", { class: "tz-muted" }, t("loading")));
}

export function loadFailed(reason: string, retry: () => void): HTMLElement {
  return h("div", { class: "plan-message", role: "alert" }, h("h2", {}, t("loadFailed")), h("p", { class: "tz-sub" }, reason), button(t("retry"), retry, true));
}

/** An empty plan says what to do next; a reader without the right to write sees only that it is empty. */
export function emptyPlan(importUrl: string | undefined, newUrl: string | undefined, begin: (() => void) | null): HTMLElement {
  const links = h("div", { class: "tz-row" },
    importUrl ? h("a", { class: "tz-btn is-primary", href: importUrl }, t("import")) : null,
    newUrl ? h("a", { class: "tz-btn", href: newUrl }, t("newTask")) : null,
    begin ? button(t("writeFirst"), begin) : null);
  return h("div", { class: "plan-message" }, h("h2", {}, t("emptyTitle")),
    links.childElementCount ? h("p", { class: "tz-sub" }, t("emptyText")) : null, links);
}

/** Why nothing is shown, and the way out. */
function noMatch(text: string, clear: (() => void) | null): HTMLElement {
  return h("div", { class: "plan-message", role: "status" }, h("p", {}, text), clear ? button(t("clearFilter"), clear) : null);
}

export function nothingFound({ filters, view }: Pick<Shown, "filters" | "view">, clear: () => void): HTMLElement {
  if (view === "mine" && !isFiltered(filters)) return noMatch(t("nothingMine"), null);
  return noMatch(filters.query.trim() ? t("noMatch", { query: filters.query }) : t("noneSuch"), clear);
}

export interface Action {
  word: string;
  work(): void;
}

/** Lines above the plan that stay until they are dismissed. */
export function notice(text: string, lines: string[] = [], action?: Action): HTMLElement {
  const list = lines.length ? h("ul", {}, ...lines.map((line) => h("li", {}, line))) : null;
  const element = h("div", { class: "plan-notice tz-note is-late", role: "alert" }, h("div", { class: "tz-grow" }, text, list));
  if (action) {
    element.append(button(action.word, () => {
      element.remove();
      action.work();
    }));
  }
  element.append(button(t("dismiss"), () => element.remove()));
  return element;
}
