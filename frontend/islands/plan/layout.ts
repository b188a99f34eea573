import { isFiltered, passes, type Filters } from "./filters";
import type { Plan, Task } from "./model";

export type View = "wbs" | "department" | "person" | "mine";

/** One visible line: a task, or the heading of a group. */
export interface Line {
  key: string;
  task: Task;
  level: number;
  /** null: nothing to open */
  expanded: boolean | null;
}

export interface Arrangement {
  lines: Line[];
  /** line on which a task stands, by its index in the plan; -1 when hidden */
  lineOf: Int32Array;
}

export interface Wishes {
  view: View;
  collapsed: ReadonlySet<string>;
  filters: Filters;
  /** who looks at it, for the view of his own work */
  me: number | null;
  /** heading of tasks that nobody owns */
  nobody: string;
}

export function arrange(plan: Plan, wishes: Wishes): Arrangement {
  const lines = wishes.view === "wbs" || wishes.view === "mine" ? treeLines(plan, wishes) : groupLines(plan, wishes);
  const lineOf = new Int32Array(plan.tasks.length).fill(-1);
  lines.forEach((line, position) => {
    if (line.task.index >= 0) lineOf[line.task.index] = position;
  });
  return { lines, lineOf };
}

export const keyOf = (task: Task): string => String(task.id);

/** Whether a tree shows only what matches, with the way to it; its lines are all open then. */
export const isNarrowed = ({ view, filters }: Pick<Wishes, "view" | "filters">): boolean => view === "mine" || isFiltered(filters);

function treeLines(plan: Plan, wishes: Wishes): Line[] {
  const { collapsed, filters, view, me } = wishes;
  const isWanted = (task: Task): boolean => passes(task, filters) && (view !== "mine" || (me !== null && task.personId === me));
  const wanted = isNarrowed(wishes) ? withAncestors(plan, isWanted) : null;
  const lines: Line[] = [];
  let hiddenBelow = Infinity;
  for (const task of plan.tasks) {
    if (task.level > hiddenBelow) continue;
    hiddenBelow = Infinity;
    if (wanted && !wanted[task.index]) continue;
    const open = task.kind !== "summary" && !hasChild(plan, task) ? null : wanted !== null || !collapsed.has(keyOf(task));
    if (open === false) hiddenBelow = task.level;
    lines.push({ key: keyOf(task), task, level: task.level, expanded: open });
  }
  return lines;
}

function hasChild(plan: Plan, task: Task): boolean {
  return (plan.tasks[task.index + 1]?.level ?? 0) > task.level;
}

function withAncestors(plan: Plan, isWanted: (task: Task) => boolean): Uint8Array {
  const wanted = new Uint8Array(plan.tasks.length);
  for (const task of plan.tasks) {
    if (!isWanted(task)) continue;
    for (let at: number = task.index; at >= 0 && !wanted[at]; at = plan.tasks[at]?.parent ?? -1) wanted[at] = 1;
  }
  return wanted;
}

function groupLines(plan: Plan, { view, collapsed, filters, nobody }: Wishes): Line[] {
  const groups = new Map<string, Task[]>();
  for (const task of plan.tasks) {
    if (task.kind === "summary" || !passes(task, filters)) continue;
    const name = (view === "person" ? task.person : task.department) || "";
    const members = groups.get(name);
    if (members) members.push(task);
    else groups.set(name, [task]);
  }
  const lines: Line[] = [];
  // The group without an owner stands last: it is what remains to be dealt out.
  const names = [...groups.keys()].sort((a, b) => Number(a === "") - Number(b === ""));
  names.forEach((name) => {
    const members = (groups.get(name) ?? []).sort((a, b) => (a.start ?? Infinity) - (b.start ?? Infinity) || a.index - b.index);
    const key = `${view}:${name}`;
    const open = !collapsed.has(key);
    lines.push({ key, task: heading(name || nobody, view, members), level: 0, expanded: open });
    if (open) members.forEach((task) => lines.push({ key: keyOf(task), task, level: 1, expanded: null }));
  });
  return lines;
}

/** A bracket over all tasks of the group; its percent is weighted by duration. */
function heading(name: string, view: View, members: Task[]): Task {
  const starts = members.flatMap((task) => task.start ?? []);
  const finishes = members.flatMap((task) => task.finish ?? []);
  const days = members.reduce((sum, task) => sum + task.duration, 0);
  const done = members.reduce((sum, task) => sum + task.duration * task.percent, 0);
  const percent = days ? done / days : 0;
  const first = members[0];
  return {
    index: -1, id: -1, level: 0, code: "", kind: "summary",
    state: percent >= 100 ? "done" : percent > 0 ? "doing" : "todo",
    late: false, critical: false, deviates: false, conflict: false, shouldHaveStarted: false,
    name, personId: null, person: "", department: view === "person" ? (first?.department ?? "") : "",
    start: starts.length ? least(starts) : null, finish: finishes.length ? greatest(finishes) : null,
    duration: days, percent: Math.round(percent), planned: 0,
    baselineStart: null, baselineFinish: null, lateDays: 0, predecessors: "", note: "", parent: -1,
  };
}

// Math.min(...list) overflows the stack beyond some 100,000 arguments.
export const least = (list: readonly number[]): number => list.reduce((a, b) => (b < a ? b : a), Infinity);
export const greatest = (list: readonly number[]): number => list.reduce((a, b) => (b > a ? b : a), -Infinity);
