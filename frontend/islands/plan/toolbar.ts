import type { Shown } from "./address";
import type { View } from "./layout";
import type { Zoom } from "./timeline";

export interface ToolbarEvents {
  change(part: Partial<Shown>): void;
  today(): void;
}

/** Gives life to the toolbar that the server wrote, by its data attributes. */
export function attachToolbar(events: ToolbarEvents, shown: () => Shown): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-plan-view],[data-plan-zoom],[data-plan-toggle],[data-plan-today]");
    if (!button) return;
    const { planView, planZoom, planToggle } = button.dataset;
    if (planView) events.change({ view: planView as View });
    else if (planZoom) events.change({ zoom: planZoom as Zoom });
    else if (planToggle === "baseline") events.change({ baseline: !shown().baseline });
    else if (planToggle === "critical") events.change({ critical: !shown().critical });
    else events.today();
  });
  let waiting = 0;
  document.querySelectorAll<HTMLInputElement>("[data-plan-filter]").forEach((input) => {
    input.value = shown().query;
    input.addEventListener("input", () => {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(() => events.change({ query: input.value }), 120);
    });
  });
}

/** Shows in the toolbar what is chosen. */
export function markToolbar(shown: Shown): void {
  const mark = (selector: string, on: (button: HTMLElement) => boolean): void => {
    document.querySelectorAll<HTMLElement>(selector).forEach((button) => {
      button.classList.toggle("is-on", on(button));
      button.setAttribute("aria-pressed", String(on(button)));
    });
  };
  mark("[data-plan-view]", ({ dataset }) => dataset.planView === shown.view);
  mark("[data-plan-zoom]", ({ dataset }) => dataset.planZoom === shown.zoom);
  mark("[data-plan-toggle]", ({ dataset }) => (dataset.planToggle === "baseline" ? shown.baseline : shown.critical));
  document.querySelectorAll<HTMLInputElement>("[data-plan-filter]").forEach((input) => {
    if (input !== document.activeElement) input.value = shown.query;
  });
}
