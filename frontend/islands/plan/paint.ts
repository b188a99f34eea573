import { svg, textWidth } from "./dom";
import { shortOf } from "./days";
import { stateWord } from "./columns";
import { t } from "./labels";
import type { Line } from "./layout";
import { route, type LinkIndex, type Place } from "./links";
import { lookOf, type Look, type Plan, type Task } from "./model";
import { ROW_HEIGHT } from "./renderer";
import { dayAt, daysOff, upperTicks, xOf, type Scale } from "./timeline";

export interface Picture {
  plan: Plan;
  scale: Scale;
  lines: Line[];
  lineOf: Int32Array;
  links: LinkIndex;
  selected: string | null;
  baseline: boolean;
  critical: boolean;
  /** every bar bears its name: there is no table beside it */
  named: boolean;
}

/** The part of the chart that is drawn, in pixels and lines (last is inclusive). */
export interface Window_ {
  left: number;
  right: number;
  first: number;
  last: number;
}

const MOST_LINKS = 400;
const BAR: Record<Look, string> = { todo: "todo", doing: "doing", done: "done", late: "late", blocked: "block", cancelled: "cancel" };
const n = (value: number): number => Math.round(value * 10) / 10;

/** Layers from below: days off, row lines, selection, today, links, critical links, baseline ghosts, bars. */
export function paintWindow(picture: Picture, seen: Window_): SVGElement[] {
  return [
    ...paintDaysOff(picture, seen),
    ...paintLines(picture, seen),
    ...paintSelection(picture, seen),
    ...paintToday(picture, seen),
    ...paintLinks(picture, seen),
    ...(picture.baseline ? paintGhosts(picture, seen) : []),
    ...paintBars(picture, seen),
  ];
}

function rowsOf({ lines }: Picture, { first, last }: Window_): [Line, number][] {
  return lines.slice(first, last + 1).map((line, at) => [line, (first + at) * ROW_HEIGHT]);
}

function paintDaysOff({ plan, scale, lines }: Picture, seen: Window_): SVGElement[] {
  const top = seen.first * ROW_HEIGHT;
  const height = Math.min(lines.length, seen.last + 1) * ROW_HEIGHT - top;
  const paths = { off: "", holiday: "" };
  for (const span of daysOff(plan, dayAt(scale, seen.left), dayAt(scale, seen.right) + 1)) {
    if (scale.perDay < (span.holiday ? 1 : 3)) continue;
    paths[span.holiday ? "holiday" : "off"] += `M${n(xOf(scale, span.first))} ${top}h${n((span.end - span.first) * scale.perDay)}v${height}h${-n((span.end - span.first) * scale.perDay)}z`;
  }
  return [svg("path", { class: "g-off", d: paths.off }), svg("path", { class: "g-holiday", d: paths.holiday })];
}

function paintLines(picture: Picture, seen: Window_): SVGElement[] {
  const rows = rowsOf(picture, seen).map(([, top]) => `M${n(seen.left)} ${top + 35.5}H${n(seen.right)}`);
  const { scale } = picture;
  const bottom = Math.min(picture.lines.length, seen.last + 1) * ROW_HEIGHT;
  const months = upperTicks(scale, dayAt(scale, seen.left), dayAt(scale, seen.right) + 1)
    .filter((tick) => tick.day > scale.first)
    .map((tick) => `M${n(xOf(scale, tick.day))} ${seen.first * ROW_HEIGHT}V${bottom}`);
  return [svg("path", { class: "g-row", d: rows.join("") }), svg("path", { class: "g-month", d: months.join("") })];
}

function paintSelection(picture: Picture, seen: Window_): SVGElement[] {
  const found = rowsOf(picture, seen).find(([line]) => line.key === picture.selected);
  return found ? [svg("rect", { class: "g-select", x: n(seen.left), y: found[1], width: n(seen.right - seen.left), height: 35 })] : [];
}

function paintToday({ plan, scale, lines }: Picture, seen: Window_): SVGElement[] {
  const x = xOf(scale, plan.asOf + 0.5);
  if (x < seen.left || x > seen.right || plan.asOf >= scale.end) return [];
  const bottom = Math.min(lines.length, seen.last + 1) * ROW_HEIGHT;
  return [svg("path", { class: "g-today", d: `M${n(x)} ${seen.first * ROW_HEIGHT}V${bottom}` })];
}

/** Where the bar of a line stands; null when it has no dates. */
export function placeOf({ scale }: Picture, task: Task, top: number): Place | null {
  if (task.start === null || task.finish === null) return null;
  const milestone = task.kind === "milestone";
  const left = milestone ? xOf(scale, task.finish + 0.5) - 8 : xOf(scale, task.start);
  const right = milestone ? left + 16 : Math.max(left + 3, xOf(scale, task.finish + 1));
  const [above, below] = milestone ? [7, 23] : task.kind === "summary" ? [11, 20] : [8, 22];
  return { left, right, top: top + above, bottom: top + below, mid: top + 15, milestone };
}

function paintLinks(picture: Picture, seen: Window_): SVGElement[] {
  const paths = { line: "", head: "", criticalLine: "", criticalHead: "" };
  for (const link of picture.links.within(seen.first, seen.last, MOST_LINKS)) {
    const [from, to] = [link.from, link.to].map((index) => {
      const task = picture.plan.tasks[index];
      return task ? placeOf(picture, task, (picture.lineOf[index] ?? 0) * ROW_HEIGHT) : null;
    });
    if (!from || !to || Math.max(from.right, to.right) < seen.left - 20 || Math.min(from.left, to.left) > seen.right + 20) continue;
    const { line, head } = route(link.kind, from, to);
    const dark = link.critical && picture.critical;
    paths[dark ? "criticalLine" : "line"] += line;
    paths[dark ? "criticalHead" : "head"] += head;
  }
  return [
    svg("path", { class: "g-link", d: paths.line }), svg("path", { class: "g-arrow", d: paths.head }),
    svg("path", { class: "g-link is-critical", d: paths.criticalLine }), svg("path", { class: "g-arrow is-critical", d: paths.criticalHead }),
  ];
}

