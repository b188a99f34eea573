/** On a phone a row of a paper becomes a card: each cell then says the heading of its column, which stands above no longer. */
export function startLabels(page: Document): void {
  const look = (): void => page.querySelectorAll<HTMLTableElement>(".tz-deed-rows").forEach(label);
  page.addEventListener("htmx:after:swap", look);
  look();
}

export function label(table: HTMLTableElement): void {
  const heads = [...table.querySelectorAll("thead th")].map((head) => head.textContent.trim());
  if (!heads.length) return;
  table.querySelectorAll<HTMLElement>("tbody tr").forEach((row) => name([...row.children] as HTMLElement[], heads));
  table.classList.add("is-labelled");
}

/** What stands across several columns, as "nothing was asked for" does, belongs to none of them. */
function name(cells: HTMLElement[], heads: string[]): void {
  if (cells.length === heads.length) cells.forEach((cell, at) => (cell.dataset.label = heads[at]));
}
