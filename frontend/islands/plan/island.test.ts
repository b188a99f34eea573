import { describe, expect, it } from "vitest";
import { readAddress, writeAddress, type Shown } from "./address";
import { columnOf, type Column } from "./columns";
import { NO_FILTERS } from "./filters";
import { samplePlan } from "./fixture";
import { t, useLabels } from "./labels";
import type { Task } from "./model";
import { readValue, typedText } from "./values";

describe("address", () => {
  const usual = { view: "wbs", zoom: "week" };
  it("reads what it wrote and leaves foreign parts alone", () => {
    const shown = {
      view: "person", zoom: "quarter", baseline: true, baselineOf: 1, critical: true, task: 7, columns: ["code", "name", "finish", "risk_point"], mode: "strict",
      filters: { ...NO_FILTERS, query: "整改 李", states: ["doing", "late"], departments: ["研发部", "质量部"], marked: true, from: "2024-04-01" },
    } satisfies Shown;
    const written = writeAddress("?date=2024-04-18", shown, usual);
    expect(new URLSearchParams(written).get("date")).toBe("2024-04-18");
    expect(readAddress(written, usual)).toEqual(shown);
  });
  it("says that no baseline is drawn", () => {
    const shown = { ...readAddress("", usual), baseline: false };
    expect(writeAddress("", shown, usual)).toBe("?baseline=no");
    expect(readAddress("?baseline=no", usual)).toEqual(shown);
  });
  it("keeps what is usual out of the address", () => {
    expect(writeAddress("?view=person&task=3", readAddress("", usual), usual)).toBe("");
  });
  it("falls back where the address makes no sense", () => {
    expect(readAddress("?view=x&zoom=1&task=-2", { zoom: "month" })).toMatchObject({ view: "wbs", zoom: "month", task: null });
  });
});

describe("typed values", () => {
  const column = (field: string): Column => columnOf(field) as Column;
  it.each([
    ["start", "4-2", "2024-04-02"], ["start", "３/５", "2024-03-05"], ["finish", "2026年3月5日", "2026-03-05"], ["percent", " 62.5% ", 62.5], ["percent", "６０％", 60],
    ["duration", "3天", 3], ["quantity", "1,200.5", 1200.5], ["quantity", "", null], ["deadline", "", null], ["name", " 整改 ", "整改"], ["predecessors", "", ""],
  ] as const)("%s %s → %s", (field, text, value) => {
    expect(readValue(column(field), text, 2024)).toEqual({ value });
  });
  it.each([["start", "soon"], ["start", ""], ["percent", "101"], ["percent", ""], ["duration", "-1"], ["name", " "]] as const)("%s refuses %s", (field, text) => {
    expect(readValue(column(field), text, 2024)).toHaveProperty("problem");
  });
  it("start from what the task has", () => {
    const plan = samplePlan();
    const task = plan.tasks[2] as Task;
    expect(["start", "finish", "duration", "owner", "percent"].map((field) => typedText(column(field), task, plan))).toEqual(["2024-04-15", "2024-04-22", "6", "赵六", "45"]);
  });
});

describe("labels", () => {
  it("are keyed by English and filled with values", () => {
    useLabels('{"{days} days late": "晚 {days} 天"}');
    expect(t("daysLate", { days: 3 })).toBe("晚 3 天");
    useLabels(null);
    expect(t("daysLate", { days: 3 })).toBe("3 days late");
  });
});
