import { partsOf } from "./days";
import { svg, textWidth } from "./dom";
import { t } from "./labels";
import type { Plan } from "./model";
import { dayAt, daysOff, lowerTicks, upperTicks, xOf, type Scale, type Tick } from "./timeline";

export const HEAD_HEIGHT = 52;
const n = (value: number): number => Math.round(value * 10) / 10;

/** Three lines: months, weeks or days, and the holidays by name with today's pill. */
export function paintHead(plan: Plan, scale: Scale, left: number, right: number): SVGElement[] {
  const from = dayAt(scale, left);
  const to = dayAt(scale, right) + 1;
  const upper = upperTicks(scale, from, to);
  return [
    svg("path", { class: "g-month", d: upper.filter((tick) => tick.day > scale.first).map((tick) => `M${n(xOf(scale, tick.day))} 0V${HEAD_HEIGHT}`).join("") }),
    ...paintHolidays(plan, scale, from, to),
    ...paintUpper(upper, scale, left),
    ...paintLower(plan, scale, from, to),
    svg("path", { class: "g-line", d: `M${n(left)} ${HEAD_HEIGHT - 0.5}H${n(right)}` }),
    ...paintPill(plan, scale),
  ];
}

function wordOf(tick: Tick): string {
  const values = { year: tick.year, month: tick.month };
  if (tick.unit === "year" || tick.unit === "yearMonth" || tick.unit === "month") return t(tick.unit, values);
  return tick.unit === "quarter" ? t("quarterOf", { quarter: Math.ceil(tick.month / 3) }) : tick.text;
}

/** The first month bears the year. A first month that is too short for its name gives the year to the next. */
function paintUpper(ticks: Tick[], scale: Scale, left: number): SVGElement[] {
  const word = (tick: Tick, at: number): string => wordOf(at === 0 && tick.unit === "month" ? { ...tick, unit: "yearMonth" } : tick);
  const [first, second] = ticks;
  const crowded = first && second && xOf(scale, second.day) - Math.max(left, xOf(scale, first.day)) < textWidth(word(first, 0), 12) + 10;
  return (crowded ? ticks.slice(1) : ticks).map((tick, at) =>
    svg("text", { class: "g-upper", x: n(Math.max(xOf(scale, tick.day), left) + 6), y: 15 }, word(tick, at)));
}

function paintLower(plan: Plan, scale: Scale, from: number, to: number): SVGElement[] {
  const room = scale.zoom === "day" ? 0 : scale.zoom === "week" ? 30 : 28;
  let free = -Infinity;
  return lowerTicks(scale, from, to).flatMap((tick) => {
    const x = xOf(scale, tick.day) + (scale.zoom === "day" ? scale.perDay / 2 : 3);
    if (x < free || x + 16 > scale.width) return [];
    free = x + room;
    const today = scale.zoom === "day" && tick.day === plan.asOf;
    return [svg("text", { class: today ? "g-lower is-today" : "g-lower", x: n(x), y: 31, "text-anchor": scale.zoom === "day" ? "middle" : null }, wordOf(tick))];
  });
}

function paintHolidays(plan: Plan, scale: Scale, from: number, to: number): SVGElement[] {
  return daysOff(plan, from, to).filter((span) => span.holiday).flatMap((span) => {
    const [x, width] = [xOf(scale, span.first), (span.end - span.first) * scale.perDay];
    const box = svg("rect", { class: "g-holiday", x: n(x), y: 37, width: n(width), height: 15 });
    const wide = width >= 12 && span.name;
    return wide ? [box, svg("text", { class: "g-named", x: n(x + width / 2), y: 48, "text-anchor": "middle" }, span.name)] : [box];
  });
}

function paintPill(plan: Plan, scale: Scale): SVGElement[] {
  if (plan.asOf < scale.first || plan.asOf >= scale.end) return [];
  const { month, day } = partsOf(plan.asOf);
  const word = `${t(plan.isToday ? "today" : "asOf")} ${t("shortDate", { month, day })}`;
  const width = 6 + textWidth(word, 11);
  const x = xOf(scale, plan.asOf + 0.5);
  const at = Math.max(width / 2, Math.min(scale.width - width / 2, x));
  return [
    svg("rect", { class: "g-pill", x: n(at - width / 2), y: 36, width: n(width), height: 16, rx: 8 }),
    svg("text", { class: "g-pill-text", x: n(at), y: 48, "text-anchor": "middle" }, word),
  ];
}
