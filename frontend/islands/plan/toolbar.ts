import type { Shown } from "./address";
import { t } from "./labels";
import type { View } from "./layout";
import type { Plan } from "./model";
import type { Zoom } from "./timeline";

export interface ToolbarEvents {
  change(part: Partial<Shown>): void;
  /** what is typed into the search, letter by letter */
  search(text: string): void;
  /** Enter in the search: the next row that matches */
  findNext(): void;
  today(): void;
  undo(): void;
  redo(): void;
  filters(anchor: HTMLElement): void;
  columns(anchor: HTMLElement): void;
  levels(anchor: HTMLElement): void;
  baselines(anchor: HTMLElement): void;
}

const BUTTONS = "[data-plan-view],[data-plan-zoom],[data-plan-toggle],[data-plan-today],[data-plan-do],[data-plan-mode]";

/** Gives life to the toolbar that the server wrote, by its data attributes. */
export function attachToolbar(events: ToolbarEvents, shown: () => Shown): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>(BUTTONS);
    if (!button) return;
    // What is chosen in the menu closes it; what it opens stands below the menu's own button.
    const menu = button.closest<HTMLElement>("[popover]");
    menu?.hidePopover();
    const anchor = (menu && document.querySelector<HTMLElement>(`[popovertarget="${menu.id}"]`)) ?? button;
    const { planView, planZoom, planToggle, planDo, planMode } = button.dataset;
    if (planView) events.change({ view: planView as View });
    else if (planZoom) events.change({ zoom: planZoom as Zoom });
    else if (planToggle === "baseline") events.baselines(anchor);
    else if (planToggle === "critical") events.change({ critical: !shown().critical });
    else if (planMode !== undefined) events.change({ mode: shown().mode === "strict" ? "forecast" : "strict" });
    else if (planDo) events[planDo as "undo" | "redo" | "filters" | "columns" | "levels"](anchor);
    else events.today();
  });
  document.querySelectorAll<HTMLElement>("[popover].plan-more").forEach(placed);
  let waiting = 0;
  document.querySelectorAll<HTMLInputElement>("[data-plan-filter]").forEach((input) => {
    input.value = shown().filters.query;
    input.addEventListener("input", () => {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(() => events.search(input.value), 120);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      window.clearTimeout(waiting);
      events.search(input.value);
      events.findNext();
    });
  });
}

/** The menu of what is rarely needed opens below its button. */
function placed(menu: HTMLElement): void {
  menu.addEventListener("beforetoggle", () => {
    const box = document.querySelector(`[popovertarget="${menu.id}"]`)?.getBoundingClientRect();
    if (box) Object.assign(menu.style, { top: `${box.bottom + 4}px`, right: `${Math.max(8, document.documentElement.clientWidth - box.right)}px` });
  });
  menu.addEventListener("click", (event) => (event.target as Element).closest("a") && menu.hidePopover());
}

/** Shows in the toolbar what is chosen. */
export function markToolbar(shown: Shown, filtered: boolean): void {
  const mark = (selector: string, on: (button: HTMLElement) => boolean): void => {
    document.querySelectorAll<HTMLElement>(selector).forEach((button) => {
      button.classList.toggle("is-on", on(button));
      button.setAttribute("aria-pressed", String(on(button)));
    });
  };
  mark("[data-plan-view]", ({ dataset }) => dataset.planView === shown.view);
  mark("[data-plan-zoom]", ({ dataset }) => dataset.planZoom === shown.zoom);
  mark("[data-plan-toggle]", ({ dataset }) => (dataset.planToggle === "baseline" ? shown.baseline : shown.critical));
  mark("[data-plan-mode]", () => shown.mode === "strict");
  document.querySelectorAll("[data-plan-do=filters]").forEach((button) => button.classList.toggle("is-on", filtered));
  document.querySelectorAll<HTMLInputElement>("[data-plan-filter]").forEach((input) => {
    if (input !== document.activeElement) input.value = shown.filters.query;
  });
}

/** What can be taken back and done again stands on the buttons; so does whether there are two schedules. */
export function markPlan(plan: Plan): void {
  for (const what of ["undo", "redo"] as const) {
    document.querySelectorAll<HTMLButtonElement>(`[data-plan-do=${what}]`).forEach((button) => {
      const words = plan[what] ? t(what === "undo" ? "undoOf" : "redoOf", { label: plan[what] }) : t(what === "undo" ? "nothingToUndo" : "nothingToRedo");
      button.disabled = plan[what] === null;
      button.title = words;
      button.setAttribute("aria-label", words);
    });
  }
  document.querySelectorAll<HTMLElement>("[data-plan-mode]").forEach((button) => (button.hidden = plan.mode === null));
}
