/**
 * `data-submit-on-change` sends a form when a choice changes; Ctrl+Enter sends the form one is in;
 * a form that is being sent cannot be sent a second time by a double click.
 */
export function startForms(page: Document): void {
  page.addEventListener("change", (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>("form[data-submit-on-change]");
    if (form?.checkValidity()) form.requestSubmit();
  });
  page.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = (event.target as Element).closest("form");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector<HTMLElement>(".is-primary:not([disabled])"));
  });
  page.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sending) event.preventDefault();
    form.dataset.sending = "yes";
    // An answer that is a file leaves the page as it is.
    setTimeout(() => delete form.dataset.sending, 10_000);
  });
  // A page that comes back from the history is a page to work on again.
  window.addEventListener("pageshow", () => {
    for (const form of page.querySelectorAll<HTMLFormElement>("form[data-sending]")) delete form.dataset.sending;
  });
}
