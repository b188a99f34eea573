import { showToast } from "./toast";

/** `data-copy="id"`: puts the value or the text of that element on the clipboard; `data-copied` is what it then says. */
export function startCopy(page: Document): void {
  page.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
    const source = page.getElementById(button?.dataset.copy ?? "");
    if (button && source) void copy(page, button, source);
  });
}

async function copy(page: Document, button: HTMLElement, source: HTMLElement): Promise<void> {
  const text = source instanceof HTMLInputElement ? source.value : source.textContent.trim();
  try {
    await navigator.clipboard.writeText(text);
    showToast(button.dataset.copied ?? toastCopied(page), "success", page);
  } catch {
    // Without a secure origin there is no clipboard: select the text, so that Ctrl+C does it.
    if (source instanceof HTMLInputElement) source.select();
    else page.getSelection()?.selectAllChildren(source);
  }
}

function toastCopied(page: Document): string {
  return page.querySelector<HTMLElement>(".tz-toasts")?.dataset.copied ?? "";
}
