import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { badge, browser, openTab, Stream, type Browser } from "./tabs.fixture";

let here: Browser;
const after = (seconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(seconds * 1000);
const counts = (): number => here.asked.filter((url) => url === "/inbox/count/").length;

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2024-03-06T08:00:00Z") });
  here = browser();
});

afterEach(() => {
  vi.clearAllTimers();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** So many tabs, of which the first leads and has its stream open. */
async function tabs(count: number, html = ""): Promise<Document[]> {
  const pages: Document[] = [];
  for (let at = 0; at < count; at += 1) pages.push(await openTab(html));
  await after(2);
  Stream.living[0]?.opens();
  await after(0);
  return pages;
}

describe("the stream", () => {
  it("is one for all tabs of a browser", async () => {
    await tabs(3);
    expect(Stream.all.map((one) => one.url)).toEqual(["/events"]);
  });

  it("is taken over when the tab that holds it closes, and there are never two", async () => {
    const [, second, third] = await tabs(3);
    here.locks.closeHolder();
    expect([Stream.all.length, Stream.living.length]).toEqual([2, 1]);
    Stream.living[0].opens();
    here.unread = 4;
    Stream.living[0].says({ inbox: true });
    await after(0);
    expect([badge(second), badge(third)]).toEqual(["4", "4"]);
    here.locks.closeHolder();
    expect([Stream.all.length, Stream.living.length]).toEqual([3, 1]);
  });

  it("waits until the page has settled", async () => {
    await openTab("");
    await after(1);
    expect(Stream.all).toEqual([]);
  });

  it("is left alone where nobody is signed in", async () => {
    const { startLive } = await import("./live");
    startLive(document.implementation.createHTMLDocument());
    await after(120);
    expect([Stream.all.length, here.asked.length]).toEqual([0, 0]);
  });
});

describe("the count", () => {
  it("moves in every tab by one question", async () => {
    const pages = await tabs(2);
    const before = counts();
    here.unread = 3;
    Stream.all[0].says({ inbox: true });
    await after(0);
    expect([counts() - before, ...pages.map((page) => badge(page))]).toEqual([1, "3", "3"]);
  });

  it("is not shown at none, and is short when there are many", async () => {
    const [page] = await tabs(1);
    expect(badge(page)).toBeNull();
    here.unread = 250;
    Stream.all[0].says({ inbox: true });
    await after(0);
    expect(badge(page)).toBe("99+");
  });

  it("is what the page says, and what was asked before that is older", async () => {
    const [page] = await tabs(1);
    const late: ((unread: number) => void)[] = [];
    here.answer = () => new Promise((resolve) => late.push((unread) => resolve(Response.json({ unread }))));
    Stream.all[0].says({ inbox: true });
    page.body.insertAdjacentHTML("beforeend", '<div id="inbox" data-live-unread="1"></div>');
    page.dispatchEvent(new Event("htmx:after:swap"));
    expect(badge(page)).toBe("1");
    late[0](7);
    await after(0);
    expect(badge(page)).toBe("1");
  });

  it("is told by a part of the page only when that is put in", async () => {
    const [page] = await tabs(1, '<div id="inbox" data-live-unread="3"></div>');
    here.unread = 4;
    Stream.all[0].says({ inbox: true });
    await after(0);
    page.dispatchEvent(new Event("htmx:after:swap"));
    expect(badge(page)).toBe("4");
  });

  it("ignores an answer that comes after that of a later question", async () => {
    const [page] = await tabs(1);
    const late: ((unread: number) => void)[] = [];
    here.answer = () => new Promise((resolve) => late.push((unread) => resolve(Response.json({ unread }))));
    Stream.all[0].says({ inbox: true });
    Stream.all[0].says({ inbox: true });
    late[1](5);
    await after(0);
    late[0](2);
    await after(0);
    expect(badge(page)).toBe("5");
  });

  it("of what is owed follows the queue, in every tab", async () => {
    const [first, second] = await tabs(2, '<div id="bench" data-live-owed="2"></div>');
    first.querySelector("#bench")!.outerHTML = '<div id="bench" data-live-owed="1"></div>';
    first.dispatchEvent(new Event("htmx:after:swap"));
    expect([badge(first, "owed"), badge(second, "owed")]).toEqual(["1", "1"]);
  });

  it("is asked for by a page that does not say it, and shown from memory meanwhile", async () => {
    localStorage.setItem("tz-unread", "6");
    here.unread = 8;
    const page = await openTab("");
    expect(badge(page)).toBe("6");
    await after(0);
    expect(badge(page)).toBe("8");
  });
});

describe("without a stream", () => {
  it("asks every half minute, and asks for the stream later and later", async () => {
    const [page] = await tabs(1);
    Stream.all[0].breaks(true);
    here.unread = 9;
    const before = counts();
    const times: number[] = [];
    for (let second = 1; second <= 130; second += 1) {
      const streams = Stream.all.length;
      await after(1);
      if (Stream.all.length > streams) {
        times.push(second);
        Stream.living[0].breaks(true);
      }
    }
    expect(counts() - before).toBe(4);
    expect(badge(page)).toBe("9");
    expect(times).toEqual([3, 9, 21, 45, 93]);
  });

  it("does not ask while nobody looks", async () => {
    const [page] = await tabs(1);
    Stream.all[0].breaks(true);
    const before = counts();
    Object.defineProperty(page, "visibilityState", { value: "hidden", configurable: true });
    await after(120);
    expect(counts()).toBe(before);
  });

  it("leaves asking again to the browser while that tries itself", async () => {
    await tabs(1);
    Stream.all[0].breaks(false);
    await after(60);
    expect(Stream.all.length).toBe(1);
    expect(counts()).toBeGreaterThan(2);
  });

  it("goes on when the server cannot be reached", async () => {
    const [page] = await tabs(1);
    Stream.all[0].breaks(true);
    here.answer = () => Promise.reject(new TypeError("offline"));
    await after(60);
    here.unread = 2;
    here.answer = () => Promise.resolve(Response.json({ unread: 2 }));
    await after(35);
    expect(badge(page)).toBe("2");
  });
});

describe("with a stream", () => {
  it("no tab asks by itself, neither the one that leads nor the others", async () => {
    await tabs(2);
    const before = counts();
    await after(300);
    expect(counts()).toBe(before);
  });
});

describe("a page about a project", () => {
  const PART = '<main data-live-project="7"><section data-live-refresh>旧</section></main>';
  const fresh = (words: string): Response => new Response(`<section data-live-refresh>${words}</section>`);
  const part = (page: Document): string => page.querySelector("[data-live-refresh]")!.textContent;

  it("reads its part again when somebody else changed the project", async () => {
    const [page] = await tabs(1, PART);
    here.answer = () => Promise.resolve(fresh("新"));
    Stream.all[0].says({ project: 7, version: 3, mine: false });
    await after(0);
    expect(part(page)).toBe("新");
  });

  it("ignores the answer of an earlier reading", async () => {
    const [page] = await tabs(1, PART);
    const late: ((words: string) => void)[] = [];
    here.answer = () => new Promise((resolve) => late.push((words) => resolve(fresh(words))));
    Stream.all[0].says({ project: 7, version: 3, mine: false });
    Stream.all[0].says({ project: 7, version: 4, mine: false });
    late[1]("第四版");
    await after(0);
    late[0]("第三版");
    await after(0);
    expect(part(page)).toBe("第四版");
  });

  it("only offers to, while something is typed", async () => {
    const [page] = await tabs(1, '<main data-live-project="7"><section data-live-refresh><textarea>写</textarea></section></main>');
    page.querySelector("textarea")!.value = "正在写";
    const before = here.asked.length;
    Stream.all[0].says({ project: 7, version: 3, mine: false });
    await after(0);
    expect([here.asked.length - before, page.querySelector<HTMLElement>("#news")!.hidden]).toEqual([0, false]);
  });

  it("does not care for other projects", async () => {
    await tabs(1, PART);
    const before = here.asked.length;
    Stream.all[0].says({ project: 8, version: 3, mine: false });
    await after(0);
    expect(here.asked.length).toBe(before);
  });

  it("takes what this tab wrote itself for no news", async () => {
    const [page] = await tabs(1, PART);
    here.answer = () => Promise.resolve(fresh("新"));
    await window.fetch("/projects/S-1/report/", { method: "POST" });
    Stream.all[0].says({ project: 7, version: 3, mine: true });
    await after(0);
    expect(part(page)).toBe("旧");
    await after(11);
    Stream.all[0].says({ project: 7, version: 4, mine: true });
    await after(0);
    expect(part(page)).toBe("新");
  });
});

describe("the queue and the inbox", () => {
  const BOTH = '<div id="bench" data-queue><li class="tz-item"></li></div><div id="inbox" data-queue><input type="text" value=""></div>';

  /** How often each is asked to read itself anew. */
  function readings(page: Document): Record<string, number> {
    const found: Record<string, number> = { queue: 0, inbox: 0 };
    for (const name of ["queue", "inbox"]) page.body.addEventListener(`${name}-changed`, () => (found[name] += 1));
    return found;
  }

  it("read themselves anew, in every tab, when something came", async () => {
    const pages = await tabs(2, BOTH);
    const found = pages.map(readings);
    Stream.all[0].says({ inbox: true });
    await after(0);
    expect(found).toEqual([{ queue: 1, inbox: 1 }, { queue: 1, inbox: 1 }]);
  });

  it.each([
    ["a row is open", (page: Document) => page.querySelector(".tz-item")!.classList.add("is-open"), { queue: 0, inbox: 1 }],
    ["something is typed", (page: Document) => (page.querySelector("input")!.value = "找"), { queue: 1, inbox: 0 }],
    ["a dialog stands over the page", (page: Document) => page.body.insertAdjacentHTML("beforeend", "<dialog open></dialog>"), { queue: 0, inbox: 0 }],
  ])("stay as they are where %s", async (_case, work, expected) => {
    const [page] = await tabs(1, BOTH);
    const found = readings(page);
    work(page);
    Stream.all[0].says({ inbox: true });
    await after(0);
    expect(found).toEqual(expected);
  });

  it("follow what others do in a project, not what one does oneself", async () => {
    const [page] = await tabs(1, BOTH);
    const found = readings(page);
    Stream.all[0].says({ project: 7, version: 3, mine: true });
    expect(found).toEqual({ queue: 0, inbox: 0 });
    Stream.all[0].says({ project: 7, version: 4, mine: false });
    expect(found).toEqual({ queue: 1, inbox: 1 });
  });
});
