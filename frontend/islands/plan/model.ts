import { codesOf } from "./codes";
import { dayOf, type Day } from "./days";

export type Kind = "summary" | "task" | "milestone";
export type State = "todo" | "doing" | "done" | "blocked" | "cancelled";
/** What colour and icon a row has: its state, or `late` where lateness outweighs it. */
export type Look = State | "late";
export type LinkKind = "FS" | "SS" | "FF" | "SF";

const KINDS: readonly Kind[] = ["summary", "task", "milestone"];
const STATES: readonly State[] = ["todo", "doing", "done", "blocked", "cancelled"];
const LINK_KINDS: readonly LinkKind[] = ["FS", "SS", "FF", "SF"];

export interface Task {
  /** position in the plan; -1 for a group heading, which stands for no task */
  index: number;
  id: number;
  level: number;
  code: string;
  kind: Kind;
  state: State;
  late: boolean;
  critical: boolean;
  deviates: boolean;
  conflict: boolean;
  shouldHaveStarted: boolean;
  name: string;
  personId: number | null;
  person: string;
  department: string;
  start: Day | null;
  finish: Day | null;
  /** working days */
  duration: number;
  /** 0..100 */
  percent: number;
  planned: number;
  baselineStart: Day | null;
  baselineFinish: Day | null;
  /** days behind the baseline (negative: ahead) */
  lateDays: number;
  predecessors: string;
  note: string;
  /** index of the summary above, -1 at the top */
  parent: number;
}

export interface Person {
  id: number;
  name: string;
  department: string;
  /** pinyin and initials, for those who type them */
  keys: string;
}

export interface Link {
  from: number;
  to: number;
  kind: LinkKind;
  critical: boolean;
}

export interface Holiday {
  first: Day;
  last: Day;
  name: string;
}

export interface Plan {
  version: number;
  asOf: Day;
  /** whether the status date is the day on which the page was asked for */
  isToday: boolean;
  start: Day | null;
  finish: Day | null;
  /** year that dates are shown without */
  year: number;
  tasks: Task[];
  links: Link[];
  people: Person[];
  holidays: Holiday[];
  /** weekdays off, 0 = Monday */
  weekend: ReadonlySet<number>;
  /** weekend days that are worked */
  makeUpDays: ReadonlySet<Day>;
  /** names of the departments that take part */
  departments: string[];
  /** what can be taken back and done again, in words; null when there is nothing */
  undo: string | null;
  redo: string | null;
  /** which schedule is shown, where the server offers both */
  mode: Mode | null;
  /** baselines by number with the day of each, the latest at the end */
  baselines: { number: number; day: Day }[];
  /** texts of the columns that are fetched when they are shown, by the index of the task */
  texts: Map<string, string[]>;
}

export type Mode = "forecast" | "strict";

type RawRow = [
  number, number, number, number, number, string, number, number, number | null, number | null,
  number, number, number, number | null, number | null, number, string, string,
];

export interface RawPlan {
  version: number;
  asOf: string;
  isToday?: boolean;
  start: string | null;
  finish: string | null;
  origin: string;
  departments: string[];
  people: [number, string, number, ...string[]][];
  rows: RawRow[];
  links: [number, number, number, number][];
  daysOff: [number, number, string][];
  weekend: number[];
  workdays: number[];
  undo?: string | null;
  redo?: string | null;
  mode?: Mode;
  baselines?: [number, string][];
}

/** Raised when the answer of the server is not a plan. */
export class PlanUnreadable extends Error {}

