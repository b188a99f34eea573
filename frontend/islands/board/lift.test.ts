import { beforeEach, expect, it, vi } from "vitest";
import { startLifting, type Lifting } from "./lift";

let on: { [K in keyof Lifting]: ReturnType<typeof vi.fn> };
let host: HTMLElement;
let redrawn: (redraw: () => void) => void;
const cardOf = (id: number): HTMLElement => host.querySelector<HTMLElement>(`[data-card="${id}"]`)!;
const press = (key: string, id = 1): boolean => cardOf(id).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

beforeEach(() => {
  document.body.innerHTML = `<div id="host"><div class="tz-columns">
    <ul data-column="todo"><li data-card="1" tabindex="-1"></li><li data-card="2" tabindex="-1"></li></ul>
    <ul data-column="doing"></ul><ul data-column="done"><li data-card="3" tabindex="-1"></li></ul></div></div>`;
  host = document.querySelector<HTMLElement>("#host")!;
  on = { titleOf: vi.fn((key: string) => key), nameOf: vi.fn(() => "设计"), movable: vi.fn(() => true), drop: vi.fn(), open: vi.fn(), say: vi.fn() };
  redrawn = startLifting(host, on as unknown as Lifting);
  cardOf(1).focus();
});

it("lifts, aims and drops", () => {
  for (const key of [" ", "ArrowRight", "ArrowRight", " "]) press(key);
  expect(on.drop.mock.calls).toEqual([[1, "done"]]);
  expect(on.say.mock.calls.map(([label]) => label)).toEqual(["lifted", "over", "over"]);
});

it("puts back with Escape, on the same column, and when the focus leaves", () => {
  for (const keys of [[" ", "ArrowRight", "Escape"], [" ", " "]]) keys.forEach((key) => press(key));
  press(" ");
  cardOf(1).dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
  expect(on.drop).not.toHaveBeenCalled();
  expect(on.say.mock.calls.filter(([label]) => label === "stays")).toHaveLength(3);
  expect(host.querySelector(".is-lifted, .is-aim")).toBeNull();
});

it("keeps a card in the air while the board is drawn anew, and puts it down when it is gone", () => {
  const anew = (): void => {
    for (const list of host.querySelectorAll("ul")) list.replaceWith(list.cloneNode(true));
    document.body.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
  };
  press(" ");
  press("ArrowRight");
  redrawn(anew);
  expect(document.activeElement).toBe(cardOf(1));
  expect(host.querySelector("[data-column=doing]")!.classList).toContain("is-aim");
  press(" ");
  expect(on.drop.mock.calls).toEqual([[1, "doing"]]);
  press(" ");
  redrawn(() => cardOf(1).remove());
  press(" ", 2);
  press("Escape", 2);
  expect(on.drop).toHaveBeenCalledTimes(1);
});

it("moves the focus, and opens with Enter", () => {
  press("ArrowDown");
  expect(document.activeElement).toBe(cardOf(2));
  press("ArrowRight", 2);
  expect(document.activeElement).toBe(cardOf(3));
  press("Enter", 3);
  expect(on.open).toHaveBeenCalledWith(3);
});

it("does not lift what may not be moved", () => {
  on.movable.mockReturnValue(false);
  for (const key of [" ", "ArrowRight", " "]) press(key);
  expect(on.drop).not.toHaveBeenCalled();
});
