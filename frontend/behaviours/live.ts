import htmx from "htmx.org";
import { lead } from "./leader";

/**
 * One stream for each browser: the tab that leads holds it and passes its hints on to the others. A hint never says what happened:
 * the page asks for what it may see. Counts beside `data-live="unread|owed"` move; a page about a project (`data-live-project`)
 * that somebody else changed reads its part `data-live-refresh` again, or offers to, when something is being typed.
 */
interface Hint {
  inbox?: boolean;
  project?: number;
  mine?: boolean;
  unread?: number;
  owed?: number;
  /** The leader says now and then that its stream is open: so long nobody has to ask. */
  streaming?: boolean;
}

const POLL = 30_000;
const BEAT = 10_000;
const LOOK = 5000;
/** The page comes first: only then the stream is asked for. */
const SETTLED = 1500;
const OWN = 10_000;
let wrote = 0;
/** When this tab heard anything last, from its own stream, from another tab, or because it asked. */
let heard = 0;
/** Questions are numbered: an answer that comes after a later one's is none any more. */
let asked = 0;
let answered = 0;
let refreshed = 0;
/** How many are unread as far as this tab has heard. */
let known: number | undefined;
const told = new WeakSet<Element>();

export function startLive(page: Document): void {
  if (!page.querySelector("[data-live=unread]")) return;
  watchWrites();
  const others = "BroadcastChannel" in window ? new BroadcastChannel("tz-live") : null;
  const hear = (hint: Hint): void => apply(page, hint);
  others?.addEventListener("message", (event) => hear(event.data as Hint));
  const tellAll = (hint: Hint): void => {
    others?.postMessage(hint);
    hear(hint);
  };
  begin(page, tellAll);
  page.addEventListener("htmx:after:swap", () => saidByPage(page, tellAll));
  setTimeout(() => lead(() => listen(tellAll)), SETTLED);
  // A hint that came while nobody could be asked is not said again.
  window.addEventListener("online", () => void count(tellAll));
  setInterval(() => {
    if (Date.now() - heard >= POLL && page.visibilityState === "visible") void count(tellAll);
  }, LOOK);
}

/** What the page says itself is the newest; else what the browser knows is shown at once, and asked for. */
function begin(page: Document, tellAll: (hint: Hint) => void): void {
  show(page, "owed", Number(read("tz-owed") ?? 0));
  show(page, "unread", Number(read("tz-unread") ?? 0));
  if (saidByPage(page, tellAll).unread === undefined) void count(tellAll);
}

/** Tells what the queue and the inbox on this page say, once they are put in; what was asked before that is older. */
function saidByPage(page: Document, tellAll: (hint: Hint) => void): Hint {
  const said: Hint = {};
  for (const host of page.querySelectorAll<HTMLElement>("[data-live-unread], [data-live-owed]")) {
    if (told.has(host)) continue;
    told.add(host);
    const { liveUnread, liveOwed } = host.dataset;
    if (liveUnread) said.unread = Number(liveUnread);
    if (liveOwed) said.owed = Number(liveOwed);
  }
  if (said.unread !== undefined) {
    answered = ++asked;
    known = said.unread;
  }
  if (Object.keys(said).length > 0) tellAll(said);
  return said;
}

/** Holds the stream, and says so; a stream that the server ends is asked for again, later and later. Returns how it ends. */
function listen(tellAll: (hint: Hint) => void): () => void {
  let wait = 3000;
  let source: EventSource;
  let again: ReturnType<typeof setTimeout> | undefined;
  const open = (): void => {
    source = new EventSource("/events");
    source.addEventListener("open", () => {
      wait = 3000;
      tellAll({ streaming: true });
      void count(tellAll);
    });
    source.addEventListener("message", (event) => {
      const hint = JSON.parse(event.data as string) as Hint;
      if (hint.inbox) void count((news) => tellAll({ ...news, inbox: true }));
      else tellAll(hint);
    });
    source.addEventListener("error", () => {
      if (source.readyState !== EventSource.CLOSED) return;
      again = setTimeout(open, wait);
      wait = Math.min(wait * 2, POLL * 10);
    });
  };
  const beat = setInterval(() => source.readyState === EventSource.OPEN && tellAll({ streaming: true }), BEAT);
  open();
  return () => {
    clearInterval(beat);
    clearTimeout(again);
    source.close();
  };
}

