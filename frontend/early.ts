/** Runs before the first paint, from the head: no flash of the other theme, no jumping sidebar. Keep it tiny and without imports. */
(() => {
  const root = document.documentElement;
  const read = (key: string): string | null => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // storage may be forbidden; the page works without it
    }
  };
  const theme = read("tz-theme");
  if (theme) root.dataset.theme = "chosen";
  root.dataset.bsTheme = theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  root.classList.toggle("is-rail", read("tz-rail") === "yes");
  root.classList.add("has-js");
})();
