import type { CellComponent, ColumnDefinition } from "tabulator-tables";
import { shortOf, type Day } from "./days";
import { h } from "./dom";
import { icon, stateIcon } from "./icons";
import { t, type Label } from "./labels";
import type { Line } from "./layout";
import { lookOf, type Field, type Look, type Plan, type Task } from "./model";

export interface Column {
  field: string;
  label: Label;
  width: number;
  /** what can be edited here */
  edits?: Field;
  numeric?: boolean;
  /** also shown on a phone */
  phone?: boolean;
  paint(line: Line, plan: Plan): Node;
}

const text = (value: string): Text => document.createTextNode(value);
const date = (day: Day | null, plan: Plan): Text => text(day === null ? "" : shortOf(day, plan.year));
const tidy = (value: number): string => String(Math.round(value * 100) / 100);

const STATE_LABEL: Record<Look, Label> = {
  todo: "todo", doing: "doing", done: "done", late: "late", blocked: "blocked", cancelled: "cancelled",
};

export const stateWord = (task: Task): string => t(STATE_LABEL[lookOf(task)]);

export const COLUMNS: readonly Column[] = [
  { field: "code", label: "code", width: 56, phone: true, paint: ({ task }) => text(task.code) },
  { field: "name", label: "task", width: 0, phone: true, paint: paintName },
  { field: "owner", label: "owner", width: 50, edits: "owner", phone: true, paint: ({ task }) => text(task.person) },
  { field: "department", label: "department", width: 54, paint: ({ task }) => text(task.department) },
  { field: "start", label: "start", width: 46, edits: "start", paint: paintStart },
  { field: "finish", label: "finish", width: 46, edits: "finish", phone: true, paint: paintFinish },
  {
    field: "duration", label: "duration", width: 34, edits: "duration", numeric: true,
    paint: ({ task }) => text(task.kind === "milestone" || !task.duration ? "" : tidy(task.duration)),
  },
  {
    field: "percent", label: "percent", width: 46, edits: "percent", numeric: true, phone: true,
    paint: paintPercent,
  },
  { field: "predecessors", label: "predecessors", width: 84, paint: ({ task }) => text(task.predecessors) },
];

function paintName({ task, level, expanded }: Line): Node {
  const cell = h("div", { class: `nm l${Math.min(level, 8)}` });
  const toggle = h("span", { class: "tg", "data-plan-fold": expanded === null ? null : "" });
  if (expanded !== null) toggle.append(icon(expanded ? "open" : "closed", "tz-muted"));
  cell.append(toggle);
  if (task.index >= 0) {
    const word = h("span", { class: "sr" }, `，${stateWord(task)}`);
    cell.append(stateIcon(lookOf(task), task.kind === "milestone"), h("span", { class: "tx", title: task.name }, task.name), word);
  } else {
    cell.append(h("span", { class: "tx" }, task.name));
  }
  return cell;
}

function paintStart({ task }: Line, plan: Plan): Node {
  return task.shouldHaveStarted ? h("span", { class: "slip", title: t("shouldHaveStarted") }, date(task.start, plan)) : date(task.start, plan);
}

/** A marked deviation has a sign beside its colour, and a word for those who hear it. */
function paintPercent({ task }: Line): Node {
  const percent = `${Math.round(task.percent)}%`;
  if (!task.deviates) return text(percent);
  const word = h("span", { class: "sr" }, `，${t("deviates")}`);
  return h("span", { class: "slip", title: t("deviates") }, h("span", { "aria-hidden": "true" }, "▾"), percent, word);
}

function paintFinish({ task }: Line, plan: Plan): Node {
  return task.lateDays > 0 ? h("span", { class: "slip" }, date(task.finish, plan)) : date(task.finish, plan);
}

/** What has to fit into the columns of a plan: its longest code, and years beside the days. */
export interface Needs {
  code: number;
  day: number;
}

export function definitions(plan: () => Plan, phone: boolean, needs: Needs): ColumnDefinition[] {
  return COLUMNS.filter((column) => !phone || column.phone).map((column) => ({
    title: t(column.label),
    field: column.field,
    cssClass: `c-${column.field}${column.numeric ? " n" : ""}`,
    resizable: phone ? false : "header",
    minWidth: 30,
    ...(column.field === "name" ? { widthGrow: 1, minWidth: phone ? 110 : 120 } : { width: widthOf(column, needs) }),
    formatter: (cell: CellComponent) => column.paint(cell.getData() as Line, plan()) as HTMLElement,
  }));
}

function widthOf(column: Column, needs: Needs): number {
  if (column.field === "code") return needs.code;
  return column.field === "start" || column.field === "finish" ? needs.day : column.width;
}

/** Deep codes (1.1.2.10) and days of another year (27-01-18) get the room that they need. */
export function needsOf(plan: Plan): Needs {
  const longest = plan.tasks.reduce((most, task) => Math.max(most, task.code.length), 0);
  const years = plan.tasks.some((task) => task.finish !== null && shortOf(task.finish, plan.year).length > 5);
  return { code: Math.max(56, 22 + longest * 7), day: years ? 62 : 46 };
}
