/** Every word that the board shows; the page gives them in its language through #board-labels, keyed by the English text. */
const LABELS = {
  todo: "Not started", doing: "In progress", done: "Done", blocked: "Blocked", cancelled: "Cancelled",
  late: "Late", shouldRun: "Should have started", deviates: "Deviation marked", critical: "Critical path",
  nobody: "No owner", nowhere: "No department", noPhase: "No phase",
  more: "{count} more", lateCount: "{count} late", running: "{count} running", empty: "Nothing here",
  move: "Move", moveTo: "Move “{task}” to", cancel: "Cancel",
  lifted: "“{task}” is lifted. It lies in {column}. Arrows choose the column, Space drops it, Escape puts it back.",
  over: "To {column}?", dropped: "“{task}” is in {column} now.", stays: "“{task}” stays in {column}.",
  loadFailed: "The board could not be loaded.", offline: "The server cannot be reached.",
  signedOut: "You were signed out. Sign in again in another tab.",
  noMatch: "No task matches the filter.", noTasks: "This plan has no tasks yet", noTasksText: "Tasks of the plan appear here as cards.", toPlan: "To the plan",
  finished: "“{task}” is done, finished on {day}.", otherDay: "Give another day", due: "due {day}",
} as const;

export type Label = keyof typeof LABELS;
let words: Record<string, string> = {};

export function useLabels(json: string | null | undefined): void {
  words = json ? (JSON.parse(json) as Record<string, string>) : {};
}

export function t(label: Label, values: Record<string, string | number> = {}): string {
  const english = LABELS[label];
  return (words[english] ?? english).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
