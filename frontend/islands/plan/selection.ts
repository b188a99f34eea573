/** A cell of the table by its place: line from above, column from the left. */
export interface Spot {
  row: number;
  column: number;
}

/** A rectangle of cells; all four sides are inside. */
export interface Range {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

export interface Extent {
  rows: number;
  columns: number;
}

const between = (value: number, most: number): number => Math.max(0, Math.min(value, most));

/** What is selected: one rectangle from the anchor to the head (which is the active cell's far end), or whole rows, and rows picked one by one. */
export class Selection {
  anchor: Spot = { row: 0, column: 0 };
  head: Spot = { row: 0, column: 0 };
  whole = false;
  /** keys of rows that were picked one by one beside the rectangle */
  readonly picked = new Set<string>();

  /** One cell alone. */
  to(spot: Spot, extent: Extent): void {
    this.anchor = this.head = clamp(spot, extent);
    this.whole = false;
    this.picked.clear();
  }

  /** Pulls the far corner; the anchor stays. */
  extend(spot: Spot, extent: Extent): void {
    this.head = clamp(spot, extent);
  }

  /** Rows from the anchor's to this one. */
  rows(from: number, to: number, extent: Extent): void {
    this.anchor = clamp({ row: from, column: this.anchor.column }, extent);
    this.head = clamp({ row: to, column: this.head.column }, extent);
    this.whole = true;
  }

  all(extent: Extent): void {
    this.anchor = clamp({ row: 0, column: 0 }, extent);
    this.head = clamp({ row: extent.rows - 1, column: extent.columns - 1 }, extent);
    this.whole = false;
    this.picked.clear();
  }

  range(extent: Extent): Range {
    const [a, b] = [clamp(this.anchor, extent), clamp(this.head, extent)];
    return {
      top: Math.min(a.row, b.row), bottom: Math.max(a.row, b.row),
      left: this.whole ? 0 : Math.min(a.column, b.column),
      right: this.whole ? Math.max(0, extent.columns - 1) : Math.max(a.column, b.column),
    };
  }

  /** Positions of every row that is touched, from above. */
  touched(extent: Extent, positionOf: (key: string) => number | undefined): number[] {
    if (!extent.rows) return [];
    const { top, bottom } = this.range(extent);
    const found = new Set<number>();
    for (let row = top; row <= bottom; row++) found.add(row);
    for (const key of this.picked) {
      const row = positionOf(key);
      if (row !== undefined) found.add(row);
    }
    return [...found].sort((a, b) => a - b);
  }

  get isSingle(): boolean {
    return !this.whole && !this.picked.size && this.anchor.row === this.head.row && this.anchor.column === this.head.column;
  }

  /** After the lines changed: both ends go where their rows went. */
  follow(place: (row: number) => number, extent: Extent): void {
    this.anchor = clamp({ row: place(this.anchor.row), column: this.anchor.column }, extent);
    this.head = clamp({ row: place(this.head.row), column: this.head.column }, extent);
  }
}

export function clamp(spot: Spot, extent: Extent): Spot {
  return { row: between(spot.row, extent.rows - 1), column: between(spot.column, extent.columns - 1) };
}

export const holds = (range: Range, row: number, column: number): boolean =>
  row >= range.top && row <= range.bottom && column >= range.left && column <= range.right;
