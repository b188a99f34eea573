import { Renderer } from "tabulator-tables";

export const ROW_HEIGHT = 36;
/** rows kept above and below the window */
const MARGIN = 4;

interface InnerRow {
  cells: unknown[];
  initialized: boolean;
  getElement(): HTMLElement;
  initialize(force: boolean, inFragment: boolean): void;
  rendered(): void;
  deleteCells(): void;
  deinitialize(): void;
}

interface InnerRenderer {
  elementVertical: HTMLElement;
  tableElement: HTMLElement;
  rows(): InnerRow[];
}

/**
 * Draws only the rows in sight, each at position × 36 px exactly.
 *
 * Tabulator's own virtual renderer measures rows and shifts them by fractions of a row after a long jump; the bars of
 * the Gantt stand on a fixed grid, so the rows must too. It also forgets rows that went out of sight, which keeps
 * memory flat over a long scroll.
 */
export class FixedRows extends (Renderer as unknown as new (...parts: unknown[]) => InnerRenderer) {
  verticalFillMode = "fill";
  private drawn = new Map<number, InnerRow>();

  clearRows(): void {
    this.drawn.clear();
    this.tableElement.replaceChildren();
  }

  renderRows(): void {
    this.forgetAll();
    this.draw();
  }

  rerenderRows(callback?: () => void): void {
    const { scrollTop, scrollLeft } = this.elementVertical;
    this.forgetAll();
    callback?.();
    this.draw();
    this.elementVertical.scrollTop = scrollTop;
    this.elementVertical.scrollLeft = scrollLeft;
    this.draw();
  }

  scrollRows(): void {
    this.draw();
  }

  resize(): void {
    queueMicrotask(() => this.draw());
  }

  scrollToRow(row: InnerRow): void {
    this.elementVertical.scrollTop = this.rows().indexOf(row) * ROW_HEIGHT;
  }

  scrollToRowNearestTop(): boolean {
    return true;
  }

  visibleRows(): InnerRow[] {
    return [...this.drawn.entries()].sort(([a], [b]) => a - b).map(([, row]) => row);
  }

  private draw(): void {
    const rows = this.rows();
    const { scrollTop, clientHeight } = this.elementVertical;
    const first = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT) - MARGIN);
    const last = Math.min(rows.length - 1, Math.ceil((scrollTop + clientHeight) / ROW_HEIGHT) + MARGIN);
    this.tableElement.style.height = `${rows.length * ROW_HEIGHT}px`;
    for (const [position, row] of this.drawn) {
      if (position < first || position > last || rows[position] !== row) this.forget(position, row);
    }
    for (let position = first; position <= last; position++) this.place(position, rows);
  }

  private place(position: number, rows: InnerRow[]): void {
    const row = rows[position];
    if (!row || this.drawn.has(position)) return;
    const element = row.getElement();
    element.style.top = `${position * ROW_HEIGHT}px`;
    element.setAttribute("aria-rowindex", String(position + 2));
    row.initialize(false, true);
    this.tableElement.insertBefore(element, this.after(position));
    row.rendered();
    this.drawn.set(position, row);
  }

  /** Rows stay in reading order in the page, for those who hear it. */
  private after(position: number): HTMLElement | null {
    let nearest = Infinity;
    for (const at of this.drawn.keys()) if (at > position && at < nearest) nearest = at;
    return nearest === Infinity ? null : (this.drawn.get(nearest)?.getElement() ?? null);
  }

  private forget(position: number, row: InnerRow): void {
    row.getElement().remove();
    while (row.cells.length) row.deleteCells();
    row.deinitialize();
    this.drawn.delete(position);
  }

  private forgetAll(): void {
    for (const [position, row] of this.drawn) this.forget(position, row);
    this.tableElement.replaceChildren();
  }
}
