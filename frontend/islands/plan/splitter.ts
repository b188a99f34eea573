import { h } from "./dom";
import { t } from "./labels";

const USUAL = 600;
const LEAST = 180;
const LEAST_RIGHT = 160;
const STORE = "tongzhou.plan.split";

/** The line between table and chart: dragged, or moved by the arrow keys; the browser remembers where. */
export class Splitter {
  readonly element = h("div", { class: "plan-splitter", role: "separator", tabindex: "0", "aria-orientation": "vertical", "aria-label": t("splitter") });
  private width = Number(localStorage.getItem(STORE)) || USUAL;

  constructor(
    private readonly body: HTMLElement,
    private readonly moved: () => void,
  ) {
    this.element.addEventListener("pointerdown", (event) => this.drag(event));
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.element.addEventListener("dblclick", () => this.set(USUAL));
  }

  apply(): void {
    const room = this.body.clientWidth;
    const width = Math.round(Math.max(LEAST, Math.min(this.width, room - LEAST_RIGHT)));
    this.body.style.setProperty("--plan-split", `${width}px`);
    this.element.setAttribute("aria-valuenow", String(width));
    this.element.setAttribute("aria-valuemin", String(LEAST));
    this.element.setAttribute("aria-valuemax", String(Math.max(LEAST, room - LEAST_RIGHT)));
  }

  private set(width: number): void {
    this.width = Math.max(LEAST, Math.min(width, this.body.clientWidth - LEAST_RIGHT));
    localStorage.setItem(STORE, String(Math.round(this.width)));
    this.apply();
    this.moved();
  }

  private key(event: KeyboardEvent): void {
    const step = { ArrowLeft: -16, ArrowRight: 16, Home: -10_000, End: 10_000 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.set(this.width + step);
  }

  private drag(event: PointerEvent): void {
    event.preventDefault();
    this.element.setPointerCapture(event.pointerId);
    const left = this.body.getBoundingClientRect().left;
    const move = ({ clientX }: PointerEvent): void => this.set(clientX - left);
    this.element.addEventListener("pointermove", move);
    this.element.addEventListener("lostpointercapture", () => this.element.removeEventListener("pointermove", move), { once: true });
  }
}
