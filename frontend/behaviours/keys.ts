/** `?` shows the keys that do something on this page; J and K step through a queue; a letter clicks the element with that `data-key`; Ctrl+K goes to the search. */
export function startKeys(page: Document): void {
  page.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() === "k") search(page, event);
      return;
    }
    if (isTyping(event.target)) return;
    if (event.key === "?") openHelp(page);
    else if (!page.querySelector("dialog[open]") && /^[a-z]$/i.test(event.key)) act(page, event, event.key.toLowerCase());
  });
}

function search(page: Document, event: KeyboardEvent): void {
  const field = page.querySelector<HTMLElement>("[data-search], input[type=search]");
  if (!field) return;
  event.preventDefault();
  field.focus();
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "range", "button", "submit"].includes(target.type);
  return target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

function openHelp(page: Document): void {
  const help = page.querySelector<HTMLDialogElement>("#keys-dialog");
  if (!help || help.open) return;
  for (const keys of help.querySelectorAll<HTMLElement>("[data-keys-for]")) keys.hidden = !page.querySelector(keys.dataset.keysFor!);
  help.showModal();
}

/** Within a queue the keys belong to the row that has the focus, else to the one that is open. */
function act(page: Document, event: KeyboardEvent, key: string): void {
  const rows = [...page.querySelectorAll<HTMLElement>(".tz-item, .tz-queue-row")];
  const at = rows.findIndex((row) => row.contains(page.activeElement));
  if (rows.length && (key === "j" || key === "k")) {
    const next = rows[Math.min(Math.max(at + (key === "j" ? 1 : -1), 0), rows.length - 1)];
    (next.hasAttribute("tabindex") ? next : next.querySelector<HTMLElement>("a, button"))?.focus();
    next.scrollIntoView({ block: "nearest" });
    return;
  }
  const row = rows[at] ?? rows.find((one) => one.classList.contains("is-open"));
  const selector = `[data-key="${key}"]`;
  const button = row?.querySelector<HTMLElement>(selector) ?? page.querySelector<HTMLElement>(`${selector}:not(.tz-item *)`);
  if (!button) return;
  event.preventDefault();
  button.click();
}
