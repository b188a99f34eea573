import { h } from "./dom";

export interface Entry {
  word: string;
  keys?: string;
  danger?: boolean;
  off?: boolean;
  /** one of several, and whether it is the chosen one */
  on?: boolean;
  work(): void;
}

/** A menu at a point of the page: arrows walk, Enter takes, Esc and a click elsewhere close. A null is a line between two groups. */
export function openMenu(label: string, entries: (Entry | null)[], x: number, y: number, closed: () => void): void {
  document.querySelector(".plan-menu")?.remove();
  const items = entries.map((entry) => (entry ? itemOf(entry) : h("hr", { role: "separator" })));
  const menu = h("div", { class: "plan-menu", role: "menu", "aria-label": label, tabindex: "-1" }, ...items);
  const buttons = items.filter((item): item is HTMLButtonElement => item instanceof HTMLButtonElement && !item.disabled);
  const over = new AbortController();
  const close = (): void => {
    if (over.signal.aborted) return;
    over.abort();
    menu.remove();
    closed();
  };
  items.forEach((item, at) => item.addEventListener("click", () => {
    close();
    entries[at]?.work();
  }));
  menu.addEventListener("keydown", (event) => {
    event.stopPropagation();
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (next !== undefined) buttons[(next + buttons.length) % buttons.length]?.focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
  });
  document.body.append(menu);
  menu.style.left = `${Math.max(4, Math.min(x, window.innerWidth - menu.offsetWidth - 8))}px`;
  menu.style.top = `${Math.max(4, Math.min(y, window.innerHeight - menu.offsetHeight - 8))}px`;
  (buttons[0] ?? menu).focus();
  const { signal } = over;
  document.addEventListener("pointerdown", (event) => !menu.contains(event.target as Node) && close(), { signal, capture: true });
  window.addEventListener("blur", close, { signal });
}

function itemOf({ word, keys, danger, off, on }: Entry): HTMLButtonElement {
  return h("button", { type: "button", role: on === undefined ? "menuitem" : "menuitemradio", "aria-checked": on === undefined ? null : String(on), tabindex: "-1", class: danger ? "is-danger" : null, disabled: off }, h("span", {}, word), keys ? h("kbd", {}, keys) : null);
}

/** A small panel below a button; closes like a menu does. Its content is made anew each time. */
export function openPanel(anchor: HTMLElement, label: string, content: Node[], className = ""): () => void {
  document.querySelector<HTMLElement>(".plan-panel")?.dispatchEvent(new Event("plan:close"));
  const panel = h("div", { class: `plan-panel ${className}`, role: "dialog", "aria-label": label, tabindex: "-1" }, ...content);
  const over = new AbortController();
  const close = (): void => {
    if (over.signal.aborted) return;
    over.abort();
    panel.remove();
    anchor.setAttribute("aria-expanded", "false");
    if (anchor.isConnected) anchor.focus({ preventScroll: true });
  };
  panel.addEventListener("plan:close", close);
  panel.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key !== "Escape") return;
    event.preventDefault();
    close();
  });
  document.body.append(panel);
  anchor.setAttribute("aria-expanded", "true");
  const box = anchor.getBoundingClientRect();
  const below = box.bottom + 4 + panel.offsetHeight <= window.innerHeight - 8;
  panel.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - panel.offsetWidth - 8))}px`;
  panel.style.top = `${Math.max(8, below ? box.bottom + 4 : Math.max(8, Math.min(box.top - panel.offsetHeight - 4, window.innerHeight - panel.offsetHeight - 8)))}px`;
  (panel.querySelector<HTMLElement>("input,select,button") ?? panel).focus();
  document.addEventListener("pointerdown", (event) => {
    const target = event.target as Node;
    if (!panel.contains(target) && !anchor.contains(target)) close();
  }, { signal: over.signal, capture: true });
  return close;
}
