import { h } from "./dom";
import type { Grid } from "./grid";
import { t } from "./labels";
import type { Line } from "./layout";
import type { Plan, Task } from "./model";
import { dropAt, topmost, type Drop } from "./moves";
import { ROW_HEIGHT } from "./renderer";
import type { Spot } from "./selection";

/** Movements below this many pixels are clicks. */
const SLACK = 5;
/** The longest that both halves of a double click take, in milliseconds. */
const DOUBLE = 1000;
/** How near to its edge the table begins to scroll by itself, and how fast. */
const EDGE = 28;
const SPEED = 12;
const INDENT = 10;

export interface PointerHost {
  grid: Grid;
  plan(): Plan;
  lines(): Line[];
  /** rows may be dragged: the person may write, and the tree stands whole */
  canDrag(): boolean;
  clicked(position: number): void;
  toggle(position: number): void;
  edit(spot: Spot): void;
  menu(x: number, y: number): void;
  dropped(tasks: Task[], drop: Drop): void;
  filled(knownFrom: number, knownTo: number, from: number, to: number, asSeries: boolean): void;
}

interface Track {
  move(event: PointerEvent): void;
  end?(event: PointerEvent): void;
  cancel?(): void;
}

/** The mouse in the table: selecting, filling by the corner, and dragging rows by their number. */
export class Pointer {
  private readonly drop = h("div", { class: "plan-drop", hidden: true, "aria-hidden": "true" });
  private readonly carried = h("div", { class: "plan-carried", hidden: true, "aria-hidden": "true" });

  private first: First | null = null;

  constructor(private readonly host: PointerHost) {
    const element = host.grid.host;
    document.body.append(this.carried);
    element.addEventListener("pointerdown", (event) => this.pressed(event));
    element.addEventListener("click", (event) => this.clicked(event));
    // What a first click opens beside the table moves the cells; the second one still means the cell of the first.
    window.addEventListener("dblclick", (event) => {
      const { first } = this;
      if (first && isNear(first, event) && !(event.target as Element).closest("[data-plan-fold]")) host.edit(first.spot);
    });
    element.addEventListener("contextmenu", (event) => this.context(event));
  }

  /** The cell under an event; null beside the rows. */
  private spotAt(event: MouseEvent): Spot | null {
    const target = event.target as Element;
    const row = this.host.grid.positionOf(target.closest<HTMLElement>(".tabulator-row")?.dataset.key ?? "");
    const field = target.closest(".tabulator-cell")?.getAttribute("tabulator-field");
    if (row < 0) return null;
    return { row, column: Math.max(0, field ? this.host.grid.columnAt(field) : this.host.grid.active.column) };
  }

  /** The cell at a point, also when the pointer has left the rows. */
  private nearest({ clientX, clientY }: PointerEvent): Spot {
    const { grid } = this.host;
    const { scroller } = grid;
    const box = scroller.getBoundingClientRect();
    const row = Math.floor((clientY - box.top + scroller.scrollTop) / ROW_HEIGHT);
    const x = clientX - box.left + scroller.scrollLeft;
    const column = grid.columns.findIndex((_, at) => {
      const cell = grid.box({ row: 0, column: at });
      return x < cell.left + cell.width;
    });
    return { row: Math.max(0, Math.min(row, grid.extent.rows - 1)), column: column < 0 ? grid.extent.columns - 1 : column };
  }

  private clicked(event: MouseEvent): void {
    const spot = this.spotAt(event);
    if (!spot || event.shiftKey || event.ctrlKey || event.metaKey) return;
    if ((event.target as Element).closest("[data-plan-fold]")) this.host.toggle(spot.row);
    else this.host.clicked(spot.row);
  }

  private context(event: MouseEvent): void {
    const spot = this.spotAt(event);
    if (!spot) return;
    event.preventDefault();
    const { grid } = this.host;
    const key = this.host.lines()[spot.row]?.task;
    if (!grid.tasks().some((task) => task === key)) grid.goTo(spot);
    this.host.menu(event.clientX, event.clientY);
  }

  private pressed(event: PointerEvent): void {
    if (event.button !== 0) return;
    const { grid } = this.host;
    const spot = this.spotAt(event);
    if (spot && (!this.first || !isNear(this.first, event))) this.first = { spot, x: event.clientX, y: event.clientY, at: event.timeStamp };
    if (event.pointerType === "touch") return;
    if ((event.target as Element).closest("[data-plan-fill]")) return this.pull(event);
    if (!spot || (event.target as Element).closest("[data-plan-fold]")) return;
    const isNumber = grid.columns[spot.column]?.field === "code";
    if (event.ctrlKey || event.metaKey) return grid.pickRow(spot.row);
    if (event.shiftKey) return isNumber || grid.selection.whole ? grid.selectRows(grid.active.row, spot.row) : grid.extendTo(spot);
    if (isNumber) return this.pressedNumber(event, spot);
    grid.goTo(spot);
    this.track(event, { move: (now) => grid.extendTo(this.nearest(now)) });
  }

  private pressedNumber(event: PointerEvent, spot: Spot): void {
    const { grid } = this.host;
    const task = this.host.lines()[spot.row]?.task;
    const chosen = (grid.selection.whole || grid.selection.picked.size > 0) && grid.tasks().some((one) => one === task);
    if (!chosen) {
      grid.goTo(spot);
      grid.selectRows(spot.row, spot.row);
    }
    if (this.host.canDrag() && task && task.index >= 0) this.carry(event);
  }

