/**
 * `data-dialog-open="id"` opens a `<dialog>`, `data-dialog-close` closes the one it stands in, so does a click beside it.
 * The browser keeps the focus inside and gives it back. On a phone the style sheet turns a dialog into a bottom sheet.
 * A fragment that htmx puts into `<dialog data-sheet>` opens it.
 */
export function startDialogs(page: Document): void {
  page.addEventListener("click", (event) => {
    const target = event.target as HTMLElement;
    const opener = target.closest<HTMLElement>("[data-dialog-open]");
    if (opener) open(page.getElementById(opener.dataset.dialogOpen ?? ""));
    else if (target.closest("[data-dialog-close]")) target.closest("dialog")?.close();
    else if (target instanceof HTMLDialogElement && isBeside(target, event)) target.close();
  });
  page.addEventListener("htmx:after:swap", (event) => {
    // htmx tells the element that asked; what it filled stands in the context.
    const { target } = (event as CustomEvent<{ ctx: { target: Element } }>).detail.ctx;
    const host = target.closest("dialog[data-sheet]");
    if (host?.childElementCount) open(host);
  });
  for (const dialog of page.querySelectorAll<HTMLDialogElement>("dialog[data-open]")) open(dialog);
}

function open(element: Element | null): void {
  if (element instanceof HTMLDialogElement && !element.open) element.showModal();
}

function isBeside(dialog: HTMLDialogElement, event: MouseEvent): boolean {
  const box = dialog.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}
