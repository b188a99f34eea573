/**
 * `<form data-proof>` is sent only when it is known who sends it: otherwise `#proof-dialog` asks first, and sends it afterwards.
 * Scripts ask by `await prove()`. Without scripts the server shows the same form as a page.
 */
import { showToast } from "./toast";

const ADDRESS = "/me/authentication/";
const HEADERS = { "HX-Request": "true" };

export function startProof(page: Document): void {
  page.addEventListener(
    "submit",
    (event) => {
      const form = event.target as HTMLFormElement;
      if (!("proof" in form.dataset) || form.dataset.proven) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const { submitter } = event as SubmitEvent;
      void prove(page).then((known) => {
        if (!known) return;
        form.dataset.proven = "yes";
        form.requestSubmit(submitter);
        delete form.dataset.proven;
      });
    },
    true,
  );
}

/** Asks who it is; true when that is known (for five minutes), false when the dialog was closed. */
export async function prove(page: Document = document): Promise<boolean> {
  const dialog = page.querySelector<HTMLDialogElement>("#proof-dialog");
  const first = await send(page, {});
  if (first?.status === 204) return true;
  if (!first?.ok || !dialog) return false;
  show(dialog, await first.text());
  dialog.showModal();
  return new Promise((resolve) => {
    const ended = new AbortController();
    let [known, busy] = [false, false];
    const answer = async (form: HTMLFormElement): Promise<void> => {
      if (busy) return;
      busy = true;
      const told = await send(page, { method: "POST", body: new FormData(form) });
      busy = false;
      known = told?.status === 204;
      if (known) dialog.close();
      else if (told) show(dialog, await told.text());
    };
    dialog.addEventListener(
      "submit",
      (event) => {
        event.preventDefault();
        void answer(event.target as HTMLFormElement);
      },
      { signal: ended.signal },
    );
    dialog.addEventListener(
      "close",
      () => {
        ended.abort();
        resolve(known);
      },
      { signal: ended.signal },
    );
  });
}

/** The answer; null where nobody can be reached, which is said. */
async function send(page: Document, options: RequestInit): Promise<Response | null> {
  try {
    return await fetch(ADDRESS, { headers: HEADERS, ...options });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    showToast(page.querySelector<HTMLElement>(".tz-toasts")?.dataset.offline ?? "", "error", page);
    return null;
  }
}

function show(dialog: HTMLDialogElement, fragment: string): void {
  const body = dialog.querySelector(".body")!;
  body.replaceChildren(document.createRange().createContextualFragment(fragment));
  const fields = [...body.querySelectorAll<HTMLElement>("input:not([type=hidden], [type=radio]), [data-proof-of] button")];
  (fields.find((field) => field.offsetParent !== null) ?? body.querySelector<HTMLElement>("a, button"))?.focus();
}
