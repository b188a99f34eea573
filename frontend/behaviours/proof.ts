/**
 * `<form data-proof>` is sent only when it is known who sends it: otherwise `#proof-dialog` asks first, and sends it afterwards.
 * Scripts ask by `await prove()`. Without scripts the server shows the same form as a page.
 */
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
  const first = await fetch(ADDRESS, { headers: HEADERS });
  if (first.status === 204 || !dialog || !first.ok) return first.status === 204;
  show(dialog, await first.text());
  dialog.showModal();
  return new Promise((resolve) => {
    const ended = new AbortController();
    let known = false;
    const answer = async (form: HTMLFormElement): Promise<void> => {
      const told = await fetch(ADDRESS, { method: "POST", headers: HEADERS, body: new FormData(form) });
      known = told.status === 204;
      if (known) dialog.close();
      else show(dialog, await told.text());
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

function show(dialog: HTMLDialogElement, fragment: string): void {
  const body = dialog.querySelector(".body")!;
  body.replaceChildren(document.createRange().createContextualFragment(fragment));
  body.querySelector<HTMLElement>("input:not([type=hidden]), button")?.focus();
}
