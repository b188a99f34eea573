import { t } from "./labels";

/** Tabulator calls itself a grid and focuses its scroller; here the tree has the focus, its active cell is pointed at. */
export function describeTree(element: HTMLElement, scroller: HTMLElement, frame: HTMLElement, editable: boolean): void {
  element.id = "plan-tree";
  element.setAttribute("role", "treegrid");
  element.setAttribute("aria-label", t("grid"));
  element.setAttribute("aria-multiselectable", "true");
  // Where one may write, the input that lies over the active cell has the focus instead.
  element.setAttribute("tabindex", editable ? "-1" : "0");
  element.removeAttribute("aria-owns");
  element.querySelector(".tabulator-headers")?.setAttribute("aria-rowindex", "1");
  element.querySelectorAll(".tabulator-col").forEach((column) => column.removeAttribute("aria-sort"));
  scroller.setAttribute("role", "rowgroup");
  element.querySelector(".tabulator-table")?.setAttribute("role", "presentation");
  scroller.append(frame);
  keepReachable(scroller, () => element.focus({ preventScroll: true }));
}

/** What scrolls can be reached by keyboard; a press into it goes to the tree instead. */
function keepReachable(scroller: HTMLElement, focusTree: () => void): void {
  let pressed = false;
  const measure = (): void => {
    scroller.tabIndex = scroller.scrollHeight > scroller.clientHeight || scroller.scrollWidth > scroller.clientWidth ? 0 : -1;
  };
  scroller.addEventListener("pointerdown", () => (pressed = true));
  scroller.addEventListener("focus", () => {
    if (pressed || scroller.tabIndex < 0) focusTree();
    pressed = false;
  });
  const observer = new ResizeObserver(measure);
  observer.observe(scroller);
  if (scroller.firstElementChild) observer.observe(scroller.firstElementChild);
  measure();
}
