/** Which columns are shown, in which order and how wide; what a person keeps as `plan.columns`. */
export interface ColumnState {
  shown: string[];
  widths: Record<string, number>;
}

const LEAST = 30;
const MOST = 800;
/** The tree itself cannot be put away. */
export const FIXED = ["code", "name"] as const;

/** What was kept, made safe: unknown columns fall out, the fixed ones stand first. */
export function readState(kept: unknown, known: readonly string[], usual: readonly string[]): ColumnState {
  const value = kept && typeof kept === "object" ? (kept as { shown?: unknown; widths?: unknown }) : {};
  const shown = Array.isArray(value.shown) ? value.shown.filter((field): field is string => known.includes(field as string)) : usual;
  const widths: Record<string, number> = {};
  for (const [field, width] of Object.entries((value.widths ?? {}) as Record<string, unknown>)) {
    if (known.includes(field) && typeof width === "number" && Number.isFinite(width)) widths[field] = Math.max(LEAST, Math.min(MOST, Math.round(width)));
  }
  return { shown: inOrder(shown), widths };
}

/** From the address: `a,b,c`; null when it names none that there is. */
export function shownFrom(text: string | null, known: readonly string[]): string[] | null {
  const named = (text ?? "").split(",").filter((field) => known.includes(field));
  return named.length ? inOrder(named) : null;
}

export function inOrder(shown: readonly string[]): string[] {
  return [...new Set([...FIXED, ...shown])];
}

export function turned(state: ColumnState, field: string, known: readonly string[]): ColumnState {
  if ((FIXED as readonly string[]).includes(field)) return state;
  if (state.shown.includes(field)) return { ...state, shown: state.shown.filter((one) => one !== field) };
  // A column comes back where it stands in the full list: after the nearest one before it that is shown.
  const before = known.slice(0, known.indexOf(field)).reverse().find((one) => state.shown.includes(one));
  const at = before === undefined ? FIXED.length : state.shown.indexOf(before) + 1;
  return { ...state, shown: inOrder(state.shown.toSpliced(at, 0, field)) };
}

export function moved(state: ColumnState, field: string, step: number): ColumnState {
  const from = state.shown.indexOf(field);
  const to = from + step;
  if (from < FIXED.length || to < FIXED.length || to >= state.shown.length) return state;
  return { ...state, shown: state.shown.toSpliced(from, 1).toSpliced(to, 0, field) };
}
