import type { Line } from "./layout";
import type { Plan, Task } from "./model";

/** Where rows go: under a parent, before one of its children; null is the top, or the end. */
export interface Target {
  parent: number | null;
  before: number | null;
}

export interface Drop extends Target {
  level: number;
}

const idAt = (plan: Plan, index: number): number | null => plan.tasks[index]?.id ?? null;

/** Of the chosen tasks those that no other chosen one contains, in the order of the plan. */
export function topmost(plan: Plan, tasks: readonly Task[]): Task[] {
  const chosen = new Set(tasks.map(({ index }) => index));
  const inside = (task: Task): boolean => {
    for (let at = task.parent; at >= 0; at = plan.tasks[at]?.parent ?? -1) if (chosen.has(at)) return true;
    return false;
  };
  return [...tasks].sort((a, b) => a.index - b.index).filter((task) => task.index >= 0 && !inside(task));
}

/** Index behind the last task inside `task`. */
export function endOf(plan: Plan, task: Task): number {
  let at = task.index + 1;
  while ((plan.tasks[at]?.level ?? -1) > task.level) at++;
  return at;
}

function siblingAfter(plan: Plan, task: Task): Task | null {
  const next = plan.tasks[endOf(plan, task)];
  return next && next.parent === task.parent ? next : null;
}

function siblingBefore(plan: Plan, task: Task): Task | null {
  for (let at = task.index - 1; at > task.parent; at--) if (plan.tasks[at]?.parent === task.parent) return plan.tasks[at] ?? null;
  return null;
}

/** A step up or down among brothers; null where there is no further way. */
export function stepped(plan: Plan, tasks: readonly Task[], step: -1 | 1): Target | null {
  const [first, last] = [tasks[0], tasks[tasks.length - 1]];
  if (!first || !last || tasks.some(({ parent }) => parent !== first.parent)) return null;
  const passed = step < 0 ? siblingBefore(plan, first) : siblingAfter(plan, last);
  if (!passed) return null;
  const before = step < 0 ? passed : siblingAfter(plan, passed);
  return { parent: idAt(plan, first.parent), before: before?.id ?? null };
}

/** The place of a new row below this one: inside an open summary first, else behind its task. */
export function below(plan: Plan, line: Line): Target {
  const { task } = line;
  const child = plan.tasks[task.index + 1];
  if (line.expanded && child && child.level > task.level) return { parent: task.id, before: child.id };
  return { parent: idAt(plan, task.parent), before: siblingAfter(plan, task)?.id ?? null };
}

export const above = (plan: Plan, task: Task): Target => ({ parent: idAt(plan, task.parent), before: task.id });

/**
 * What a drop between two lines means. `boundary` is the line above which the rows are let go, `wanted` the level that the pointer
 * stands at; levels between those of both neighbours are possible. Null when the place is inside what is dragged.
 */
export function dropAt(plan: Plan, lines: readonly Line[], dragged: readonly Task[], boundary: number, wanted: number): Drop | null {
  const within = (task: Task | undefined): boolean => task !== undefined && dragged.some((one) => task.index >= one.index && task.index < endOf(plan, one));
  let up = boundary - 1;
  let down = boundary;
  if (within(lines[up]?.task) && within(lines[down]?.task)) return null;
  while (within(lines[up]?.task)) up--;
  while (within(lines[down]?.task)) down++;
  const [previous, next] = [lines[up], lines[down]];
  const most = previous ? previous.level + (previous.task.kind === "milestone" ? 0 : 1) : 0;
  const level = Math.max(next?.level ?? 0, Math.min(wanted, most));
  let parent = previous?.task ?? null;
  while (parent && parent.level >= level) parent = plan.tasks[parent.parent] ?? null;
  return { level, parent: parent?.id ?? null, before: next && next.level === level ? next.task.id : null };
}
