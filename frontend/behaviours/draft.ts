/**
 * What one types into a form with `data-draft="key"` stays in this tab until it is saved: a lost connection, an ended session or a
 * reload bring it back. `data-quantity` in such a form shows at once which percent a quantity is.
 */
const SENT = "sent:";

export function startDrafts(page: Document): void {
  page.addEventListener("input", (event) => {
    const field = event.target as HTMLInputElement;
    const form = field.closest<HTMLFormElement>("form[data-draft]");
    if (form) keep(form.dataset.draft!, valuesOf(form));
    if (field.dataset.quantity) showPercent(page, field);
  });
  page.addEventListener("submit", (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>("form[data-draft]");
    if (form) keep(SENT + form.dataset.draft!, "yes");
  });
  page.addEventListener("htmx:after:swap", () => restoreAll(page));
  restoreAll(page);
}

function restoreAll(page: Document): void {
  const forms = [...page.querySelectorAll<HTMLFormElement>("form[data-draft]:not([data-drafted])")];
  for (const form of forms) restore(form);
  for (const field of page.querySelectorAll<HTMLInputElement>("[data-quantity]")) showPercent(page, field);
  // In the frame without its form, what was sent has arrived.
  if (page.querySelector(".tz-side") && !forms.length) forgetSent();
}

function restore(form: HTMLFormElement): void {
  form.dataset.drafted = "yes";
  const text = read(form.dataset.draft!);
  if (!text || form.querySelector("[aria-invalid], .tz-error:not(:empty)")) return;
  for (const [name, value] of Object.entries(JSON.parse(text) as Record<string, string>)) {
    const field = form.elements.namedItem(name);
    if (field && "value" in field) field.value = value;
    if (field instanceof HTMLElement) field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function valuesOf(form: HTMLFormElement): string {
  const found: Record<string, string> = {};
  for (const [name, value] of new FormData(form)) if (typeof value === "string" && !["csrfmiddlewaretoken", "next"].includes(name)) found[name] = value;
  return JSON.stringify(found);
}

function showPercent(page: Document, field: HTMLInputElement): void {
  const output = page.getElementById(field.dataset.output ?? "");
  const done = Number(field.value.normalize("NFKC"));
  const share = Math.min(Math.floor((done / Number(field.dataset.quantity)) * 10_000 + 1e-6), 10_000);
  if (output) output.textContent = field.value && Number.isFinite(share) && share >= 0 ? `${share / 100}%` : "";
}

/** A browser that forbids storage forgets the draft, and nothing else breaks. */
function keep(key: string, value: string): void {
  guarded(() => sessionStorage.setItem(key, value));
}

function read(key: string): string | null {
  let found: string | null = null;
  guarded(() => (found = sessionStorage.getItem(key)));
  return found;
}

function forgetSent(): void {
  guarded(() => {
    for (const key of Object.keys(sessionStorage).filter((one) => one.startsWith(SENT))) {
      sessionStorage.removeItem(key);
      sessionStorage.removeItem(key.slice(SENT.length));
    }
  });
}

function guarded(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
