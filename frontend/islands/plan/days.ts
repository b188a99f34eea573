/** A day is a whole number: days since 1970-01-01. No time zone takes part. */
export type Day = number;

const MS_PER_DAY = 86_400_000;

export function dayOf(iso: string): Day {
  const [year, month, day] = iso.split("-").map(Number);
  return Date.UTC(year ?? NaN, (month ?? NaN) - 1, day ?? NaN) / MS_PER_DAY;
}

export interface DateParts {
  year: number;
  month: number;
  day: number;
  /** 0 = Monday */
  weekday: number;
}

export function partsOf(day: Day): DateParts {
  const date = new Date(day * MS_PER_DAY);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: weekdayOf(day),
  };
}

/** 0 = Monday. 1970-01-01 was a Thursday. */
export function weekdayOf(day: Day): number {
  return (((day + 3) % 7) + 7) % 7;
}

export function mondayOf(day: Day): Day {
  return day - weekdayOf(day);
}

const two = (value: number): string => String(value).padStart(2, "0");

export function isoOf(day: Day): string {
  const { year, month, day: date } = partsOf(day);
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(date)}`;
}

/** 04-18; the year is in the head of the Gantt, and is added here when it is another one. */
export function shortOf(day: Day, year: number): string {
  const parts = partsOf(day);
  const short = `${two(parts.month)}-${two(parts.day)}`;
  return parts.year === year ? short : `${two(parts.year % 100)}-${short}`;
}

/** Reads what a person types: 2024-04-18, 2024/4/18, 04-18 or 4.18 (of `year`). Null when it is no date. */
export function readDay(text: string, year: number): Day | null {
  const numbers = text.trim().split(/[-/.年月日\s]+/u).filter(Boolean);
  if (numbers.length < 2 || numbers.length > 3 || !numbers.every((part) => /^\d{1,4}$/.test(part))) return null;
  const [y, m, d] = (numbers.length === 3 ? numbers : [String(year), ...numbers]).map(Number) as [number, number, number];
  const day = dayOf(`${y}-${m}-${d}`);
  const back = Number.isFinite(day) ? partsOf(day) : null;
  return back && back.year === y && back.month === m && back.day === d ? day : null;
}
