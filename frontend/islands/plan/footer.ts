import { h, svg } from "./dom";
import { t, type Label } from "./labels";
import type { Plan } from "./model";

const LEGEND: readonly [Label, string][] = [
  ["done", "done"], ["doing", "doing"], ["todo", "todo"], ["late", "late"], ["blocked", "block"],
];

export function footer(plan: Plan): HTMLElement {
  const entry = (label: Label, mark: SVGElement): HTMLElement => h("span", {}, svg("svg", { width: 16, height: 10, "aria-hidden": "true" }, mark), t(label));
  return h("div", { class: "tz-planfoot" },
    h("span", {}, t("foot", { version: plan.version, links: plan.links.length })),
    h("span", { class: "tz-key" },
      ...LEGEND.map(([label, look]) => entry(label, svg("rect", { class: look === "todo" ? "g-bar is-todo" : `g-fill is-${look}`, y: 1, width: 16, height: 8, rx: 2 }))),
      entry("critical", svg("rect", { class: "g-outline", x: 1, y: 1, width: 14, height: 8, rx: 2 })),
      entry("baseline", svg("path", { class: "g-ghost", d: "M2 5H14" }))));
}
