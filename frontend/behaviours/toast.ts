export type Level = "success" | "info" | "warning" | "error";

const SHOWN_FOR = 6000;

/** Good news leaves by itself; a warning or an error stays until it is closed, and nothing leaves while one reads it. */
export function startToasts(page: Document): void {
  page.addEventListener("click", (event) => {
    (event.target as Element).closest("[data-toast-close]")?.closest(".tz-toast")?.remove();
  });
  arm(page);
  page.addEventListener("htmx:after:swap", () => arm(page));
}

/** What a message offers to do about it: one word, one click. */
export interface ToastAction {
  word: string;
  work(): void;
}

export function showToast(text: string, level: Level = "info", page: Document = document, action?: ToastAction): void {
  const box = page.querySelector(".tz-toasts");
  const model = page.querySelector<HTMLTemplateElement>("#toast-model");
  if (!box || !model || !text) return;
  const toast = model.content.firstElementChild!.cloneNode(true) as HTMLElement;
  toast.dataset.level = level;
  toast.querySelector("[data-toast-text]")!.textContent = text;
  if (action) toast.querySelector("[data-toast-text]")!.after(actionButton(action, toast, page));
  box.append(toast);
  arm(page);
}

function actionButton({ word, work }: ToastAction, toast: HTMLElement, page: Document): HTMLButtonElement {
  const button = page.createElement("button");
  button.type = "button";
  button.className = "tz-btn is-quiet is-s";
  button.textContent = word;
  button.addEventListener("click", () => {
    toast.remove();
    work();
  });
  return button;
}

/** The sentence for a failed request, in the reader's language: the page carries them. */
export function toastText(status: number, page: Document = document): string {
  const words = page.querySelector<HTMLElement>(".tz-toasts")?.dataset ?? {};
  if (status === 0) return words.offline ?? "";
  if (status === 403) return words.forbidden ?? "";
  if (status === 404) return words.missing ?? "";
  if (status === 412) return words.stale ?? "";
  return words.failed ?? "";
}

function arm(page: Document): void {
  for (const toast of page.querySelectorAll<HTMLElement>(".tz-toast:not([data-armed])")) {
    toast.dataset.armed = "yes";
    if (toast.dataset.level === "error" || toast.dataset.level === "warning") continue;
    const leave = (): void => {
      if (toast.matches(":hover, :focus-within")) setTimeout(leave, SHOWN_FOR);
      else toast.remove();
    };
    setTimeout(leave, SHOWN_FOR);
  }
}
