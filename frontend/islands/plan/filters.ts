import { isoOf } from "./days";
import { lookOf, type Look, type Task } from "./model";

/** Which tasks are wanted. Several values of one kind mean any of them; several kinds mean all of them. */
export interface Filters {
  query: string;
  states: Look[];
  departments: string[];
  people: string[];
  late: boolean;
  critical: boolean;
  marked: boolean;
  /** ISO dates: tasks with a day between both */
  from: string;
  to: string;
}

export const NO_FILTERS: Filters = { query: "", states: [], departments: [], people: [], late: false, critical: false, marked: false, from: "", to: "" };
export const LOOKS: readonly Look[] = ["todo", "doing", "done", "late", "blocked", "cancelled"];
const ISO = /^\d{4}-\d\d-\d\d$/;
const FLAGS = ["late", "critical", "marked"] as const;

export function isFiltered(filters: Filters): boolean {
  return Boolean(filters.query.trim()) || chipsOf(filters).length > 0;
}

/** Every word must occur in the code, the name, the owner or the department. */
export function matches(task: Task, query: string): boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return true;
  const text = `${task.name}\n${task.person}\n${task.department}`.toLowerCase();
  return words.every((word) => text.includes(word) || task.code === word || task.code.startsWith(`${word}.`));
}

export function passes(task: Task, filters: Filters): boolean {
  return matches(task, filters.query)
    && (!filters.states.length || filters.states.includes(lookOf(task)) || (task.late && filters.states.includes("late")))
    && (!filters.departments.length || filters.departments.includes(task.department))
    && (!filters.people.length || filters.people.includes(task.person))
    && (!filters.late || task.late) && (!filters.critical || task.critical) && (!filters.marked || task.deviates)
    && overlaps(task, filters);
}

function overlaps(task: Task, { from, to }: Filters): boolean {
  if (!from && !to) return true;
  if (task.start === null || task.finish === null) return false;
  return (!from || isoOf(task.finish) >= from) && (!to || isoOf(task.start) <= to);
}

/** One part of the filter that can be taken away alone. */
export interface Chip {
  kind: "state" | "department" | "person" | "late" | "critical" | "marked" | "dates";
  value: string;
}

export function chipsOf(filters: Filters): Chip[] {
  return [
    ...filters.states.map((value) => ({ kind: "state" as const, value })),
    ...filters.departments.map((value) => ({ kind: "department" as const, value })),
    ...filters.people.map((value) => ({ kind: "person" as const, value })),
    ...FLAGS.filter((flag) => filters[flag]).map((kind) => ({ kind, value: "" })),
    ...(filters.from || filters.to ? [{ kind: "dates" as const, value: `${filters.from} – ${filters.to}` }] : []),
  ];
}

export function without(filters: Filters, { kind, value }: Chip): Filters {
  if (kind === "state") return { ...filters, states: filters.states.filter((one) => one !== value) };
  if (kind === "department") return { ...filters, departments: filters.departments.filter((one) => one !== value) };
  if (kind === "person") return { ...filters, people: filters.people.filter((one) => one !== value) };
  if (kind === "dates") return { ...filters, from: "", to: "" };
  return { ...filters, [kind]: false };
}

export function readFilters(query: URLSearchParams): Filters {
  const list = (name: string): string[] => [...new Set(query.getAll(name).filter(Boolean))];
  const day = (name: string): string => (ISO.test(query.get(name) ?? "") ? (query.get(name) as string) : "");
  return {
    query: query.get("q") ?? "",
    states: LOOKS.filter((look) => list("state").includes(look)),
    departments: list("department"), people: list("person"),
    late: query.get("late") === "yes", critical: query.get("is_critical") === "yes", marked: query.get("marked") === "yes",
    from: day("from"), to: day("to"),
  };
}

export function writeFilters(query: URLSearchParams, filters: Filters): void {
  const put = (name: string, values: readonly string[]): void => {
    query.delete(name);
    for (const value of values) if (value) query.append(name, value);
  };
  put("q", [filters.query]);
  put("state", filters.states);
  put("department", filters.departments);
  put("person", filters.people);
  put("late", [filters.late ? "yes" : ""]);
  put("is_critical", [filters.critical ? "yes" : ""]);
  put("marked", [filters.marked ? "yes" : ""]);
  put("from", [filters.from]);
  put("to", [filters.to]);
}
