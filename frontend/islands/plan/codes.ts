/** WBS codes ("1.1.2") in reading order. A level that jumps is drawn one step below its predecessor. */
export function codesOf(levels: readonly number[]): string[] {
  const counters: number[] = [];
  return levels.map((wanted) => {
    const level = Math.max(0, Math.min(wanted, counters.length));
    counters.length = level + 1;
    counters[level] = (counters[level] ?? 0) + 1;
    return counters.join(".");
  });
}
