import { isoOf, shortOf, type Day } from "./days";
import { svg } from "./dom";
import { canEdit, type Field, type Task } from "./model";
import { placeOf, type Picture } from "./paint";
import { ROW_HEIGHT } from "./renderer";

/** Movements below this many pixels are clicks. */
const SLACK = 4;
/** How near to its end a bar is taken by the end. */
const GRIP = 6;

export interface Drop {
  task: Task;
  field: Field;
  value: string;
}

interface Grip {
  task: Task;
  field: "start" | "finish";
  day: Day;
  left: number;
  right: number;
  top: number;
}

/** Moving a bar sets its start; pulling its end sets its finish. The days between are the server's to settle. */
export class Dragging {
  private ghost: SVGElement | null = null;

  constructor(
    private readonly drawing: SVGSVGElement,
    private readonly picture: () => Picture | null,
    private readonly tell: (text: string | null, event: PointerEvent) => void,
    private readonly dropped: (drop: Drop) => void,
  ) {
    drawing.addEventListener("pointerdown", (event) => this.take(event));
    drawing.addEventListener("pointermove", (event) => {
      const field = event.buttons ? undefined : this.gripAt(event)?.field;
      drawing.classList.toggle("at-end", field === "finish");
    });
  }

  private gripAt(event: PointerEvent): Grip | null {
    const picture = this.picture();
    const bar = (event.target as Element).closest<SVGElement>("[data-key]");
    const at = bar && picture ? picture.lines.findIndex(({ key }) => key === bar.dataset.key) : -1;
    const task = picture?.lines[at]?.task;
    if (!picture || !task || !canEdit(task, "start") || task.start === null || task.finish === null) return null;
    const place = placeOf(picture, task, at * ROW_HEIGHT);
    if (!place) return null;
    const x = this.xOf(event);
    if (x < place.left - 2 || x > place.right + 2) return null;
    const byEnd = task.kind === "task" && x > place.right - Math.min(GRIP, (place.right - place.left) / 3);
    return { task, field: byEnd ? "finish" : "start", day: byEnd ? task.finish : task.start, left: place.left, right: place.right, top: place.top };
  }

  private xOf(event: PointerEvent): number {
    return event.clientX - this.drawing.getBoundingClientRect().left + this.drawing.viewBox.baseVal.x;
  }

  private take(event: PointerEvent): void {
    const grip = event.button === 0 && event.pointerType !== "touch" ? this.gripAt(event) : null;
    const picture = this.picture();
    if (!grip || !picture) return;
    event.preventDefault();
    const from = event.clientX;
    const over = new AbortController();
    const { signal } = over;
    let days = 0;
    let moved = false;
    const end = (): void => {
      over.abort();
      this.ghost?.remove();
      this.ghost = null;
      this.tell(null, event);
    };
    window.addEventListener("pointermove", (now) => {
      moved ||= Math.abs(now.clientX - from) > SLACK;
      if (!moved) return;
      days = Math.round((now.clientX - from) / picture.scale.perDay);
      if (grip.field === "finish" && grip.task.start !== null) days = Math.max(days, grip.task.start - grip.day);
      this.show(grip, days * picture.scale.perDay);
      this.tell(shortOf(grip.day + days, picture.plan.year), now);
    }, { signal });
    window.addEventListener("pointerup", () => {
      end();
      if (moved) swallowClick();
      if (moved && days) this.dropped({ task: grip.task, field: grip.field, value: isoOf(grip.day + days) });
    }, { signal });
    window.addEventListener("pointercancel", end, { signal });
    window.addEventListener("keydown", (key) => {
      if (key.key !== "Escape") return;
      key.preventDefault();
      key.stopPropagation();
      end();
    }, { signal, capture: true });
  }

  private show(grip: Grip, shift: number): void {
    if (!this.ghost?.isConnected) {
      this.ghost = svg("rect", { class: "g-drag", y: grip.top - 2, height: grip.task.kind === "milestone" ? 20 : 18, rx: 4 });
      this.drawing.append(this.ghost);
    }
    this.ghost.setAttribute("x", String(grip.field === "start" ? grip.left + shift : grip.left));
    this.ghost.setAttribute("width", String(Math.max(3, grip.right - grip.left + (grip.field === "finish" ? shift : 0))));
  }
}

/** The click that follows a drag is none. */
function swallowClick(): void {
  const swallow = (event: Event): void => event.stopPropagation();
  window.addEventListener("click", swallow, { capture: true, once: true });
  window.setTimeout(() => window.removeEventListener("click", swallow, { capture: true }));
}
