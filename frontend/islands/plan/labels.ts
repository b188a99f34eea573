/** Every word that the island shows. The page replaces them by its own language through #plan-labels. */
export const LABELS = {
  code: "No.", task: "Task", owner: "Owner", department: "Department", start: "Start", finish: "Finish",
  duration: "Days", percent: "Progress", predecessors: "Predecessors",
  todo: "Not started", doing: "In progress", done: "Done", late: "Late", blocked: "Blocked", cancelled: "Cancelled",
  critical: "Critical path", baseline: "Baseline",
  conflict: "Conflict", deviates: "Deviation marked", shouldHaveStarted: "Should have started",
  today: "Today", asOf: "As of", daysLate: "{days} days late", daysEarly: "{days} days early",
  year: "{year}", yearMonth: "{month}/{year}", month: "{month}", shortDate: "{month}/{day}",
  from: "{start} to {finish}",
  foot: "Version {version}, {links} links", nobody: "No owner", noDepartment: "No department",
  grid: "Work breakdown", gantt: "Gantt chart", table: "Table", splitter: "Width of the table", show: "Show",
  loading: "Loading the plan…", loadFailed: "The plan could not be loaded.", retry: "Try again",
  emptyTitle: "This plan has no tasks yet", emptyText: "Bring the plan from a workbook, or begin with the first task.",
  import: "Import Excel", newTask: "New task",
  noMatch: "No task matches “{query}”.", clearFilter: "Clear the filter",
  choosePerson: "Search people", noPerson: "Nobody of this name", unassigned: "Nobody",
  badDate: "Write a date like 2024-04-18.", badNumber: "Write a number.", badPercent: "Write a number from 0 to 100.",
  editing: "{field} of {task}",
  willChange: "{count} tasks will follow", willHappen: "Please confirm", apply: "Apply changes", cancel: "Cancel",
  savedText: "Saved: {field} of “{task}” is {value}.",
  conflictText: "Somebody else has changed the plan; it has been loaded again. Your change was not saved: {field} of “{task}” → {value}.",
  failed: "This did not work: {reason}", offline: "The server cannot be reached.", dismiss: "Dismiss",
  drawerFailed: "The task could not be loaded.",
} as const;

export type Label = keyof typeof LABELS;

let words: Record<string, string> = {};

/** Labels are keyed by their English text, as the server's catalogue is. */
export function useLabels(json: string | null | undefined): void {
  const given: unknown = json ? JSON.parse(json) : {};
  words = given && typeof given === "object" ? (given as Record<string, string>) : {};
}

export function t(label: Label, values: Record<string, string | number> = {}): string {
  const english = LABELS[label];
  return (words[english] ?? english).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
