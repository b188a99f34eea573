import { describe, expect, it } from "vitest";
import { codesOf } from "./codes";
import { dayOf, isoOf, readDay, shortOf, weekdayOf } from "./days";
import { rawPlan, samplePlan } from "./fixture";
import { canEdit, lookOf, PlanUnreadable, readPlan, type Task } from "./model";

const task = (index: number): Task => samplePlan().tasks[index] as Task;

describe("codes", () => {
  it("counts every level anew below each parent", () => {
    expect(codesOf([0, 1, 2, 2, 1, 0, 1])).toEqual(["1", "1.1", "1.1.1", "1.1.2", "1.2", "2", "2.1"]);
  });
  it("draws a level that jumps one step below its predecessor", () => {
    expect(codesOf([1, 3, 0])).toEqual(["1", "1.1", "2"]);
  });
  it("knows an empty plan", () => {
    expect(codesOf([])).toEqual([]);
  });
});

describe("days", () => {
  it("turns dates into days and back, across leap days", () => {
    expect(isoOf(dayOf("2024-02-29") + 1)).toBe("2024-03-01");
    expect(weekdayOf(dayOf("2024-03-04"))).toBe(0);
    expect(weekdayOf(dayOf("1969-12-28"))).toBe(6);
  });
  it("adds the year only when it is another one", () => {
    expect(shortOf(dayOf("2024-04-18"), 2024)).toBe("04-18");
    expect(shortOf(dayOf("2025-01-02"), 2024)).toBe("25-01-02");
  });
  it.each([
    ["2024-04-18", "2024-04-18"], ["2024/4/8", "2024-04-08"], ["4月18日", "2024-04-18"], ["04-18", "2024-04-18"],
  ])("reads %s", (typed, iso) => {
    expect(readDay(typed, 2024)).toBe(dayOf(iso));
  });
  it.each(["", "18", "2024-02-30", "2023-2-29", "a-b", "1-2-3-4"])("refuses %s", (typed) => {
    expect(readDay(typed, 2024)).toBeNull();
  });
});

describe("plan", () => {
  it("reads rows with parents, people and days", () => {
    const { tasks, links, people } = samplePlan();
    expect(tasks.map(({ code, parent, level }) => [code, parent, level])).toEqual([["1", -1, 0], ["1.1", 0, 1], ["1.2", 0, 1], ["1.3", 0, 1], ["2", -1, 0]]);
    expect(tasks[2]).toMatchObject({ person: "赵六", personId: 12, department: "质量部", start: dayOf("2024-04-15"), finish: dayOf("2024-04-22"), critical: true });
    expect(tasks[4]).toMatchObject({ person: "", personId: null, department: "", start: null, finish: null });
    expect(people[0]).toEqual({ id: 11, name: "李四", department: "研发部", keys: "" });
    expect(links).toHaveLength(2);
  });
  it("reads every flag", () => {
    expect(task(3)).toMatchObject({ late: true, critical: true, deviates: true, conflict: true, shouldHaveStarted: true });
  });
  it("refuses what is no plan", () => {
    expect(() => readPlan({} as never)).toThrow(PlanUnreadable);
  });
  it("lets blocked and finished outweigh late", () => {
    expect([task(0), task(1), task(2), task(3)].map(lookOf)).toEqual(["late", "done", "blocked", "late"]);
  });
  it("keeps the summary of a row that says nothing", () => {
    expect(readPlan({ ...rawPlan(), rows: [], links: [] }).tasks).toEqual([]);
  });
});

describe("what can be edited", () => {
  it("summaries roll up, milestones have no duration, cancelled rows rest", () => {
    expect(canEdit(task(0), "start")).toBe(false);
    expect(canEdit(task(0), "owner")).toBe(true);
    expect(canEdit(task(3), "duration")).toBe(false);
    expect(canEdit(task(3), "finish")).toBe(true);
    expect(canEdit({ ...task(1), state: "cancelled" }, "start")).toBe(false);
  });
});
