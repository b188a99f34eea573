import { shownFrom } from "./columnstate";
import { KNOWN } from "./columns";
import { readFilters, writeFilters, type Filters } from "./filters";
import type { View } from "./layout";
import type { Mode } from "./model";
import { ZOOMS, type Zoom } from "./timeline";

/** What the address of the page says about how the plan is shown. */
export interface Shown {
  view: View;
  zoom: Zoom;
  filters: Filters;
  baseline: boolean;
  /** number of the baseline that is drawn; null for the latest */
  baselineOf: number | null;
  critical: boolean;
  task: number | null;
  /** null: as the person has kept them */
  columns: string[] | null;
  mode: Mode;
}

const VIEWS: readonly View[] = ["wbs", "department", "person", "mine"];

interface Defaults {
  view?: string | undefined;
  zoom?: string | undefined;
}

const oneOf = <T extends string>(value: string | null | undefined, list: readonly T[], otherwise: T): T =>
  list.find((item) => item === value) ?? otherwise;

export function readAddress(search: string, defaults: Defaults): Shown {
  const query = new URLSearchParams(search);
  const task = Number(query.get("task"));
  return {
    view: oneOf(query.get("view"), VIEWS, oneOf(defaults.view, VIEWS, "wbs")),
    zoom: oneOf(query.get("zoom"), ZOOMS, oneOf(defaults.zoom, ZOOMS, "week")),
    filters: readFilters(query),
    baseline: query.get("baseline") !== "no",
    baselineOf: /^\d{1,5}$/.test(query.get("baseline") ?? "") ? Number(query.get("baseline")) : null,
    critical: query.get("critical") !== "no",
    task: Number.isInteger(task) && task > 0 ? task : null,
    columns: shownFrom(query.get("columns"), KNOWN),
    mode: oneOf(query.get("mode"), ["forecast", "strict"], "forecast"),
  };
}

/** The same address with our parts; what is as it is by default stays out, foreign parts (date) stay in. */
export function writeAddress(search: string, shown: Shown, defaults: Defaults): string {
  const query = new URLSearchParams(search);
  const put = (name: string, value: string, otherwise: string): void => {
    if (value === otherwise) query.delete(name);
    else query.set(name, value);
  };
  put("view", shown.view, oneOf(defaults.view, VIEWS, "wbs"));
  put("zoom", shown.zoom, oneOf(defaults.zoom, ZOOMS, "week"));
  writeFilters(query, shown.filters);
  put("baseline", !shown.baseline ? "no" : String(shown.baselineOf ?? "yes"), "yes");
  put("critical", shown.critical ? "yes" : "no", "yes");
  put("task", shown.task === null ? "" : String(shown.task), "");
  put("columns", shown.columns?.join(",") ?? "", "");
  put("mode", shown.mode, "forecast");
  const text = query.toString().replaceAll("%2C", ",");
  return text ? `?${text}` : "";
}
