import htmx from "htmx.org";
import { post, type Told } from "./post";
import { settleInGroup } from "./group";
import { openSheet } from "./sheet";
import { showToast } from "./toast";

/**
 * Reports in place, for my tasks and the tracking table: a container `data-reports` holds rows `data-task` with their address,
 * version and state. Every change is one save, shown at once and taken back with its reason when it is refused.
 * Keys: J K ↑ ↓ move, 1–5 set the state, digits and Enter the percent (or the quantity), N no change, D what is done,
 * Space selects, Shift with an arrow a range, Shift+N no change for all selected, Enter opens.
 */
const STATES = ["todo", "doing", "done", "blocked", "cancelled"];
/** So long a single digit waits for a second one, or Enter, before it means a state. */
const WAIT = 700;

let pending: { digit: string; timer: ReturnType<typeof setTimeout> } | undefined;
let anchor: HTMLElement | undefined;
const saves = new Map<string, Promise<void>>();

export function startReports(page: Document): void {
  page.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || page.querySelector("dialog[open]")) return;
    const host = page.querySelector<HTMLElement>("[data-reports]");
    if (!host) return;
    const target = event.target as HTMLElement;
    const row = target.closest<HTMLElement>("[data-task]");
    if (row && target.matches("input:not([type=checkbox]), textarea")) inField(event, row, target as HTMLInputElement);
    else if (!target.matches("input:not([type=checkbox]), textarea, select")) onRow(host, event, row);
  });
  page.addEventListener("change", (event) => {
    const field = event.target as HTMLElement;
    const row = field.closest<HTMLElement>("[data-reports] [data-task]");
    if (!row) return;
    if (field instanceof HTMLSelectElement) setState(row, field.value);
    else if (field.matches("[data-pick]")) showPicked(hostOf(row));
    else if (field instanceof HTMLInputElement && field.name !== "done") saveField(row, field);
  });
  page.addEventListener("click", (event) => onClick(event));
}

const hostOf = (row: HTMLElement): HTMLElement => row.closest<HTMLElement>("[data-reports]")!;
const rowsOf = (host: HTMLElement): HTMLElement[] => [...host.querySelectorAll<HTMLElement>("[data-task]")];
const pickOf = (row: HTMLElement): HTMLInputElement | null => row.querySelector<HTMLInputElement>("[data-pick]");
const numberOf = (row: HTMLElement): HTMLInputElement | null => row.querySelector<HTMLInputElement>("[name=percent], [name=done_quantity]");

function onRow(host: HTMLElement, event: KeyboardEvent, row: HTMLElement | null): void {
  const onWidget = event.target instanceof HTMLElement && event.target.matches("a, button, input");
  const key = event.key;
  if (key === "j" || key === "ArrowDown") step(host, row, 1, event.shiftKey && key !== "j");
  else if (key === "k" || key === "ArrowUp") step(host, row, -1, event.shiftKey && key !== "k");
  else if (key === "N") unchangedAll(host);
  else if (!row) return;
  else if (/^\d$/.test(key)) digit(row, key);
  else if (key === "n") void save(row, { unchanged: true });
  else if (key === "d") openWords(row);
  else if (onWidget) return;
  else if (key === " ") toggle(row);
  else if (key === "Enter") enter(row);
  else return;
  event.preventDefault();
}

function inField(event: KeyboardEvent, row: HTMLElement, field: HTMLInputElement): void {
  if (event.key === "Escape") {
    field.value = field.defaultValue;
    if (field.name === "done") hideWords(row);
    row.focus();
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (field.name === "done") void save(row, { done: field.value });
    else saveField(row, field);
    row.focus();
  }
}

function onClick(event: Event): void {
  const target = event.target as HTMLElement;
  const host = target.closest<HTMLElement>("[data-reports]");
  if (!host) return;
  const row = target.closest<HTMLElement>("[data-task]");
  if (row && target.closest("[data-unchanged]")) void save(row, { unchanged: true });
  else if (target.closest("[data-unchanged-all]")) unchangedAll(host);
  else if (target.closest("[data-pick-none]")) pickNone(host);
  else if (row && target.matches("[data-pick]")) {
    if ((event as MouseEvent).shiftKey && anchor) range(host, anchor, row, (target as HTMLInputElement).checked);
    anchor = row;
    showPicked(host);
  }
}

function step(host: HTMLElement, row: HTMLElement | null, by: number, picking: boolean): void {
  const rows = rowsOf(host);
  const at = row ? rows.indexOf(row) : by > 0 ? -1 : rows.length;
  const next = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
  if (!next) return;
  if (picking && row) for (const one of [row, next]) check(one, true);
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  if (picking) showPicked(host);
}

function digit(row: HTMLElement, key: string): void {
  const first = pending?.digit ?? "";
  clearTimeout(pending?.timer);
  pending = undefined;
  if (!first && /[1-5]/.test(key)) {
    const timer = setTimeout(() => {
      pending = undefined;
      setState(row, STATES[Number(key) - 1]);
    }, WAIT);
    pending = { digit: key, timer };
    return;
  }
  const field = numberOf(row);
  if (!field) return;
  field.value = first + key;
  field.focus();
}

/** Enter after one digit is a percent, else it opens the task. */
function enter(row: HTMLElement): void {
  const field = numberOf(row);
  if (pending && field) {
    clearTimeout(pending.timer);
    field.value = pending.digit;
    pending = undefined;
    saveField(row, field);
  } else if (row.dataset.open) window.location.assign(row.dataset.open);
}

