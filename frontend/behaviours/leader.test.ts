import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { lead } from "./leader";

/** A tab: its own window, its own timers, one storage for all. */
interface Tab {
  leads: boolean;
  begun: number;
  /** The browser runs none of its timers any more: asleep, or gone without a word. */
  sleeps(): void;
  closes(): void;
  hears(): void;
}

/** The storage that all tabs share. `blind`: what was written is not to be seen yet; `forbidden`: it may not be used. */
class Shelf {
  private kept = new Map<string, string>();
  blind = false;
  forbidden = false;

  getItem(key: string): string | null {
    if (this.forbidden) throw new DOMException("forbidden", "SecurityError");
    return this.blind ? null : (this.kept.get(key) ?? null);
  }

  setItem(key: string, value: string): void {
    this.kept.set(key, value);
  }

  removeItem(key: string): void {
    this.kept.delete(key);
  }
}

let shelf = new Shelf();
const plain = { setInterval: globalThis.setInterval, setTimeout: globalThis.setTimeout };
let tabs: Tab[] = [];

function open(): Tab {
  const own = new EventTarget();
  let asleep = false;
  const awake = (run: () => void) => (): void => {
    if (!asleep) run();
  };
  vi.stubGlobal("window", own);
  vi.stubGlobal("setInterval", (run: () => void, wait: number) => plain.setInterval(awake(run), wait));
  vi.stubGlobal("setTimeout", (run: () => void, wait: number) => plain.setTimeout(awake(run), wait));
  const tab: Tab = {
    leads: false,
    begun: 0,
    sleeps: () => (asleep = true),
    closes: () => {
      own.dispatchEvent(new Event("pagehide"));
      asleep = true;
    },
    hears: () => own.dispatchEvent(new StorageEvent("storage", { key: "tz-leader" })),
  };
  lead(() => {
    tab.leads = true;
    tab.begun += 1;
    return () => (tab.leads = false);
  });
  tabs.push(tab);
  return tab;
}

const after = (seconds: number): void => void vi.advanceTimersByTime(seconds * 1000);
const leaders = (): number => tabs.filter((tab) => tab.leads).length;

describe("without Web Locks", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: new Date("2024-03-06T08:00:00Z") });
    Object.assign(plain, { setInterval: globalThis.setInterval, setTimeout: globalThis.setTimeout });
    vi.stubGlobal("localStorage", (shelf = new Shelf()));
    tabs = [];
    Object.defineProperty(navigator, "locks", { value: undefined, configurable: true });
  });

  afterEach(() => {
    vi.clearAllTimers();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("one tab leads, for as long as it lives", () => {
    const first = open();
    after(1);
    const second = open();
    after(600);
    expect([first.leads, first.begun, second.begun]).toEqual([true, 1, 0]);
  });

  it("the next one leads soon after the first says goodbye", () => {
    const first = open();
    after(1);
    const second = open();
    first.closes();
    expect([first.leads, localStorage.getItem("tz-leader")]).toEqual([false, null]);
    after(4);
    expect([first.leads, second.leads]).toEqual([false, true]);
  });

  it("the next one leads after one that is gone without a word", () => {
    const first = open();
    after(1);
    const second = open();
    first.sleeps();
    after(4);
    expect(second.begun).toBe(0);
    after(6);
    expect(second.leads).toBe(true);
  });

  it("one that slept ends its stream when it hears of another's claim, before that one begins", () => {
    const first = open();
    after(1);
    open();
    first.sleeps();
    let waited = 0;
    while (!localStorage.getItem("tz-leader")?.includes(" ") || leaders() === 1) {
      after(0.25);
      first.hears();
      waited += 0.25;
      expect(leaders()).toBeLessThan(2);
      if (!first.leads) break;
      if (waited > 30) throw new Error("nobody took over");
    }
    after(1);
    expect([first.leads, tabs[1].leads]).toEqual([false, true]);
  });

  it("of two that claim at the same moment, one leads", () => {
    // Both found nobody: what the first wrote is not yet to be seen by the second.
    shelf.blind = true;
    open();
    open();
    shelf.blind = false;
    for (let step = 0; step < 40; step += 1) {
      after(0.25);
      expect(leaders()).toBeLessThan(2);
    }
    expect(leaders()).toBe(1);
  });

  it("nobody leads where the storage is forbidden", () => {
    shelf.forbidden = true;
    const tab = open();
    after(60);
    tab.closes();
    expect(tab.begun).toBe(0);
  });
});