async function count(tell: (hint: Hint) => void): Promise<void> {
  const turn = ++asked;
  heard = Date.now();
  try {
    const answer = await fetch("/inbox/count/", { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { unread } = (await answer.json()) as { unread: number };
    if (turn < answered) return;
    answered = turn;
    tell({ unread });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // nobody could be reached; the next look will tell
  }
}

function apply(page: Document, hint: Hint): void {
  heard = Date.now();
  if (hint.owed !== undefined) {
    keep("tz-owed", String(hint.owed));
    show(page, "owed", hint.owed);
  }
  // What came before the stream was open, or while it was away, was hinted to nobody: the number tells.
  const missed = hint.unread !== undefined && known !== undefined && hint.unread !== known;
  if (hint.unread !== undefined) {
    known = hint.unread;
    keep("tz-unread", String(hint.unread));
    show(page, "unread", hint.unread);
  }
  if (hint.inbox || missed) refreshOwn(page);
  if (hint.project !== undefined) changed(page, hint);
}

/** The inbox and the queue read themselves anew, unless somebody is at work in them. */
function refreshOwn(page: Document): void {
  for (const [place, name] of [["#inbox", "inbox-changed"], ["#bench", "queue-changed"]] as const) {
    const host = page.querySelector<HTMLElement>(place);
    if (host && !isBusy(page, host)) htmx.trigger(page.body, name);
  }
}

function changed(page: Document, hint: Hint): void {
  if (page.querySelector("#bench") && !hint.mine) refreshOwn(page);
  const about = page.querySelector<HTMLElement>("[data-live-project]");
  if (!about || Number(about.dataset.liveProject) !== hint.project) return;
  if (hint.mine && Date.now() - wrote < OWN) return;
  const part = page.querySelector<HTMLElement>("[data-live-refresh]");
  if (part && !isBusy(page, part)) void refresh(page, part);
  else offer(page);
}

async function refresh(page: Document, part: HTMLElement): Promise<void> {
  const turn = ++refreshed;
  const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return offer(page);
  const text = await answer.text();
  if (turn !== refreshed) return; // a later one is under way
  const fresh = new DOMParser().parseFromString(text, "text/html").querySelector<HTMLElement>("[data-live-refresh]");
  if (!fresh || isBusy(page, part)) return offer(page);
  part.replaceWith(fresh);
  htmx.process(fresh);
}

/** 有更新: quietly, in the corner; what is being typed stays until one asks for the page anew. */
function offer(page: Document): void {
  const news = page.querySelector<HTMLElement>("#news");
  if (!news || !news.hidden) return;
  news.hidden = false;
  news.querySelector("button")!.addEventListener("click", () => window.location.reload(), { once: true });
}

/** Somebody types, chooses or marks in this part, something in it was changed, or a dialog stands over the page. */
function isBusy(page: Document, part: HTMLElement): boolean {
  const held = page.activeElement;
  const marked = window.getSelection();
  return (
    page.querySelector("dialog[open]") !== null ||
    part.querySelector(".tz-item.is-open") !== null ||
    (held !== null && part.contains(held) && held.matches("input, textarea, select, [contenteditable]")) ||
    (marked !== null && !marked.isCollapsed && marked.anchorNode !== null && part.contains(marked.anchorNode)) ||
    [...part.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("textarea, input[type=text], input[type=number]")].some((one) => one.value !== one.defaultValue)
  );
}

/** What this tab wrote itself is no news to it. */
function watchWrites(): void {
  const send = window.fetch.bind(window);
  window.fetch = (target, options) => {
    const method = options?.method ?? (target instanceof Request ? target.method : "GET");
    if (!/^(GET|HEAD)$/i.test(method)) wrote = Date.now();
    return send(target, options);
  };
}

function show(page: Document, name: string, count: number): void {
  for (const place of page.querySelectorAll<HTMLElement>(`[data-live="${name}"]`)) {
    place.textContent = count > 99 ? "99+" : String(count);
    place.hidden = count === 0;
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    return; // storage may be forbidden: the count is asked for on each page
  }
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
