import { vi } from "vitest";

/** What a browser has and happy-dom has not: streams, channels between tabs, and locks. The network is `answer`. */
export class Stream extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSED = 2;
  static all: Stream[] = [];
  readyState = Stream.CONNECTING;

  constructor(readonly url: string) {
    super();
    Stream.all.push(this);
  }

  static get living(): Stream[] {
    return Stream.all.filter((one) => one.readyState !== Stream.CLOSED);
  }

  opens(): void {
    this.readyState = Stream.OPEN;
    this.dispatchEvent(new Event("open"));
  }

  says(hint: object): void {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(hint) }));
  }

  /** The connection breaks; `over`: the server will have no more of it. */
  breaks(over: boolean): void {
    this.readyState = over ? Stream.CLOSED : Stream.CONNECTING;
    this.dispatchEvent(new Event("error"));
  }

  close(): void {
    this.readyState = Stream.CLOSED;
  }
}

export class Channel extends EventTarget {
  static all: Channel[] = [];

  constructor(readonly name: string) {
    super();
    Channel.all.push(this);
  }

  postMessage(data: unknown): void {
    for (const other of Channel.all) {
      if (other !== this && other.name === this.name) other.dispatchEvent(new MessageEvent("message", { data: structuredClone(data) }));
    }
  }
}

export class Locks {
  private waiting: (() => unknown)[] = [];

  request(_name: string, hold: () => unknown): Promise<void> {
    this.waiting.push(hold);
    if (this.waiting.length === 1) hold();
    return new Promise(() => undefined);
  }

  /** The tab that holds the lock is closed: its connection is, too, and the next tab gets the lock. */
  closeHolder(): void {
    for (const stream of Stream.living) stream.close();
    this.waiting.shift();
    this.waiting[0]?.();
  }
}

/** htmx looks for `hx-on` by XPath, which happy-dom does not know; there is none on these pages. */
class XPath {
  createExpression = (): object => ({ evaluate: () => ({ iterateNext: () => null }) });
}

export interface Browser {
  locks: Locks;
  /** The addresses that were asked for, in order. */
  asked: string[];
  /** What the server says the count is. */
  unread: number;
  /** What answers; by default the count at once. A test that wants to answer late puts its own in. */
  answer: (url: string) => Promise<Response>;
}

export function browser(): Browser {
  Stream.all = [];
  Channel.all = [];
  localStorage.clear();
  const made: Browser = {
    locks: new Locks(),
    asked: [],
    unread: 0,
    answer: () => Promise.resolve(Response.json({ unread: made.unread })),
  };
  vi.stubGlobal("XPathEvaluator", XPath);
  vi.stubGlobal("EventSource", Stream);
  vi.stubGlobal("BroadcastChannel", Channel);
  Object.defineProperty(navigator, "locks", { value: made.locks, configurable: true });
  vi.stubGlobal("fetch", (target: string) => {
    made.asked.push(String(target));
    return made.answer(String(target));
  });
  return made;
}

/** Opens a page in a tab of its own: its modules know nothing of the other tabs'. */
export async function openTab(html: string): Promise<Document> {
  vi.resetModules();
  const { startLive } = await import("./live");
  const page = document.implementation.createHTMLDocument();
  Object.defineProperty(page, "visibilityState", { value: "visible", configurable: true, writable: true });
  page.body.innerHTML = `<b data-live="unread"></b><b data-live="owed"></b><p id="news" hidden><button>有更新</button></p>${html}`;
  startLive(page);
  return page;
}

export const badge = (page: Document, name = "unread"): string | null => {
  const place = page.querySelector<HTMLElement>(`[data-live=${name}]`)!;
  return place.hidden ? null : place.textContent;
};