function paintGhosts(picture: Picture, seen: Window_): SVGElement[] {
  let bars = "";
  let diamonds = "";
  for (const [{ task }, top] of rowsOf(picture, seen)) {
    if (task.baselineFinish === null) continue;
    if (task.kind === "milestone") {
      if (task.baselineFinish !== task.finish) diamonds += `M${n(xOf(picture.scale, task.baselineFinish + 0.5))} ${top + 9}l6 6-6 6-6-6z`;
      continue;
    }
    const left = xOf(picture.scale, task.baselineStart ?? task.baselineFinish) + 2;
    bars += `M${n(left)} ${top + 28}H${n(Math.max(left + 0.1, xOf(picture.scale, task.baselineFinish + 1) - 2))}`;
  }
  return [svg("path", { class: "g-ghost", d: bars }), svg("path", { class: "g-ghost-diamond", d: diamonds })];
}

function paintBars(picture: Picture, seen: Window_): SVGElement[] {
  return rowsOf(picture, seen).flatMap(([line, top]) => {
    const place = placeOf(picture, line.task, top);
    if (!place || place.right < seen.left || place.left > seen.right) return [];
    const group = svg("g", { class: "g-task", "data-key": line.key, role: "img", "aria-label": describe(line.task, picture.plan) });
    const outlined = picture.critical && line.task.critical;
    group.append(...shapes(line.task, place, outlined));
    const label = paintLabel(line.task, place, picture);
    if (label) group.append(label);
    return [group];
  });
}

function shapes(task: Task, place: Place, outlined: boolean): SVGElement[] {
  const width = place.right - place.left;
  const filled = (width * Math.max(0, Math.min(100, task.percent))) / 100;
  const [x, y] = [n(place.left), place.top];
  const look = BAR[lookOf(task)];
  if (task.kind === "milestone") {
    return [svg("path", { class: `g-diamond is-${look}${outlined ? " is-critical" : ""}`, d: `M${n(x + 8)} ${y}l8 8-8 8-8-8z` })];
  }
  if (task.kind === "summary") {
    const tip = Math.min(4, width / 2);
    const done = filled > tip ? [svg("path", { class: "g-sum-done", d: `M${x} ${y}h${n(filled)}v6H${n(x + tip)}l${-n(tip)} 3z` })] : [];
    return [svg("path", { class: "g-sum", d: `M${x} ${y}H${n(place.right)}v9l${-n(tip)}-3H${n(x + tip)}l${-n(tip)} 3z` }), ...done];
  }
  const bars = [svg("rect", { class: `g-bar is-${look}`, x, y, width: n(width), height: 14, rx: 3 })];
  if (filled > 0) bars.push(svg("rect", { class: `g-fill is-${look}`, x, y, width: n(filled), height: 14, rx: Math.min(3, n(filled / 2)) }));
  if (outlined) bars.push(svg("rect", { class: "g-outline", x: n(x - 0.5), y: y - 0.5, width: n(width + 1), height: 15, rx: 3.5 }));
  return bars;
}

function paintLabel(task: Task, place: Place, { scale, named }: Picture): SVGElement | null {
  const words: [string, string][] = [];
  if (named || task.kind === "milestone") words.push(["", task.name]);
  if (task.state === "blocked" && task.kind === "task") words.push(["c-block", t("blocked")]);
  if (task.lateDays > 0 && task.state !== "done" && task.state !== "cancelled") words.push(["c-late", t("daysLate", { days: task.lateDays })]);
  else if (task.shouldHaveStarted) words.push(["c-late", t("shouldHaveStarted")]);
  if (task.conflict) words.push(["c-block", t("conflict")]);
  if (!words.length) return null;
  const length = words.reduce((sum, [, word]) => sum + textWidth(word, 11) + 6, 0);
  const fits = place.right + length + 6 <= scale.width;
  if (!fits && task.kind === "summary") return null;
  const inside = !fits && place.right - place.left > length + 12;
  const room = inside ? place.left + 8 : place.right + (task.kind === "milestone" ? 8 : task.kind === "summary" ? 6 : 12);
  const label = svg("text", { class: inside ? "g-label is-inside" : "g-label", x: n(room), y: place.mid + 4 });
  words.forEach(([colour, word], at) => label.append(svg("tspan", { class: colour || null, dx: at ? 5 : null }, word)));
  return label;
}

/** What a bar says to those who hear or point at it. */
export function describe(task: Task, plan: Plan): string {
  const facts = [`${task.code} ${task.name}`.trim()];
  if (task.index >= 0) facts.push(stateWord(task));
  if (task.start !== null && task.finish !== null) {
    const [start, finish] = [shortOf(task.start, plan.year), shortOf(task.finish, plan.year)];
    facts.push(task.kind === "milestone" ? finish : t("from", { start, finish }));
  }
  facts.push(`${Math.round(task.percent)}%`);
  if (task.lateDays > 0) facts.push(t("daysLate", { days: task.lateDays }));
  if (task.lateDays < 0) facts.push(t("daysEarly", { days: -task.lateDays }));
  if (task.critical) facts.push(t("critical"));
  if (task.conflict) facts.push(t("conflict"));
  if (task.shouldHaveStarted) facts.push(t("shouldHaveStarted"));
  if (task.deviates) facts.push(t("deviates"));
  if (task.person) facts.push(task.person);
  return facts.join("，");
}
