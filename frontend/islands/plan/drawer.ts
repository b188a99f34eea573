import { h } from "./dom";
import { icon } from "./icons";
import { t } from "./labels";

interface Htmx {
  ajax(verb: string, url: string, options: { target: string; swap: string }): Promise<void>;
}

const target = "#plan-drawer";

/** The task beside the plan: docked on wide screens, a sheet over the page on narrower ones. */
export class Drawer {
  private wanted: number | null = null;

  constructor(
    private readonly urlOf: (id: number) => string,
    private readonly closed: () => void,
  ) {
    this.element?.addEventListener("click", (event) => {
      if ((event.target as Element).closest("[data-plan-close],[data-drawer-close]")) this.close();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.isOpen && !event.defaultPrevented && this.element?.contains(event.target as Node)) this.close();
    });
  }

  get isOpen(): boolean {
    return this.wanted !== null;
  }

  private get element(): HTMLElement | null {
    return document.querySelector<HTMLElement>(target);
  }

  /** Too narrow to stand beside the plan: it lies over it. */
  get isSheet(): boolean {
    return !window.matchMedia("(min-width: 1440px)").matches;
  }

  async open(id: number): Promise<void> {
    const { element } = this;
    if (!element) return;
    this.wanted = id;
    element.hidden = false;
    element.closest(".tz-beside")?.classList.add("has-drawer");
    element.setAttribute("aria-busy", "true");
    try {
      await this.fill(element, id);
    } finally {
      element.removeAttribute("aria-busy");
    }
    if (this.wanted !== id || !this.isSheet) return;
    element.tabIndex = -1;
    element.focus({ preventScroll: true });
  }

  private async fill(element: HTMLElement, id: number): Promise<void> {
    const htmx = (window as unknown as { htmx?: Htmx }).htmx;
    if (htmx) return htmx.ajax("GET", this.urlOf(id), { target, swap: "innerHTML" });
    const answer = await fetch(this.urlOf(id), { headers: { "HX-Request": "true" } }).catch(() => null);
    if (this.wanted !== id) return;
    if (answer?.ok) element.innerHTML = await answer.text();
    else element.replaceChildren(this.failure(id));
  }

  private failure(id: number): HTMLElement {
    const again = h("button", { class: "tz-btn is-s", type: "button" }, t("retry"));
    again.addEventListener("click", () => void this.open(id));
    const close = h("button", { class: "tz-btn is-quiet is-icon is-s", type: "button", "data-plan-close": true, "aria-label": t("dismiss") }, icon("cross"));
    return h("header", { class: "tz-row" }, h("p", { class: "tz-grow" }, t("drawerFailed")), again, close);
  }

  close(): void {
    const { element } = this;
    if (!this.isOpen || !element) return;
    this.wanted = null;
    element.hidden = true;
    element.closest(".tz-beside")?.classList.remove("has-drawer");
    this.closed();
  }
}
