import { describe, expect, it } from "vitest";
import { dayOf } from "./days";
import { samplePlan } from "./fixture";
import { arrange, matches, type View } from "./layout";
import type { Task } from "./model";

function shown(view: View, query = "", collapsed: string[] = []): string[] {
  return arrange(samplePlan(), { view, query, collapsed: new Set(collapsed), nobody: "—" }).lines.map(({ task }) => task.name);
}

describe("tree", () => {
  it("shows all rows and where each stands", () => {
    const { lines, lineOf } = arrange(samplePlan(), { view: "wbs", query: "", collapsed: new Set(), nobody: "—" });
    expect(lines.map(({ expanded }) => expanded)).toEqual([true, null, null, null, null]);
    expect([...lineOf]).toEqual([0, 1, 2, 3, 4]);
  });
  it("hides what is below a closed row", () => {
    expect(shown("wbs", "", ["1"])).toEqual(["研发", "培训"]);
    const { lineOf } = arrange(samplePlan(), { view: "wbs", query: "", collapsed: new Set(["1"]), nobody: "—" });
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

describe("groups", () => {
  it("gathers tasks by department, those without one last", () => {
    expect(shown("department")).toEqual(["研发部", "设计", "定型", "质量部", "整改", "—", "培训"]);
  });
  it("gathers by person and closes a group", () => {
    expect(shown("person", "", ["person:李四"])).toEqual(["李四", "赵六", "整改", "—", "培训"]);
  });
  it("spans its tasks and weighs their percent by duration", () => {
    const [group] = arrange(samplePlan(), { view: "department", query: "", collapsed: new Set(), nobody: "—" }).lines;
    expect(group?.task).toMatchObject({ index: -1, kind: "summary", start: dayOf("2024-03-04"), finish: dayOf("2024-04-23"), duration: 8, percent: 100 });
  });
});
