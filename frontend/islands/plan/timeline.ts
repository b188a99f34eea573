import { mondayOf, partsOf, weekdayOf, type Day } from "./days";
import { greatest, least } from "./layout";
import type { Plan } from "./model";

export type Zoom = "day" | "week" | "month" | "quarter";
export const ZOOMS: readonly Zoom[] = ["day", "week", "month", "quarter"];

export interface Scale {
  zoom: Zoom;
  first: Day;
  /** exclusive */
  end: Day;
  /** pixels a day */
  perDay: number;
  width: number;
}

/** Pixels a day: at least the first, stretched up to the second when the plan is short. */
const PIXELS: Record<Zoom, readonly [number, number]> = { day: [24, 24], week: [4.65, 9], month: [1.3, 3], quarter: [0.45, 1] };
/** Days of air after the last date, so that the labels at the right have room. */
const AIR: Record<Zoom, number> = { day: 5, week: 6, month: 30, quarter: 90 };

export function makeScale(plan: Plan, zoom: Zoom, viewWidth: number): Scale {
  const dates = plan.tasks.flatMap((task) => [task.start, task.finish, task.baselineStart, task.baselineFinish].filter((day) => day !== null));
  const first = mondayOf(dates.length ? least(dates) : plan.asOf);
  const last = (dates.length ? greatest(dates) : plan.asOf + 28) + AIR[zoom];
  const [smallest, largest] = PIXELS[zoom];
  const perDay = Math.min(largest, Math.max(smallest, viewWidth / (last + 1 - first)));
  const days = Math.max(last + 1 - first, Math.ceil(viewWidth / perDay));
  return { zoom, first, end: first + days, perDay, width: Math.max(viewWidth, Math.round((last + 1 - first) * perDay)) };
}

export const xOf = (scale: Scale, day: Day): number => (day - scale.first) * scale.perDay;
export const dayAt = (scale: Scale, x: number): Day => scale.first + Math.floor(x / scale.perDay);

export interface Tick {
  day: Day;
  text: string;
  /** which part of a date the text is: the page has the words */
  unit: "year" | "quarter" | "month" | "yearMonth" | "date" | "dayOfMonth";
  year: number;
  month: number;
}

/** The upper line of the head: months, or years when zoomed out. */
export function upperTicks(scale: Scale, from: Day, to: Day): Tick[] {
  const ticks: Tick[] = [];
  const byYear = scale.zoom === "month" || scale.zoom === "quarter";
  for (let day = firstOf(scale.first, byYear); day < Math.min(to, scale.end); day = firstOf(day + (byYear ? 366 : 31), byYear)) {
    const next = firstOf(day + (byYear ? 366 : 31), byYear);
    if (next <= from) continue;
    const shown = Math.max(day, scale.first);
    const { year, month } = partsOf(shown);
    const unit = byYear ? "year" : shown === scale.first || month === 1 ? "yearMonth" : "month";
    ticks.push({ day: shown, text: "", unit, year, month });
  }
  return ticks;
}

function firstOf(day: Day, ofYear: boolean): Day {
  const { month, day: date } = partsOf(day);
  const start = day - date + 1;
  if (!ofYear || month === 1) return start;
  return firstOf(start - 1, true);
}

/** The middle line: days, Mondays, months, or quarters. */
export function lowerTicks(scale: Scale, from: Day, to: Day): Tick[] {
  const ticks: Tick[] = [];
  const end = Math.min(to, scale.end);
  const add = (day: Day, unit: Tick["unit"]): void => {
    const { year, month, day: date } = partsOf(day);
    ticks.push({ day, text: unit === "date" ? `${month}/${date}` : String(date), unit, year, month });
  };
  if (scale.zoom === "month" || scale.zoom === "quarter") {
    for (let day = firstOf(Math.max(from, scale.first), false); day < end; day = firstOf(day + 31, false)) {
      if (day < scale.first || (scale.zoom === "quarter" && partsOf(day).month % 3 !== 1)) continue;
      add(day, scale.zoom);
    }
    return ticks;
  }
  const step = scale.zoom === "week" ? 7 : 1;
  const start = scale.zoom === "week" ? mondayOf(Math.max(from, scale.first)) : Math.max(from, scale.first);
  for (let day = start; day < end; day += step) add(day, step === 7 ? "date" : "dayOfMonth");
  return ticks;
}

export interface DaysOff {
  first: Day;
  /** exclusive */
  end: Day;
  holiday: boolean;
  name: string;
}

/** Days off between two days, neighbours joined; a named holiday swallows the weekend inside it. */
export function daysOff(plan: Plan, from: Day, to: Day): DaysOff[] {
  const spans: DaysOff[] = [];
  for (const { first, last, name } of plan.holidays) {
    if (last >= from && first < to) spans.push({ first, end: last + 1, holiday: true, name });
  }
  const isHoliday = (day: Day): boolean => spans.some((span) => span.holiday && day >= span.first && day < span.end);
  for (let day = from; day < to; day++) {
    if (!plan.weekend.has(weekdayOf(day)) || plan.makeUpDays.has(day) || isHoliday(day)) continue;
    const open = spans[spans.length - 1];
    if (open && !open.holiday && open.end === day) open.end = day + 1;
    else spans.push({ first: day, end: day + 1, holiday: false, name: "" });
  }
  return spans;
}
