import { describe, expect, it } from "vitest";
import { dayOf } from "./days";
import { rawPlan, samplePlan } from "./fixture";
import { readPlan } from "./model";
import { dayAt, daysOff, lowerTicks, makeScale, upperTicks, xOf } from "./timeline";

describe("scale", () => {
  it("begins on the Monday of the first date and fills the view", () => {
    const scale = makeScale(samplePlan(), "week", 2000);
    expect(scale).toMatchObject({ first: dayOf("2024-03-04"), perDay: 9, width: 2000 });
    expect(makeScale(samplePlan(), "week", 100)).toMatchObject({ perDay: 4.65 });
  });
  it("stands at the status date when nothing has dates", () => {
    const plan = readPlan({ ...rawPlan(), rows: [], links: [] });
    expect(makeScale(plan, "day", 300).first).toBe(dayOf("2024-04-15"));
  });
  it("finds the day under a pixel", () => {
    const scale = makeScale(samplePlan(), "day", 300);
    expect(dayAt(scale, xOf(scale, dayOf("2024-04-18")) + 5)).toBe(dayOf("2024-04-18"));
  });
});

describe("ticks", () => {
  it("names months, the first with its year", () => {
    const scale = makeScale(samplePlan(), "week", 300);
    expect(upperTicks(scale, scale.first, scale.end).map(({ unit, month }) => [unit, month])).toEqual([["yearMonth", 3], ["month", 4]]);
    expect(lowerTicks(scale, scale.first, scale.first + 15).map(({ text }) => text)).toEqual(["3/4", "3/11", "3/18"]);
  });
  it("counts days when near and months when far", () => {
    const near = makeScale(samplePlan(), "day", 300);
    expect(lowerTicks(near, near.first, near.first + 3).map(({ text }) => text)).toEqual(["4", "5", "6"]);
    const far = makeScale(samplePlan(), "month", 300);
    expect(upperTicks(far, far.first, far.end).map(({ unit, year }) => [unit, year])).toEqual([["year", 2024]]);
    expect(lowerTicks(far, far.first, far.first + 70).map(({ month }) => month)).toEqual([4, 5]);
  });
});

describe("days off", () => {
  it("joins weekends, names holidays and leaves make-up days to work", () => {
    const from = dayOf("2024-03-30");
    expect(daysOff(samplePlan(), from, dayOf("2024-04-15")).map(({ first, end, name }) => [first - from, end - first, name])).toEqual([
      [5, 3, "清明"], [0, 2, ""], [14, 2, ""],
    ]);
  });
});