export function readPlan(raw: RawPlan): Plan {
  if (!raw || !Array.isArray(raw.rows) || typeof raw.origin !== "string") throw new PlanUnreadable("no rows");
  const origin = dayOf(raw.origin);
  const at = (offset: number | null): Day | null => (offset === null ? null : origin + offset);
  const people = raw.people.map(([id, name, where, ...keys]) => ({ id, name, department: raw.departments[where] ?? "", keys: keys.join(" ").toLowerCase() }));
  const codes = codesOf(raw.rows.map((row) => row[1]));
  const above: number[] = [];
  const tasks = raw.rows.map((row, index) => {
    const code = codes[index] ?? "";
    const level = code.split(".").length - 1;
    const task = readTask(row, { index, level, code, parent: above[level - 1] ?? -1, at, people, departments: raw.departments });
    above.length = level;
    above.push(index);
    return task;
  });
  return {
    version: raw.version,
    asOf: dayOf(raw.asOf),
    isToday: raw.isToday ?? true,
    start: raw.start ? dayOf(raw.start) : null,
    finish: raw.finish ? dayOf(raw.finish) : null,
    year: Number((raw.start ?? raw.asOf).slice(0, 4)),
    tasks,
    people,
    links: raw.links
      .filter(([from, to]) => from in tasks && to in tasks)
      .map(([from, to, kind, critical]) => ({ from, to, kind: LINK_KINDS[kind] ?? "FS", critical: critical === 1 })),
    holidays: raw.daysOff.map(([first, last, name]) => ({ first: origin + first, last: origin + last, name })),
    weekend: new Set(raw.weekend),
    makeUpDays: new Set(raw.workdays.map((offset) => origin + offset)),
    departments: raw.departments,
    undo: raw.undo ?? null,
    redo: raw.redo ?? null,
    mode: raw.mode ?? null,
    baselines: (raw.baselines ?? []).map(([number, iso]) => ({ number, day: dayOf(iso) })),
    texts: new Map(),
  };
}

interface Surroundings {
  index: number;
  level: number;
  code: string;
  parent: number;
  at(offset: number | null): Day | null;
  people: Person[];
  departments: string[];
}

function readTask(row: RawRow, { index, level, code, parent, at, people, departments }: Surroundings): Task {
  const person = people[row[6]];
  const flags = row[4];
  const start = at(row[8]);
  const finish = at(row[9]);
  return {
    index, level, code, parent,
    id: row[0],
    kind: KINDS[row[2]] ?? "task",
    state: STATES[row[3]] ?? "todo",
    late: (flags & 1) !== 0,
    critical: (flags & 2) !== 0,
    deviates: (flags & 4) !== 0,
    conflict: (flags & 8) !== 0,
    shouldHaveStarted: (flags & 16) !== 0,
    name: row[5],
    personId: person?.id ?? null,
    person: person?.name ?? "",
    department: departments[row[7]] ?? "",
    start: start ?? finish,
    finish: finish ?? start,
    duration: row[10],
    percent: row[11],
    planned: row[12],
    baselineStart: at(row[13]),
    baselineFinish: at(row[14]),
    lateDays: row[15],
    predecessors: row[16],
    note: row[17],
  };
}

/** Blocked, finished and cancelled rows say so; of the others a late one says that it is late. */
export function lookOf(task: Task): Look {
  return task.late && (task.state === "todo" || task.state === "doing") ? "late" : task.state;
}

export const FIELDS = [
  "name", "start", "finish", "duration", "owner", "department", "percent", "predecessors", "milestone", "supporters", "stand_in", "key_output",
  "delivery_standard", "risk_point", "resource_need", "urgency", "quantity", "unit", "remark", "deadline",
] as const;
export type Field = (typeof FIELDS)[number];
export type Value = string | number | boolean | null;

/** What a summary rolls up from its tasks. */
const ROLLED_UP: readonly Field[] = ["start", "finish", "duration", "percent", "milestone", "quantity", "unit"];

/** Summaries roll up from their tasks; a milestone has no duration. */
export function canEdit(task: Task, field: Field): boolean {
  if (task.index < 0 || task.state === "cancelled") return false;
  if (task.kind === "summary") return !ROLLED_UP.includes(field);
  return task.kind === "task" || field !== "duration";
}
