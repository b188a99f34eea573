import { h } from "./dom";
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
export function emptyPlan(importUrl: string | undefined, newUrl: string | undefined): HTMLElement {
  const links = h("div", { class: "tz-row" },
    importUrl ? h("a", { class: "tz-btn is-primary", href: importUrl }, t("import")) : null,
    newUrl ? h("a", { class: "tz-btn", href: newUrl }, t("newTask")) : null);
  return h("div", { class: "plan-message" }, h("h2", {}, t("emptyTitle")),
    links.childElementCount ? h("p", { class: "tz-sub" }, t("emptyText")) : null, links);
}

export function noMatch(query: string, clear: () => void): HTMLElement {
  return h("div", { class: "plan-message", role: "status" }, h("p", {}, t("noMatch", { query })), button(t("clearFilter"), clear));
}

/** A line above the plan that stays until it is dismissed. */
export function notice(text: string): HTMLElement {
  const element = h("div", { class: "plan-notice tz-note is-late", role: "alert" }, h("span", { class: "tz-grow" }, text));
  element.append(button(t("dismiss"), () => element.remove()));
  return element;
}
