import { describe, expect, it } from "vitest";
import { samplePlan } from "./fixture";
import { NO_FILTERS } from "./filters";
import { arrange } from "./layout";
import { LinkIndex, route, type Place } from "./links";

const bar = (left: number, right: number, row: number, milestone = false): Place => ({
  left, right, top: row * 36 + 8, bottom: row * 36 + 22, mid: row * 36 + 15, milestone,
});

describe("route", () => {
  it("falls into a successor that begins later", () => {
    expect(route("FS", bar(0, 46, 0), bar(46, 88, 1))).toEqual({ line: "M46 15H50V40", head: "M50 44l-3.5-5h7z" });
  });
  it("rises into a successor above", () => {
    expect(route("FS", bar(0, 46, 1), bar(60, 88, 0)).line).toBe("M46 51H64V26");
  });
  it("falls onto the tip of a milestone", () => {
    expect(route("FS", bar(0, 40, 0), bar(42, 58, 1, true)).line).toBe("M40 15H50V40");
  });
  it("goes back between the rows when the successor begins too early", () => {
    expect(route("FS", bar(0, 46, 0), bar(20, 60, 1))).toEqual({ line: "M46 15H52V37H13V51H19", head: "M19 51l-5-3.5v7z" });
  });
  it("goes around the starts (SS) and the ends (FF)", () => {
    expect(route("SS", bar(30, 50, 0), bar(60, 90, 2)).line).toBe("M30 15H24V87H59");
    expect(route("FF", bar(30, 50, 0), bar(10, 40, 2)).line).toBe("M50 15H58V87H41");
  });
  it("enters the end from outside (SF)", () => {
    expect(route("SF", bar(60, 90, 0), bar(10, 40, 1)).head).toBe("M41 51l5-3.5v7z");
  });
});

describe("index", () => {
  const plan = samplePlan();
  const open = arrange(plan, { view: "wbs", filters: NO_FILTERS, me: null, collapsed: new Set(), nobody: "" });
  it("finds links that touch a window", () => {
    const index = new LinkIndex(plan.links, open);
    expect(index.within(3, 9, 10).map(({ from, to }) => [from, to])).toEqual([[2, 3]]);
    expect(index.within(0, 4, 10)).toHaveLength(2);
    expect(index.within(0, 4, 1)).toHaveLength(1);
  });
  it("leaves out links of hidden rows", () => {
    const closed = arrange(plan, { view: "wbs", filters: NO_FILTERS, me: null, collapsed: new Set(["1"]), nobody: "" });
    expect(new LinkIndex(plan.links, closed).within(0, 9, 10)).toEqual([]);
  });
});
