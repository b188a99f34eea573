import type { Label } from "./labels";

/** What a key does. `step`s go down and right; `shift` pulls the selection along. */
export type Act =
  | "down" | "up" | "left" | "right" | "next" | "previous" | "home" | "end" | "first" | "last" | "pageDown" | "pageUp" | "top" | "bottom"
  | "extendDown" | "extendUp" | "extendLeft" | "extendRight" | "extendHome" | "extendEnd" | "extendFirst" | "extendLast" | "extendPageDown" | "extendPageUp"
  | "all" | "row" | "edit" | "large" | "open" | "escape" | "clear" | "undo" | "redo" | "fillDown" | "indent" | "outdent" | "moveUp" | "moveDown"
  | "insertBelow" | "insertAbove" | "remove" | "find" | "help" | "menu" | "today" | "closer" | "wider";

const ACTS: Record<string, Act> = {
  ArrowDown: "down", ArrowUp: "up", ArrowLeft: "left", ArrowRight: "right", Tab: "next", "Shift+Tab": "previous",
  Home: "home", End: "end", "Ctrl+Home": "first", "Ctrl+End": "last", PageDown: "pageDown", PageUp: "pageUp", "Ctrl+ArrowDown": "bottom", "Ctrl+ArrowUp": "top",
  "Ctrl+ArrowLeft": "home", "Ctrl+ArrowRight": "end",
  "Shift+ArrowDown": "extendDown", "Shift+ArrowUp": "extendUp", "Shift+ArrowLeft": "extendLeft", "Shift+ArrowRight": "extendRight",
  "Shift+Home": "extendHome", "Shift+End": "extendEnd", "Ctrl+Shift+Home": "extendFirst", "Ctrl+Shift+End": "extendLast",
  "Shift+PageDown": "extendPageDown", "Shift+PageUp": "extendPageUp",
  "Ctrl+a": "all", "Shift+ ": "row", Enter: "edit", F2: "edit", "Alt+Enter": "large", " ": "open", "Ctrl+ ": "open", Escape: "escape",
  Delete: "clear", Backspace: "clear", "Ctrl+z": "undo", "Ctrl+Shift+z": "redo", "Ctrl+y": "redo", "Ctrl+d": "fillDown",
  "Alt+Shift+ArrowRight": "indent", "Alt+Shift+ArrowLeft": "outdent", "Alt+Shift+ArrowUp": "moveUp", "Alt+Shift+ArrowDown": "moveDown",
  Insert: "insertBelow", "Ctrl+Enter": "insertBelow", "Ctrl+Shift+Enter": "insertAbove", "Ctrl+Delete": "remove", "Ctrl+Backspace": "remove", "Ctrl+f": "find",
  "?": "help", "Shift+?": "help", ContextMenu: "menu", "Shift+F10": "menu",
};

/** In the chart, and for those who only read, letters are free for other things. */
const LETTERS: Record<string, Act> = { t: "today", "+": "closer", "Shift++": "closer", "=": "closer", "-": "wider" };

export const IN_CHART: readonly Act[] = ["escape", "today", "closer", "wider", "help", "find", "undo", "redo"];

type Pressed = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** The act that a key stands for; on a Mac the command key is the control key. */
export function actOf(event: Pressed, letters: boolean): Act | null {
  const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const held = `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${event.shiftKey ? "Shift+" : ""}${name}`;
  return ACTS[held] ?? (letters ? (LETTERS[held] ?? null) : null);
}

/** The list that `?` shows. */
export const KEY_LIST: readonly [string[], Label][] = [
  [["↑", "↓", "←", "→"], "keyMove"], [["Tab", "Shift Tab"], "keyTab"], [["Home", "End"], "keyHome"], [["Ctrl Home", "Ctrl End"], "keyFirst"],
  [["Shift ↑", "Shift ↓"], "keyExtend"], [["Shift Space"], "keyRow"], [["Ctrl A"], "keyAll"],
  [["Enter", "F2"], "keyEdit"], [["Alt Enter"], "keyLarge"], [["A…"], "keyType"], [["Esc"], "keyEscape"], [["Delete"], "keyClear"],
  [["Ctrl C", "Ctrl X", "Ctrl V"], "keyClipboard"], [["Ctrl D"], "keyFill"], [["Ctrl Z", "Ctrl Shift Z"], "keyUndo"],
  [["Ctrl Enter", "Insert"], "keyInsert"], [["Ctrl Shift Enter"], "keyAbove"], [["Ctrl Delete"], "keyRemove"],
  [["Alt Shift →", "Alt Shift ←"], "keyIndent"], [["Alt Shift ↑", "Alt Shift ↓"], "keyMoveRow"],
  [["Space"], "keyOpen"], [["Ctrl F"], "keyFind"], [["Shift F10"], "keyMenu"], [["T", "+", "-"], "keyChart"], [["?"], "keyHelp"],
];
