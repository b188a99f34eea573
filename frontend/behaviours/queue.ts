/**
 * `data-queue` holds rows (`.tz-item`) of which one is open at a time. Enter on a row unfolds it; after an answer of the server the
 * keyboard is where it was: in the form that opened, else on the row that took the place of the one that is done.
 */
export function startQueue(page: Document): void {
  let place = -1;
  page.addEventListener("keydown", (event) => {
    const row = event.target as HTMLElement;
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !row.matches("[data-queue] .tz-item")) return;
    event.preventDefault();
    row.querySelector<HTMLElement>("[data-open]")?.click();
  });
  page.addEventListener("htmx:before:swap", () => {
    place = rowsOf(page).findIndex((row) => row.contains(page.activeElement));
  });
  page.addEventListener("htmx:after:swap", () => {
    const rows = rowsOf(page);
    if (place < 0 || !rows.length || (page.activeElement && page.activeElement !== page.body)) return;
    const open = rows.find((row) => row.classList.contains("is-open"));
    const field = open?.querySelector<HTMLElement>(".tz-more :is(input:not([type=hidden]), textarea, select, button)");
    (field ?? rows[Math.min(place, rows.length - 1)]).focus();
    place = -1;
  });
}

const rowsOf = (page: Document): HTMLElement[] => [...page.querySelectorAll<HTMLElement>("[data-queue] .tz-item")];
