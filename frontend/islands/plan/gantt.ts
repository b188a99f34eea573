import { h, oncePerFrame, svg } from "./dom";
import { Dragging, type Drop } from "./drag";
import { HEAD_HEIGHT, paintHead } from "./head";
import { t } from "./labels";
import { describe, paintWindow, type Picture, type Window_ } from "./paint";
import { ROW_HEIGHT } from "./renderer";
import { xOf } from "./timeline";

/** drawn beyond the window, so that small scrolls need no new picture */
const BEYOND_X = 300;
const BEYOND_ROWS = 5;

export interface GanttEvents {
  select(key: string): void;
  scrolled(top: number): void;
  /** given when bars may be moved */
  dropped?: ((drop: Drop) => void) | undefined;
}

/** The chart at the right. It draws what is in sight, and a little more, into one SVG inside a scrolled box. */
export class Gantt {
  private readonly headDrawing = svg("svg", { class: "g-head", height: HEAD_HEIGHT, "aria-hidden": "true" });
  private readonly headSpace = h("div", { class: "g-space" }, this.headDrawing);
  private readonly headBox = h("div", { class: "g-headbox" }, this.headSpace);
  private readonly drawing = svg("svg", { class: "g-chart", role: "group", "aria-label": t("gantt") });
  private readonly space = h("div", { class: "g-space" }, this.drawing);
  readonly scroller = h("div", { class: "g-scroll", tabindex: "0", role: "region", "aria-label": t("gantt") }, this.space);
  private readonly tip = h("div", { class: "g-tip", hidden: true, "aria-hidden": "true" });
  readonly host = h("div", { class: "plan-gantt" }, this.headBox, this.scroller, this.tip);
  private picture: Picture | null = null;
  private drawn: Window_ | null = null;
  private readonly later = oncePerFrame(() => this.draw(false));

  constructor(private readonly events: GanttEvents) {
    this.scroller.addEventListener("scroll", () => {
      this.headBox.scrollLeft = this.scroller.scrollLeft;
      this.events.scrolled(this.scroller.scrollTop);
      this.tip.hidden = true;
      this.later();
    });
    this.drawing.addEventListener("click", (event) => this.clicked(event));
    this.drawing.addEventListener("mousemove", (event) => this.pointed(event));
    if (events.dropped) new Dragging(this.drawing, () => this.picture, (text, event) => this.tell(text, event), events.dropped);
    this.drawing.addEventListener("mouseleave", () => (this.tip.hidden = true));
  }

  show(picture: Picture): void {
    this.picture = picture;
    const width = `${Math.round(picture.scale.width)}px`;
    this.space.style.width = this.headSpace.style.width = width;
    this.space.style.height = `${picture.lines.length * ROW_HEIGHT}px`;
    this.draw(true);
  }

  select(key: string | null): void {
    if (!this.picture) return;
    this.picture.selected = key;
    this.draw(true);
  }

  scrollTo(top: number): void {
    if (Math.abs(this.scroller.scrollTop - top) >= 1) this.scroller.scrollTop = top;
  }

  /** Brings a day into sight, at a third of the width. */
  showDay(day: number): void {
    if (!this.picture) return;
    this.scroller.scrollLeft = xOf(this.picture.scale, day) - this.scroller.clientWidth / 3;
  }

  /** The day at the middle of the window, to keep it there when the zoom changes. */
  middleDay(): number | null {
    if (!this.picture) return null;
    return this.picture.scale.first + (this.scroller.scrollLeft + this.scroller.clientWidth / 2) / this.picture.scale.perDay;
  }

  keepMiddle(day: number): void {
    if (this.picture) this.scroller.scrollLeft = xOf(this.picture.scale, day) - this.scroller.clientWidth / 2;
  }

  redraw(): void {
    this.draw(true);
  }

  private draw(force: boolean): void {
    const { picture } = this;
    const { clientWidth, clientHeight, scrollLeft, scrollTop } = this.scroller;
    if (!picture || !clientWidth) return;
    const sight: Window_ = {
      left: scrollLeft, right: Math.min(scrollLeft + clientWidth, picture.scale.width),
      first: Math.floor(scrollTop / ROW_HEIGHT), last: Math.floor((scrollTop + clientHeight) / ROW_HEIGHT),
    };
    frame(this.headDrawing, sight.left, 0, sight.right - sight.left, HEAD_HEIGHT);
    this.headDrawing.replaceChildren(...paintHead(picture.plan, picture.scale, sight.left, sight.right));
    if (!force && this.drawn && covers(this.drawn, sight)) return;
    const seen = {
      left: Math.max(0, sight.left - BEYOND_X), right: Math.min(picture.scale.width, sight.right + BEYOND_X),
      first: Math.max(0, sight.first - BEYOND_ROWS), last: Math.min(picture.lines.length - 1, sight.last + BEYOND_ROWS),
    };
    this.drawn = { ...seen, first: sight.first === 0 ? -1 : seen.first, last: seen.last === picture.lines.length - 1 ? Infinity : seen.last };
    const top = seen.first * ROW_HEIGHT;
    frame(this.drawing, seen.left, top, seen.right - seen.left, Math.max(0, (seen.last + 1) * ROW_HEIGHT - top));
    this.drawing.replaceChildren(...paintWindow(picture, seen));
    this.headBox.scrollLeft = scrollLeft;
  }

  private keyAt(event: MouseEvent): string | null {
    const task = (event.target as Element).closest<SVGElement>("[data-key]");
    if (task?.dataset.key) return task.dataset.key;
    const line = Math.floor((event.clientY - this.space.getBoundingClientRect().top) / ROW_HEIGHT);
    return this.picture?.lines[line]?.key ?? null;
  }

  private clicked(event: MouseEvent): void {
    const key = this.keyAt(event);
    if (key) this.events.select(key);
  }

  private pointed(event: MouseEvent): void {
    if (event.buttons) return;
    const bar = (event.target as Element).closest<SVGElement>("[data-key]");
    const line = bar && this.picture?.lines.find(({ key }) => key === bar.dataset.key);
    this.tell(line && this.picture ? describe(line.task, this.picture.plan) : null, event);
  }

  /** A hint beside the pointer; null takes it away. */
  private tell(text: string | null, event: MouseEvent): void {
    this.tip.hidden = text === null;
    if (text === null) return;
    this.tip.textContent = text;
    const box = this.host.getBoundingClientRect();
    const x = Math.min(event.clientX - box.left + 12, box.width - this.tip.offsetWidth - 8);
    const below = event.clientY - box.top + 16;
    this.tip.style.left = `${Math.max(4, x)}px`;
    this.tip.style.top = `${below + this.tip.offsetHeight > box.height ? below - this.tip.offsetHeight - 28 : below}px`;
  }
}

function covers(drawn: Window_, sight: Window_): boolean {
  return drawn.left <= sight.left && drawn.right >= sight.right - 1 && drawn.first <= sight.first && drawn.last >= sight.last;
}

/** Places a drawing so that its own coordinates are those of the whole chart. */
function frame(drawing: SVGSVGElement, left: number, top: number, width: number, height: number): void {
  drawing.style.left = `${left}px`;
  drawing.style.top = `${top}px`;
  drawing.setAttribute("width", String(width));
  drawing.setAttribute("height", String(height));
  drawing.setAttribute("viewBox", `${left} ${top} ${width} ${height}`);
}
