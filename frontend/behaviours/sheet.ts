import htmx from "htmx.org";

/** Fills the page's sheet (`#progress-sheet`) from an address; the dialogs open it when it is there. */
export function openSheet(address: string): void {
  void htmx.ajax("GET", address, { target: "#progress-sheet", swap: "innerHTML" });
}
