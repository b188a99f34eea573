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
  noPerson: "Nobody of this name",
  badDate: "Write a date like 2024-04-18.", badNumber: "Write a number.", badPercent: "Write a number from 0 to 100.",
  editing: "{field} of {task}",
  willChange: "{count} tasks will follow", willHappen: "Please confirm", apply: "Apply changes", cancel: "Cancel",
  savedText: "Saved: {field} of “{task}” is {value}.",
  conflictText: "It has been loaded again. Your change was not saved: {field} of “{task}” → {value}.", saving: "Being saved",
  noBaseline: "No baseline", baselineNo: "Baseline {number} of {day}", latestBaseline: "{baseline} (latest)",
  failed: "This did not work: {reason}", offline: "The server cannot be reached.", dismiss: "Dismiss",
  drawerFailed: "The task could not be loaded.",
  planned: "Planned progress", baselineFinish: "Baseline finish", behind: "Days behind", supporters: "Supporters", standIn: "B-role stand-in",
  keyOutput: "Key output", deliveryStandard: "Delivery standard", riskPoint: "Risk point", resourceNeed: "Resource need",
  urgency: "Urgency", quantity: "Quantity", unit: "Unit", deadline: "Deadline", remark: "Remark", milestone: "Milestone", urgent: "Urgent",
  regular: "Regular", quarterOf: "Q{quarter}", choices: "Choices", noTask: "No task {code}", mo: "Mo", tu: "Tu", we: "We", th: "Th",
  fr: "Fr", sa: "Sa", su: "Su", monthBefore: "Previous month", monthAfter: "Next month", badName: "Write a name.",
  badUrgency: "Choose urgent or regular.", willWrite: "{cells} changes in {rows} rows", andMore: "and {count} more", undo: "Undo",
  redo: "Redo", undone: "Undone: {label}", redone: "Done again: {label}", undoOf: "Undo: {label} (Ctrl+Z)",
  redoOf: "Redo: {label} (Ctrl+Y)", nothingToUndo: "Nothing to undo", nothingToRedo: "Nothing to redo", rowNumber: "Row {row}",
  nothingWritten: "Nothing was written. Please correct first:", notDone: "The plan has been loaded again; nothing was written.",
  tryAgain: "Try it again", rowNew: "New: {task}", rowGone: "Removed: {task}", nothingToClear: "Nothing here can be cleared.",
  nothingToPaste: "Nothing can be pasted into these columns.", cleared: "Cleared {count} cells", filled: "Filled {count} cells",
  pasted: "Pasted {count} cells", pasteCut: "Some rows are hidden. Paste into the {count} rows in sight only?", newRow: "New task",
  inserted: "Row inserted", removeOne: "Remove “{task}”?", removeMany: "Remove {count} tasks?",
  removeLinks: "{count} links to and among them will be removed too. This can be undone.", removeText: "This can be undone.",
  remove: "Delete", removed: "Removed {count} tasks", indented: "Indented {count} rows", outdented: "Outdented {count} rows",
  noFurther: "It cannot go further this way.", movedRows: "Moved {count} rows", assigned: "Changed {count} tasks",
  nothingToShift: "None of these tasks has a date to shift.", shifted: "Shifted {count} tasks by {days} days",
  nothingToChain: "These tasks follow one another already.", chained: "Chained {count} tasks", columns: "Columns",
  usualColumns: "Usual columns", moveUp: "Move up", moveDown: "Move down", filters: "Filters", dropFilter: "Remove the filter {filter}",
  foundRows: "{count} tasks", state: "State", only: "Only", onlyLate: "Late", onlyCritical: "Critical", onlyMarked: "Deviation marked",
  dates: "Dates", fromDay: "First day", toDay: "Last day", bulk: "For the selected rows", chosenRows: "{count} rows", shiftDates: "Shift dates",
  chain: "Chain one after another", clearSelection: "Clear the selection", search: "Search", daysLater: "Days (negative: earlier)",
  shiftHint: "Calendar days; a day off becomes the next working day.", into: "into {task}", toTop: "to the top level",
  rowMenu: "For this row", insertAbove: "Insert above", insertBelow: "Insert below", indent: "Indent", outdent: "Outdent",
  makeTask: "Make it a task", makeMilestone: "Make it a milestone", removeRows: "Remove rows", openTask: "Open the task",
  copyLink: "Copy the link", linkCopied: "Link copied", keysTitle: "Keys of the plan", close: "Close", save: "Save", saved: "Saved: {task}",
  nothingMine: "No task of this plan is yours.", noneSuch: "No task passes the filters.", levels: "Levels", expandAll: "Expand all",
  collapseAll: "Collapse all", toLevel: "Down to level {level}", writeFirst: "Write the first task here",
  keyMove: "move; open and close on the name", keyTab: "next and previous cell", keyHome: "first and last column",
  keyFirst: "first and last cell", keyExtend: "select several cells", keyRow: "select the row", keyAll: "select all",
  keyEdit: "edit; Enter again goes down", keyLarge: "edit in a large box", keyType: "overwrite the cell",
  keyEscape: "give up; then Tab leaves the table", keyClear: "clear the cells", keyClipboard: "copy, cut, paste, also from and to Excel",
  keyFill: "fill down", keyUndo: "undo, redo", keyInsert: "insert a row below", keyAbove: "insert a row above",
  keyRemove: "remove the rows", keyIndent: "indent, outdent", keyMoveRow: "move the rows up, down", keyOpen: "open the task",
  keyFind: "search", keyMenu: "menu of the row", keyChart: "in the chart: today, closer, wider", keyHelp: "this list",
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
