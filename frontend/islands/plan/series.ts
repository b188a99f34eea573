import { isoOf, dayOf } from "./days";

const ISO = /^\d{4}-\d\d-\d\d$/;
const NUMBER = /^-?\d+(?:\.\d+)?$/;
const COUNTED = /^(.*?)(\d+)(\D*)$/su;

/**
 * Values that continue `known` for `count` cells, as a spreadsheet does when its corner is pulled: days go on by a day (or by the step of
 * the two first), several numbers by their step, a counted text (第 1 批) by one; everything else is repeated.
 */
export function continued(known: readonly string[], count: number): string[] {
  if (!known.length) return [];
  const step = stepOf(known);
  return Array.from({ length: count }, (_, at) => {
    const from = known[at % known.length] ?? "";
    const turns = (Math.floor(at / known.length) + 1) * known.length;
    return step === null ? from : advance(from, step * turns);
  });
}

function stepOf(known: readonly string[]): number | null {
  const [first = "", second] = known;
  if (known.every((text) => ISO.test(text))) return second === undefined ? 1 : steady(known.map(dayOf));
  if (known.every((text) => NUMBER.test(text))) return second === undefined ? null : steady(known.map(Number));
  return known.length === 1 && COUNTED.test(first) && !NUMBER.test(first) ? 1 : null;
}

function steady(numbers: number[]): number | null {
  const step = (numbers[1] ?? 0) - (numbers[0] ?? 0);
  const even = numbers.every((number, at) => at === 0 || Math.abs(number - (numbers[at - 1] ?? 0) - step) < 1e-9);
  return even ? step : null;
}

function advance(text: string, by: number): string {
  if (ISO.test(text)) return isoOf(dayOf(text) + by);
  if (NUMBER.test(text)) return String(Math.round((Number(text) + by) * 1e6) / 1e6);
  const [, before = "", digits = "", after = ""] = COUNTED.exec(text) ?? [];
  return `${before}${String(Number(digits) + by).padStart(digits.length, "0")}${after}`;
}
