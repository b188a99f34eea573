import type { Arrangement } from "./layout";
import type { Link, LinkKind } from "./model";

/** Where a bar stands, in pixels of the whole chart. `mid` is the height of its middle. */
export interface Place {
  left: number;
  right: number;
  top: number;
  bottom: number;
  mid: number;
  milestone: boolean;
}

export interface Route {
  /** path of the line */
  line: string;
  /** path of the arrowhead */
  head: string;
}

const OUT = 6;

const fix = (value: number): string => String(Math.round(value * 10) / 10);

/** An orthogonal way from one bar to the next. */
export function route(kind: LinkKind, from: Place, to: Place): Route {
  const leavesRight = kind === "FS" || kind === "FF";
  const entersLeft = kind === "FS" || kind === "SS";
  const out = leavesRight ? from.right : from.left;
  if (kind === "FS") {
    const drop = to.milestone ? (to.left + to.right) / 2 : to.left + Math.min(4, (to.right - to.left) / 2);
    if (drop >= out - 2) return downInto(out, Math.max(drop, out), from, to);
  }
  const target = entersLeft ? to.left : to.right;
  const lane = lanes(leavesRight, entersLeft, out, target);
  const tip = entersLeft ? target - 1 : target + 1;
  if (leavesRight === entersLeft && (leavesRight ? lane > target : lane < target)) {
    return aroundInto(out, lane, tip, entersLeft, from, to);
  }
  return { line: `M${fix(out)} ${fix(from.mid)}H${fix(lane)}V${fix(to.mid)}H${fix(tip)}`, head: sideHead(tip, to.mid, entersLeft) };
}

function lanes(leavesRight: boolean, entersLeft: boolean, out: number, target: number): number {
  if (leavesRight && !entersLeft) return Math.max(out, target) + 8;
  if (!leavesRight && entersLeft) return Math.min(out, target) - OUT;
  return leavesRight ? out + OUT : out - OUT;
}

function downInto(out: number, x: number, from: Place, to: Place): Route {
  const down = to.mid > from.mid;
  const end = down ? to.top - 4 : to.bottom + 4;
  const head = down
    ? `M${fix(x)} ${fix(to.top)}l-3.5-5h7z`
    : `M${fix(x)} ${fix(to.bottom)}l-3.5 5h7z`;
  return { line: `M${fix(out)} ${fix(from.mid)}H${fix(x)}V${fix(end)}`, head };
}

/** The successor begins before the predecessor ends: the line goes back between the two rows. */
function aroundInto(out: number, lane: number, tip: number, entersLeft: boolean, from: Place, to: Place): Route {
  const between = to.mid > from.mid ? to.mid - 14 : to.mid + 15;
  const back = entersLeft ? tip - OUT : tip + OUT;
  return {
    line: `M${fix(out)} ${fix(from.mid)}H${fix(lane)}V${fix(between)}H${fix(back)}V${fix(to.mid)}H${fix(tip)}`,
    head: sideHead(tip, to.mid, entersLeft),
  };
}

function sideHead(x: number, y: number, entersLeft: boolean): string {
  return entersLeft ? `M${fix(x)} ${fix(y)}l-5-3.5v7z` : `M${fix(x)} ${fix(y)}l5-3.5v7z`;
}

/** Links by the lines they join; asking for a window is one pass over two flat arrays. */
export class LinkIndex {
  private readonly low: Int32Array;
  private readonly high: Int32Array;

  constructor(
    private readonly links: readonly Link[],
    { lineOf }: Arrangement,
  ) {
    this.low = new Int32Array(links.length).fill(-1);
    this.high = new Int32Array(links.length).fill(-1);
    links.forEach((link, at) => {
      const a = lineOf[link.from] ?? -1;
      const b = lineOf[link.to] ?? -1;
      if (a < 0 || b < 0) return;
      this.low[at] = Math.min(a, b);
      this.high[at] = Math.max(a, b);
    });
  }

  /** Links that touch or cross the lines first..last, at most `limit`. */
  within(first: number, last: number, limit: number): Link[] {
    const found: Link[] = [];
    for (let at = 0; at < this.links.length && found.length < limit; at++) {
      const link = this.links[at];
      if (link && (this.low[at] ?? -1) >= 0 && (this.low[at] ?? 0) <= last && (this.high[at] ?? 0) >= first) found.push(link);
    }
    return found;
  }
}