function setState(shown: HTMLElement, state: string): void {
  const row = current(shown);
  if (state === row.dataset.state) return;
  const select = row.querySelector<HTMLSelectElement>("select[name=state]");
  // What blocks it, and who could help, is asked for in the form.
  if (state === "blocked") {
    if (select) select.value = row.dataset.state ?? "";
    openSheet(`${row.dataset.form}&state=${state}`);
    return;
  }
  if (select) select.value = state;
  void save(row, { state });
}

function saveField(row: HTMLElement, field: HTMLInputElement): void {
  if (field.value.trim() !== field.defaultValue) void save(row, { [field.name]: field.value.trim() });
}

/** One save after the other for a task: the second knows the version that the first made. */
function save(row: HTMLElement, said: Record<string, unknown>): Promise<void> {
  const key = row.dataset.task!;
  const host = hostOf(current(row));
  const turn = (saves.get(key) ?? Promise.resolve()).then(() => send(host, current(row), said));
  saves.set(key, turn);
  return turn;
}

/** The row of this task as it stands on the page now; a save puts a fresh one in its place. */
function current(row: HTMLElement): HTMLElement {
  return row.isConnected ? row : (document.querySelector<HTMLElement>(`[data-reports] [data-task="${row.dataset.task}"]`) ?? row);
}

async function send(host: HTMLElement, row: HTMLElement, said: Record<string, unknown>): Promise<void> {
  row.setAttribute("aria-busy", "true");
  say(row, "");
  const seen = "unchanged" in said ? {} : { seen: Number(row.dataset.version) };
  const body = { ...said, ...seen, row: host.dataset.row, ...(host.dataset.date ? { date: host.dataset.date } : {}) };
  const told = await post(row.dataset.url!, body);
  row.removeAttribute("aria-busy");
  if (told.status === 200 || told.status === 412) replace(host, row, told);
  else refuse(host, row, told);
}

/** Put the row in as it is now. After a conflict it shows what somebody else saved, and why one's own is not. */
function replace(host: HTMLElement, row: HTMLElement, told: Told): void {
  const model = document.createElement("template");
  model.innerHTML = String(told.body.html ?? "");
  const fresh = model.content.firstElementChild;
  if (!(fresh instanceof HTMLElement)) return;
  const held = row.contains(document.activeElement);
  if (pickOf(row)?.checked) check(fresh, true);
  row.replaceWith(fresh);
  htmx.process(fresh);
  settleInGroup(fresh, told.status === 200);
  if (held) fresh.focus();
  if (told.status === 412) say(fresh, String(told.body.detail ?? ""));
  else {
    fresh.classList.add("is-saved");
    announce(host, host.dataset.saysSaved ?? "");
  }
}

function refuse(host: HTMLElement, row: HTMLElement, told: Told): void {
  const select = row.querySelector<HTMLSelectElement>("select[name=state]");
  if (select) select.value = row.dataset.state ?? "";
  const words = { 0: host.dataset.saysOffline, 401: host.dataset.saysSignin }[told.status];
  say(row, words ?? String(told.body.detail ?? host.dataset.saysFailed ?? ""));
}

function say(row: HTMLElement, words: string): void {
  const place = row.querySelector<HTMLElement>("[role=alert]");
  if (place) place.textContent = words;
}

function announce(host: HTMLElement, words: string): void {
  const place = host.querySelector<HTMLElement>("[data-says]");
  if (place) place.textContent = words;
}

function openWords(row: HTMLElement): void {
  const place = row.querySelector<HTMLElement>(".tz-mine-words");
  if (!place) return;
  place.hidden = false;
  place.querySelector("input")?.focus();
}

function hideWords(row: HTMLElement): void {
  const place = row.querySelector<HTMLElement>(".tz-mine-words");
  if (place) place.hidden = true;
}

function check(row: HTMLElement, on: boolean): void {
  const pick = pickOf(row);
  if (pick) pick.checked = on;
}

function toggle(row: HTMLElement): void {
  check(row, !pickOf(row)?.checked);
  anchor = row;
  showPicked(hostOf(row));
}

function range(host: HTMLElement, from: HTMLElement, to: HTMLElement, on: boolean): void {
  const rows = rowsOf(host);
  const [first, last] = [rows.indexOf(from), rows.indexOf(to)].sort((one, other) => one - other);
  for (const row of rows.slice(Math.max(first, 0), last + 1)) check(row, on);
}

function pickNone(host: HTMLElement): void {
  for (const row of rowsOf(host)) check(row, false);
  showPicked(host);
}

const picked = (host: HTMLElement): HTMLElement[] => rowsOf(host).filter((row) => pickOf(row)?.checked);

function showPicked(host: HTMLElement): void {
  const count = picked(host).length;
  const bar = host.querySelector<HTMLElement>("[data-picked]");
  if (!bar) return;
  bar.hidden = count === 0;
  bar.querySelector("[data-picked-count]")!.textContent = String(count);
}

function unchangedAll(host: HTMLElement): void {
  const rows = picked(host);
  if (!rows.length) showToast(host.dataset.saysNone ?? "", "info");
  else void sendAll(host, rows);
}

async function sendAll(host: HTMLElement, rows: HTMLElement[]): Promise<void> {
  const tasks = rows.map((row) => Number(row.dataset.task));
  const told = await post(host.dataset.unchangedUrl!, { tasks, ...(host.dataset.date ? { date: host.dataset.date } : {}) });
  if (told.status === 200) window.location.reload();
  else showToast(told.status === 0 ? (host.dataset.saysOffline ?? "") : String(told.body.detail ?? host.dataset.saysFailed ?? ""), "error");
}
