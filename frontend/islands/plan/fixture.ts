import { readPlan, type Plan, type RawPlan } from "./model";

/** 1 研发 (1.1 设计 → 1.2 整改 → 1.3 定型 ◇), 2 培训 without dates and owner. Day 0 is Monday 2024-03-04. */
export function rawPlan(): RawPlan {
  return {
    version: 3, asOf: "2024-04-18", start: "2024-03-04", finish: "2024-04-23", origin: "2024-03-04",
    departments: ["研发部", "质量部"], people: [[11, "李四", 0], [12, "赵六", 1]],
    rows: [
      [1, 0, 0, 1, 1, "研发", 0, 0, 0, 50, 36, 40, 50, 0, 42, 8, "", ""],
      [2, 1, 1, 2, 0, "设计", 0, 0, 0, 9, 8, 100, 100, 0, 9, 0, "", ""],
      [3, 1, 1, 3, 3, "整改", 1, 1, 42, 49, 6, 45, 60, 37, 39, 10, "1.1", ""],
      [4, 1, 2, 0, 31, "定型", 0, 0, 50, 50, 0, 0, 0, 42, 42, 8, "1.2", ""],
      [5, 0, 1, 0, 0, "培训", -1, -1, null, null, 2, 0, 0, null, null, 0, "", ""],
    ],
    links: [[1, 2, 0, 0], [2, 3, 0, 1], [2, 99, 0, 0]],
    daysOff: [[31, 33, "清明"]], weekend: [5, 6], workdays: [34],
  };
}

export const samplePlan = (): Plan => readPlan(rawPlan());
