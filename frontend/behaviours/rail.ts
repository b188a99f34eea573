import { remember } from "./memory";

/** `data-rail-toggle`: folds the sidebar to a rail of icons and remembers it. */
export function startRail(page: Document): void {
  const root = page.documentElement;
  const show = (): void => {
    const folded = root.classList.contains("is-rail");
    for (const button of page.querySelectorAll("[data-rail-toggle]")) button.setAttribute("aria-expanded", String(!folded));
  };
  page.addEventListener("click", (event) => {
    if (!(event.target as Element).closest("[data-rail-toggle]")) return;
    remember("tz-rail", root.classList.toggle("is-rail") ? "yes" : "no");
    show();
    window.dispatchEvent(new Event("resize"));
  });
  show();
}