  /** Follows the pointer until it is let go; near the edge the table scrolls along. */
  private track(event: PointerEvent, { move, end, cancel }: Track): void {
    const over = new AbortController();
    const { signal } = over;
    const from = { x: event.clientX, y: event.clientY };
    let last = event;
    let moved = false;
    const scrolling = window.setInterval(() => moved && this.scroll(last) && move(last), 30);
    const stop = (): void => {
      over.abort();
      window.clearInterval(scrolling);
    };
    window.addEventListener("pointermove", (now) => {
      moved ||= Math.abs(now.clientX - from.x) + Math.abs(now.clientY - from.y) > SLACK;
      last = now;
      if (moved) move(now);
    }, { signal });
    window.addEventListener("pointerup", (now) => {
      stop();
      if (!moved) return cancel?.();
      swallowClick();
      end?.(now);
    }, { signal });
    const giveUp = (): void => {
      stop();
      cancel?.();
    };
    window.addEventListener("pointercancel", giveUp, { signal });
    window.addEventListener("keydown", (key) => {
      if (key.key !== "Escape") return;
      key.preventDefault();
      key.stopPropagation();
      giveUp();
      swallowClick();
    }, { signal, capture: true });
  }

  private scroll({ clientY }: PointerEvent): boolean {
    const { scroller } = this.host.grid;
    const { top, bottom } = scroller.getBoundingClientRect();
    const by = clientY < top + EDGE ? -SPEED : clientY > bottom - EDGE ? SPEED : 0;
    if (by) scroller.scrollTop += by;
    return by !== 0;
  }

  /** The corner is pulled down or up: what is known goes on as a series; with Ctrl it is repeated. */
  private pull(event: PointerEvent): void {
    const { grid } = this.host;
    const known = grid.selection.range(grid.extent);
    event.preventDefault();
    const reach = (row: number): void => {
      grid.selection.anchor = { row: Math.min(known.top, row), column: known.left };
      grid.selection.head = { row: Math.max(known.bottom, row), column: known.right };
      grid.paint();
    };
    const back = (): void => reach(known.top);
    this.track(event, {
      move: (now) => reach(this.nearest(now).row),
      end: (now) => {
        const { row } = this.nearest(now);
        if (row > known.bottom) this.host.filled(known.top, known.bottom, known.bottom + 1, row, !now.ctrlKey);
        else if (row < known.top) this.host.filled(known.top, known.bottom, row, known.top - 1, !now.ctrlKey);
      },
      cancel: back,
    });
  }

  /** Rows that are carried to another place; the line shows where, and at which level, they would stand. */
  private carry(event: PointerEvent): void {
    const { grid } = this.host;
    const tasks = topmost(this.host.plan(), grid.tasks());
    let target: Drop | null = null;
    const end = (): void => {
      this.drop.hidden = this.carried.hidden = true;
      grid.host.classList.remove("is-carrying");
    };
    this.track(event, {
      move: (now) => {
        target = this.targetAt(now, tasks);
        grid.host.classList.add("is-carrying");
        this.show(now, tasks, target);
      },
      end: () => {
        end();
        if (target) this.host.dropped(tasks, target);
      },
      cancel: end,
    });
  }

  private targetAt({ clientX, clientY }: PointerEvent, tasks: Task[]): Drop | null {
    const { grid } = this.host;
    const { scroller } = grid;
    const box = scroller.getBoundingClientRect();
    const boundary = Math.round((clientY - box.top + scroller.scrollTop) / ROW_HEIGHT);
    const level = Math.floor((clientX - box.left + scroller.scrollLeft - grid.box({ row: 0, column: 1 }).left) / INDENT);
    const at = Math.max(0, Math.min(boundary, this.host.lines().length));
    const found = dropAt(this.host.plan(), this.host.lines(), tasks, at, Math.max(0, level));
    const name = grid.box({ row: at, column: 1 });
    if (found) Object.assign(this.drop.style, { top: `${at * ROW_HEIGHT - 1}px`, left: `${name.left + 14 + found.level * INDENT}px`, width: `${Math.max(80, name.width - 14 - found.level * INDENT)}px` });
    return found;
  }

  private show({ clientX, clientY }: PointerEvent, tasks: Task[], target: Drop | null): void {
    if (!this.drop.isConnected) this.host.grid.scroller.append(this.drop);
    this.drop.hidden = !target;
    this.carried.hidden = false;
    const parent = target?.parent === null ? null : this.host.plan().tasks.find(({ id }) => id === target?.parent);
    const what = tasks.length === 1 ? (tasks[0]?.name ?? "") : t("chosenRows", { count: tasks.length });
    this.carried.textContent = target ? `${what} → ${parent ? t("into", { task: `${parent.code} ${parent.name}` }) : t("toTop")}` : what;
    Object.assign(this.carried.style, { left: `${clientX + 14}px`, top: `${clientY + 12}px` });
  }
}

/** A click that a second one may follow. */
interface First {
  spot: Spot;
  x: number;
  y: number;
  at: number;
}

const isNear = (first: First, { clientX, clientY, timeStamp }: MouseEvent): boolean =>
  timeStamp - first.at < DOUBLE && Math.abs(clientX - first.x) + Math.abs(clientY - first.y) <= SLACK;

/** The click that follows a drag is none. */
function swallowClick(): void {
  const swallow = (event: Event): void => event.stopPropagation();
  window.addEventListener("click", swallow, { capture: true, once: true });
  window.setTimeout(() => window.removeEventListener("click", swallow, { capture: true }));
}
