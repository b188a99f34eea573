import { isoOf } from "./days";
import { t, type Label } from "./labels";
import type { Plan, Task } from "./model";

export interface Difference {
  id: number;
  /** for people: what is another now, from what to what */
  words: string;
}

const day = (value: number | null): string => (value === null ? "–" : isoOf(value));

const SEEN: readonly [Label, (task: Task) => string][] = [
  ["task", (task) => task.name], ["owner", (task) => task.person], ["department", (task) => task.department],
  ["start", (task) => day(task.start)], ["finish", (task) => day(task.finish)], ["duration", (task) => String(task.duration)],
  ["percent", (task) => `${task.percent}%`], ["predecessors", (task) => task.predecessors], ["code", (task) => task.code],
];

/** What somebody else has made of the plan: tasks of the new one that were another, new, or are gone. */
export function difference(before: Plan, after: Plan): Difference[] {
  const old = new Map(before.tasks.map((task) => [task.id, task]));
  const found = after.tasks.flatMap((task) => {
    const was = old.get(task.id);
    old.delete(task.id);
    if (!was) return [{ id: task.id, words: t("rowNew", { task: task.name }) }];
    const parts = SEEN.filter(([, read]) => read(was) !== read(task)).map(([label, read]) => `${t(label)} ${read(was) || "–"} → ${read(task) || "–"}`);
    // A row that only moved up or down because others did is no news.
    const isNews = parts.length > 0 && !(parts.length === 1 && was.code !== task.code && was.parent === task.parent);
    return isNews ? [{ id: task.id, words: `${task.code} ${task.name}：${parts.join("，")}` }] : [];
  });
  return [...found, ...[...old.values()].map((task) => ({ id: task.id, words: t("rowGone", { task: task.name }) }))];
}
