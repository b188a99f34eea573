import { h } from "./dom";
import { footer } from "./footer";
import { t } from "./labels";
import type { Plan } from "./model";
import { Splitter } from "./splitter";

/** Table and chart beside each other; on a phone one of them. */
export class Panes {
  readonly body = h("div", { class: "tz-plan", "data-plan-pane": "table" });
  private readonly splitter: Splitter;
  private readonly message = h("div", { class: "plan-messages" });

  constructor(
    private readonly root: HTMLElement,
    private readonly grid: HTMLElement,
    private readonly gantt: HTMLElement,
    private readonly resized: () => void,
    private readonly chartShown: () => void,
  ) {
    this.splitter = new Splitter(this.body, resized);
  }

  assemble(plan: Plan, bulk: HTMLElement): void {
    const panes = (["table", "gantt"] as const).map((pane) => {
      const button = h("button", { type: "button", "aria-pressed": String(pane === "table"), class: pane === "table" ? "is-on" : "" }, t(pane));
      button.addEventListener("click", () => this.show(pane));
      return button;
    });
    this.body.replaceChildren(this.grid, this.splitter.element, this.gantt, this.message);
    this.root.replaceChildren(
      h("div", { class: "plan-panes" }, h("div", { class: "tz-seg", role: "group", "aria-label": t("show") }, ...panes)),
      h("div", { class: "plan-chipbox" }), this.body, bulk, footer(plan));
    this.splitter.apply();
  }

  private show(pane: "table" | "gantt"): void {
    this.body.dataset.planPane = pane;
    this.root.querySelectorAll(".plan-panes button").forEach((button, at) => {
      button.classList.toggle("is-on", (pane === "table") === (at === 0));
      button.setAttribute("aria-pressed", String((pane === "table") === (at === 0)));
    });
    this.resized();
    if (pane === "gantt") this.chartShown();
  }

  say(message: HTMLElement | null): void {
    this.message.replaceChildren(...(message ? [message] : []));
  }

  apply(): void {
    this.splitter.apply();
  }

  /** Both halves get the same height of view, or their last rows would not stand on one line. */
  level(chart: HTMLElement, table: HTMLElement, scrollChart: (top: number) => void): void {
    const height = chart.clientHeight;
    const own = this.body.clientHeight;
    this.grid.style.height = height && this.gantt.offsetParent ? `${height + 52}px` : own ? `${own}px` : "";
    scrollChart(table.scrollTop);
  }
}
