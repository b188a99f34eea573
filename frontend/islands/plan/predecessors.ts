import type { Plan, Task } from "./model";

/** One predecessor as typed, and the task that its code names. */
export interface Found {
  code: string;
  task: Task | null;
}

const BETWEEN = /[;；,，、\n]/u;
const CODE = /^\s*(\d+(?:[.．]\d+)*)/u;

const plain = (text: string): string => text.normalize("NFKC");

/** Reads `3FS+2d, 1.2SS, 3完成后2天`: the codes; how they are linked is read by the server. */
export function predecessorsIn(text: string, plan: Plan): Found[] {
  const byCode = new Map(plan.tasks.map((task) => [task.code, task]));
  return plain(text).split(BETWEEN).map((part) => part.trim()).filter(Boolean).map((part) => {
    const code = CODE.exec(part)?.[1] ?? part;
    return { code, task: byCode.get(code) ?? null };
  });
}

/** Tasks that the part after the last separator may mean: by code from the front, or by a piece of the name. */
export function candidates(text: string, plan: Plan, own: Task, most: number): Task[] {
  const typed = lastPart(text).trim().toLowerCase();
  if (!typed) return [];
  const fits = (task: Task): boolean => task.code.startsWith(typed) || task.name.toLowerCase().includes(typed);
  const found: Task[] = [];
  for (const task of plan.tasks) {
    if (task.index !== own.index && fits(task)) found.push(task);
    if (found.length === most) break;
  }
  return found;
}

const lastPart = (text: string): string => plain(text).split(BETWEEN).at(-1) ?? "";

/** The text with its last part replaced by the code of the task that was picked. */
export function completed(text: string, task: Task): string {
  const normal = plain(text);
  return `${normal.slice(0, normal.length - lastPart(normal).length)}${task.code}`;
}

/** The predecessors with one more; a task that is there already stays as it is. */
export function withPredecessor(before: string, code: string, plan: Plan): string {
  const there = predecessorsIn(before, plan).some((found) => found.code === code);
  return there ? before : [before, code].filter(Boolean).join(";");
}
