/** `data-confirm="question"` on a form or a button: asks before the form is sent, in the page's own dialog. */
export function startConfirm(page: Document): void {
  page.addEventListener(
    "submit",
    (event) => {
      const form = event.target as HTMLFormElement;
      const submitter = (event as SubmitEvent).submitter;
      const question = submitter?.dataset.confirm ?? form.dataset.confirm;
      const dialog = page.querySelector<HTMLDialogElement>("#confirm-dialog");
      if (!question || !dialog || form.dataset.confirmed) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(dialog, question, () => {
        form.dataset.confirmed = "yes";
        form.requestSubmit(submitter);
        delete form.dataset.confirmed;
      });
    },
    true,
  );
}

function ask(dialog: HTMLDialogElement, question: string, yes: () => void): void {
  dialog.querySelector("[data-confirm-text]")!.textContent = question;
  dialog.returnValue = "";
  dialog.addEventListener("close", () => dialog.returnValue === "yes" && yes(), { once: true });
  dialog.showModal();
}
