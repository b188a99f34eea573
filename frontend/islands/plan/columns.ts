import type { CellComponent, ColumnDefinition } from "tabulator-tables";
import type { ColumnState } from "./columnstate";
import { isoOf, shortOf, type Day } from "./days";
import { h } from "./dom";
import { icon, stateIcon } from "./icons";
import { t, type Label } from "./labels";
import type { Line } from "./layout";
import { canEdit, lookOf, type Field, type Look, type Plan, type Task } from "./model";

/** How a value is typed. */
export type Kind = "text" | "long" | "day" | "number" | "percent" | "person" | "department" | "links" | "urgency";

export interface Column {
  field: string;
  label: Label;
  width: number;
  /** what can be edited here */
  edits?: Field;
  kind?: Kind;
  numeric?: boolean;
  /** its texts are fetched when it is shown */
  lazy?: boolean;
  /** also shown on a phone */
  phone?: boolean;
  paint(line: Line, plan: Plan): Node;
  /** as it is copied */
  text(task: Task, plan: Plan): string;
}

const text = (value: string): Text => document.createTextNode(value);
const date = (day: Day | null, plan: Plan): Text => text(day === null ? "" : shortOf(day, plan.year));
const iso = (day: Day | null): string => (day === null ? "" : isoOf(day));
const tidy = (value: number): string => String(Math.round(value * 100) / 100);

const STATE_LABEL: Record<Look, Label> = {
  todo: "todo", doing: "doing", done: "done", late: "late", blocked: "blocked", cancelled: "cancelled",
};

export const stateWord = (task: Task): string => t(STATE_LABEL[lookOf(task)]);

const days = (task: Task): string => (task.kind === "milestone" || !task.duration ? "" : tidy(task.duration));

/** A column that the plan itself does not carry. */
function lazy(field: Field, label: Label, width: number, kind: Kind = "text"): Column {
  const read = (task: Task, plan: Plan): string => (task.index < 0 ? "" : (plan.texts.get(field)?.[task.index] ?? ""));
  const paint = ({ task }: Line, plan: Plan): Node => {
    const words = read(task, plan);
    return h("span", { title: words.length > 8 ? words : null }, words);
  };
  return { field, label, width, edits: field, kind, lazy: true, numeric: kind === "number", paint, text: read };
}

export const COLUMNS: readonly Column[] = [
  { field: "code", label: "code", width: 56, phone: true, paint: ({ task }) => text(task.code), text: (task) => task.code },
  { field: "name", label: "task", width: 0, edits: "name", kind: "text", phone: true, paint: paintName, text: (task) => task.name },
  { field: "owner", label: "owner", width: 50, edits: "owner", kind: "person", phone: true, paint: ({ task }) => text(task.person), text: (task) => task.person },
  {
    field: "department", label: "department", width: 54, edits: "department", kind: "department",
    paint: ({ task }) => text(task.department), text: (task) => task.department,
  },
  { field: "start", label: "start", width: 46, edits: "start", kind: "day", paint: paintStart, text: (task) => iso(task.start) },
  { field: "finish", label: "finish", width: 46, edits: "finish", kind: "day", phone: true, paint: paintFinish, text: (task) => iso(task.finish) },
  { field: "duration", label: "duration", width: 34, edits: "duration", kind: "number", numeric: true, paint: ({ task }) => text(days(task)), text: days },
  {
    field: "percent", label: "percent", width: 46, edits: "percent", kind: "percent", numeric: true, phone: true,
    paint: paintPercent, text: (task) => `${tidy(task.percent)}%`,
  },
  {
    field: "predecessors", label: "predecessors", width: 84, edits: "predecessors", kind: "links",
    paint: ({ task }) => text(task.predecessors), text: (task) => task.predecessors,
  },
  { field: "planned", label: "planned", width: 60, numeric: true, paint: ({ task }) => text(`${Math.round(task.planned)}%`), text: (task) => `${tidy(task.planned)}%` },
  { field: "baseline", label: "baselineFinish", width: 62, paint: ({ task }, plan) => date(task.baselineFinish, plan), text: (task) => iso(task.baselineFinish) },
  { field: "behind", label: "behind", width: 60, numeric: true, paint: paintBehind, text: (task) => String(task.lateDays) },
  lazy("supporters", "supporters", 150, "long"),
  lazy("stand_in", "standIn", 60, "person"),
  lazy("key_output", "keyOutput", 140, "long"),
  lazy("delivery_standard", "deliveryStandard", 150, "long"),
  lazy("risk_point", "riskPoint", 140, "long"),
  lazy("resource_need", "resourceNeed", 120, "long"),
  lazy("urgency", "urgency", 54, "urgency"),
  lazy("quantity", "quantity", 60, "number"),
  lazy("unit", "unit", 46),
  lazy("deadline", "deadline", 86, "day"),
  lazy("remark", "remark", 150, "long"),
];

export const KNOWN = COLUMNS.map(({ field }) => field);
export const USUAL = KNOWN.slice(0, 9);
const BY_FIELD = new Map(COLUMNS.map((column) => [column.field, column]));

export const columnOf = (field: string): Column | undefined => BY_FIELD.get(field);

/** The columns in the order in which they stand. */
export function columnsOf(state: ColumnState, phone: boolean): Column[] {
  const wanted = phone ? COLUMNS.filter((column) => column.phone).map(({ field }) => field) : state.shown;
  return wanted.flatMap((field) => BY_FIELD.get(field) ?? []);
}

export const editsIn = (column: Column | undefined, task: Task): boolean => Boolean(column?.edits && canEdit(task, column.edits));

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

function paintBehind({ task }: Line): Node {
  if (!task.lateDays) return text("");
  return task.lateDays > 0 ? h("span", { class: "slip" }, `+${task.lateDays}`) : text(String(task.lateDays));
}

/** What has to fit into the columns of a plan: its longest code, and years beside the days. */
export interface Needs {
  code: number;
  day: number;
}

export function definitions(plan: () => Plan, state: ColumnState, phone: boolean, needs: Needs, paint: (column: Column, line: Line, plan: Plan) => Node): ColumnDefinition[] {
  return columnsOf(state, phone).map((column) => ({
    title: t(column.label),
    field: column.field,
    cssClass: `c-${column.field}${column.numeric ? " n" : ""}`,
    resizable: phone ? false : "header",
    minWidth: 30,
    ...widthOf(column, state, phone, needs),
    formatter: (cell: CellComponent) => paint(column, cell.getData() as Line, plan()) as HTMLElement,
  }));
}

function widthOf(column: Column, state: ColumnState, phone: boolean, needs: Needs): Partial<ColumnDefinition> {
  const chosen = phone ? undefined : state.widths[column.field];
  if (column.field === "name" && chosen === undefined) return { widthGrow: 1, minWidth: phone ? 110 : 120 };
  if (chosen !== undefined) return { width: chosen };
  if (column.field === "code") return { width: needs.code };
  const width = column.field === "start" || column.field === "finish" ? needs.day : column.width;
  // On a phone the last column ends at the gutter, as everything above it.
  return { width: phone && column.field === "percent" ? width + GUTTER : width };
}

const GUTTER = 12;

/** Deep codes (1.1.2.10) and days of another year (27-01-18) get the room that they need. */
export function needsOf(plan: Plan): Needs {
  const longest = plan.tasks.reduce((most, task) => Math.max(most, task.code.length), 0);
  const years = plan.tasks.some((task) => task.finish !== null && shortOf(task.finish, plan.year).length > 5);
  return { code: Math.max(56, 22 + longest * 7), day: years ? 62 : 46 };
}
