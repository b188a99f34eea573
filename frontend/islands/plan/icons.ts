import { svg } from "./dom";
import type { Look } from "./model";

/** Outlines after Tabler Icons (MIT). */
const PATHS: Record<string, string> = {
  open: "m6 9 6 6 6-6", closed: "m9 6 6 6-6 6", cross: "M18 6 6 18M6 6l12 12",
  diamond: "m12 3 9 9-9 9-9-9z",
  circle: "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18",
};
const INSIDE: Record<Look, string> = {
  todo: "", doing: "M12 3a9 9 0 0 1 0 18z", done: "M8.5 12l2.5 2.5 4.5-5", late: "M12 7v5l3 2",
  blocked: "M5.7 5.7l12.6 12.6", cancelled: "M8 12h8",
};

export function icon(name: "open" | "closed" | "cross", className = ""): SVGSVGElement {
  return svg("svg", { class: `i s14 ${className}`, viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: PATHS[name] }));
}

export const COLOUR: Record<Look, string> = {
  todo: "c-todo", doing: "c-doing", done: "c-done", late: "c-late", blocked: "c-block", cancelled: "c-cancel",
};

/** One path keeps the grid light: a disc that is half full is the only one that needs a second. */
export function stateIcon(look: Look, milestone: boolean): SVGSVGElement {
  const outline = milestone ? PATHS.diamond : PATHS.circle;
  const box = svg("svg", { class: `i s14 ${COLOUR[look]}`, viewBox: "0 0 24 24", "aria-hidden": "true" });
  box.append(svg("path", { d: milestone || look === "doing" ? outline : `${outline}${INSIDE[look]}` }));
  if (!milestone && look === "doing") box.append(svg("path", { d: INSIDE.doing, fill: "currentColor" }));
  return box;
}
