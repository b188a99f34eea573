import { describe, expect, it } from "vitest";
import { readAddress, writeAddress } from "./address";
import { readValue, valueOf } from "./editor";
import { samplePlan } from "./fixture";
import { t, useLabels } from "./labels";
import type { Task } from "./model";

describe("address", () => {
  const usual = { view: "wbs", zoom: "week" };
  it("reads what it wrote and leaves foreign parts alone", () => {
    const shown = { view: "person", zoom: "day", query: "整改 李", baseline: false, critical: true, task: 7 } as const;
    const written = writeAddress("?date=2024-04-18", shown, usual);
    expect(new URLSearchParams(written).get("date")).toBe("2024-04-18");
    expect(readAddress(written, usual)).toEqual(shown);
  });
  it("keeps what is usual out of the address", () => {
    expect(writeAddress("?view=person&task=3", readAddress("", usual), usual)).toBe("");
  });
  it("falls back where the address makes no sense", () => {
    expect(readAddress("?view=x&zoom=1&task=-2", { zoom: "month" })).toMatchObject({ view: "wbs", zoom: "month", task: null });
  });
});

describe("typed values", () => {
  it("become what the server wants", () => {
    expect(readValue("start", "4-2", 2024)).toEqual({ value: "2024-04-02" });
    expect(readValue("percent", " 62.5% ", 2024)).toEqual({ value: 62.5 });
    expect(readValue("duration", "3天", 2024)).toEqual({ value: 3 });
  });
  it.each([["start", "soon"], ["percent", "101"], ["percent", ""], ["duration", "-1"]] as const)("%s refuses %s", (field, text) => {
    expect(readValue(field, text, 2024)).toHaveProperty("problem");
  });
  it("start from what the task has", () => {
    const task = samplePlan().tasks[2] as Task;
    expect((["start", "finish", "duration", "owner", "percent"] as const).map((field) => valueOf(task, field))).toEqual(["2024-04-15", "2024-04-22", 6, 12, 45]);
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
