import { describe, expect, it } from "vitest";
import { dayOf } from "./days";
import { samplePlan } from "./fixture";
import { matches, NO_FILTERS, passes } from "./filters";
import { arrange, type View } from "./layout";
import type { Task } from "./model";

function shown(view: View, query = "", collapsed: string[] = []): string[] {
  return arrange(samplePlan(), { view, filters: { ...NO_FILTERS, query }, me: 11, collapsed: new Set(collapsed), nobody: "—" }).lines.map(({ task }) => task.name);
}

describe("tree", () => {
  it("shows all rows and where each stands", () => {
    const { lines, lineOf } = arrange(samplePlan(), { view: "wbs", filters: NO_FILTERS, me: null, collapsed: new Set(), nobody: "—" });
    expect(lines.map(({ expanded }) => expanded)).toEqual([true, null, null, null, null]);
    expect([...lineOf]).toEqual([0, 1, 2, 3, 4]);
  });
  it("hides what is below a closed row", () => {
    expect(shown("wbs", "", ["1"])).toEqual(["研发", "培训"]);
    const { lineOf } = arrange(samplePlan(), { view: "wbs", filters: NO_FILTERS, me: null, collapsed: new Set(["1"]), nobody: "—" });
    expect([...lineOf]).toEqual([0, -1, -1, -1, 1]);
  });
  it("keeps the parents of what the filter finds, even closed ones", () => {
    expect(shown("wbs", "整改", ["1"])).toEqual(["研发", "整改"]);
    expect(shown("wbs", "没有")).toEqual([]);
  });
});

describe("filter", () => {
  const task = samplePlan().tasks[2] as Task;
  it.each([["整", true], ["赵六", true], ["质量", true], ["1.2", true], ["1", true], ["赵六 整改", true], ["李四", false], ["1.20", false], [" ", true]])(
    "%s → %s", (query, found) => expect(matches(task, query)).toBe(found));
});

describe("several filters", () => {
  const plan = samplePlan();
  const found = (part: Partial<typeof NO_FILTERS>): string[] => plan.tasks.filter((task) => passes(task, { ...NO_FILTERS, ...part })).map(({ name }) => name);
  it("need all kinds, and any value of one kind", () => {
    expect(found({ states: ["done", "blocked"] })).toEqual(["设计", "整改"]);
    expect(found({ states: ["done", "blocked"], people: ["赵六"] })).toEqual(["整改"]);
    expect(found({ critical: true, departments: ["研发部"] })).toEqual(["定型"]);
    expect(found({ marked: true })).toEqual(["定型"]);
  });
  it("know days that overlap; tasks without dates have none", () => {
    expect(found({ from: "2024-04-20", to: "2024-04-22" })).toEqual(["研发", "整改"]);
    expect(found({ to: "2024-03-04" })).toEqual(["研发", "设计"]);
  });
  it("leave the way to one's own work in the tree", () => {
    expect(shown("mine")).toEqual(["研发", "设计", "定型"]);
  });
});

describe("groups", () => {
  it("gathers tasks by department, those without one last", () => {
    expect(shown("department")).toEqual(["研发部", "设计", "定型", "质量部", "整改", "—", "培训"]);
  });
  it("gathers by person and closes a group", () => {
    expect(shown("person", "", ["person:李四"])).toEqual(["李四", "赵六", "整改", "—", "培训"]);
  });
  it("spans its tasks and weighs their percent by duration", () => {
    const [group] = arrange(samplePlan(), { view: "department", filters: NO_FILTERS, me: null, collapsed: new Set(), nobody: "—" }).lines;
    expect(group?.task).toMatchObject({ index: -1, kind: "summary", start: dayOf("2024-03-04"), finish: dayOf("2024-04-23"), duration: 8, percent: 100 });
  });
});
