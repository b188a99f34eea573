import { columnOf, type Column } from "./columns";
import { isoOf, readDay } from "./days";
import { t } from "./labels";
import type { Field, Plan, Task, Value } from "./model";

export type Read = { value: Value } | { problem: string };

/** Full-width digits, dots and signs count as their narrow sisters. */
const narrow = (text: string): string => text.normalize("NFKC").trim();

/** What a person typed, as the server wants it: an ISO date, a number, or the text itself. */
export function readValue(column: Column, text: string, year: number): Read {
  const typed = narrow(text);
  if (column.kind === "day") return readDate(column, typed, year);
  if (column.kind === "percent") return readNumber(typed.replace(/%$/u, ""), 100, "badPercent");
  if (column.kind === "number") {
    if (!typed && column.lazy) return { value: null };
    return readNumber(typed.replace(/[天日d]$/iu, ""), Infinity, "badNumber");
  }
  if (column.field === "name" && !typed) return { problem: t("badName") };
  return { value: text.trim() };
}

function readDate(column: Column, typed: string, year: number): Read {
  if (!typed && column.lazy) return { value: null };
  const day = readDay(typed, year);
  return day === null ? { problem: t("badDate") } : { value: isoOf(day) };
}

function readNumber(typed: string, most: number, problem: "badPercent" | "badNumber"): Read {
  const number = Number(typed.trim().replace(/,(?=\d{3}\b)/gu, ""));
  if (!typed.trim() || !Number.isFinite(number) || number < 0 || number > most) return { problem: t(problem) };
  return { value: Math.round(number * 100) / 100 };
}

/** What stands in the box when it opens. */
export function typedText(column: Column, task: Task, plan: Plan): string {
  if (column.kind === "percent") return String(Math.round(task.percent * 100) / 100);
  return column.text(task, plan);
}

/** The value that a filled or cleared cell is sent with; undefined where the field has no such thing as being empty. */
export function emptyValue(field: Field): Value | undefined {
  if (field === "percent") return 0;
  return ["name", "start", "finish", "duration", "milestone", "urgency"].includes(field) ? undefined : "";
}

/** Whether a typed value says the same as the task has already. */
export function isSame(column: Column, task: Task, plan: Plan, value: Value): boolean {
  if (column.kind === "person" && column.field === "owner" && typeof value !== "string") return value === task.personId;
  if (column.kind === "percent") return value === Math.round(task.percent * 100) / 100;
  return String(value ?? "") === column.text(task, plan);
}

export const labelOf = (field: string): string => {
  const column = columnOf(field);
  return column ? t(column.label) : field;
};
