import { remember } from "./memory";

type Theme = "light" | "dark";

/** `data-theme-toggle`: switches between light and dark and keeps the choice; without a choice the page follows the system. */
export function startTheme(page: Document): void {
  const root = page.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  let chosen = false;
  apply(page, root.dataset.bsTheme === "dark" ? "dark" : "light");
  page.addEventListener("click", (event) => {
    if (!(event.target as Element).closest("[data-theme-toggle]")) return;
    const theme: Theme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    chosen = true;
    remember("tz-theme", theme);
    apply(page, theme);
  });
  system.addEventListener("change", () => {
    if (!chosen && root.dataset.theme !== "chosen") apply(page, system.matches ? "dark" : "light");
  });
}

function apply(page: Document, theme: Theme): void {
  page.documentElement.dataset.bsTheme = theme;
  for (const button of page.querySelectorAll("[data-theme-toggle]")) button.setAttribute("aria-pressed", String(theme === "dark"));
}
