import "../../styles/pages/plan.css";
import "../../styles/pages/plan-toolbar.css";
import { PlanIsland } from "./island";
import { useLabels } from "./labels";

/** Brings a plan to life inside `element`; the page gives addresses and rights in data attributes. */
export function mount(element: HTMLElement): void {
  useLabels(document.getElementById("plan-labels")?.textContent);
  void new PlanIsland(element).start();
}

document.querySelectorAll<HTMLElement>("[data-island=plan]").forEach(mount);
