import { post, type Told } from "./post";

/**
 * A form with `data-autosave` (fields `text` and `version`) saves itself while one writes: after a pause, and when one leaves the
 * field. Its `output` says what is stored. Where somebody else wrote meanwhile, both texts stand there and nothing is saved by itself
 * any more: the button does, over the version that was shown. A text that could not be sent stays, and is tried again. The button
 * waits for a save that is on its way: it makes the version that the button must name.
 */
const PAUSE = 4000;
const AGAIN = 15_000;
const timers = new WeakMap<HTMLFormElement, number>();

export function startAutosave(page: Document): void {
  page.addEventListener("input", (event) => {
    const form = formOf(event);
    if (!form) return;
    form.dataset.unsaved = "yes";
    tell(form, form.dataset.waits);
    wait(form, PAUSE);
  });
  page.addEventListener("focusout", (event) => {
    const form = formOf(event);
    if (form?.dataset.unsaved) void save(form);
  });
  page.addEventListener("submit", (event) => {
    const form = formOf(event);
    if (!form) return;
    clearTimeout(timers.get(form));
    if (!form.dataset.saving) return;
    event.preventDefault();
    form.dataset.asked = "yes";
  });
  window.addEventListener("beforeunload", (event) => {
    if (page.querySelector("form[data-unsaved]:not([data-sending])")) event.preventDefault();
  });
}

const formOf = (event: Event): HTMLFormElement | null => (event.target as Element).closest<HTMLFormElement>("form[data-autosave]");

function wait(form: HTMLFormElement, time: number): void {
  clearTimeout(timers.get(form));
  timers.set(form, window.setTimeout(() => void save(form), time));
}

async function save(form: HTMLFormElement): Promise<void> {
  clearTimeout(timers.get(form));
  // One at a time: what is typed meanwhile follows when the answer is there.
  if (form.dataset.saving || form.dataset.sending) return;
  const sent = field(form, "text").value;
  form.dataset.saving = "yes";
  tell(form, form.dataset.sends);
  const told = await post(form.action, { text: sent, version: field(form, "version").value }, { keepalive: sent.length < 15_000 });
  delete form.dataset.saving;
  take(form, told, sent);
  const asked = form.dataset.asked;
  delete form.dataset.asked;
  // Where both texts stand there now, the button waits for a decision.
  if (asked && form.hasAttribute("data-autosave")) form.requestSubmit();
}

function take(form: HTMLFormElement, told: Told, sent: string): void {
  if (told.status === 200) {
    field(form, "version").value = String(told.body.version);
    tell(form, String(told.body.said));
    if (field(form, "text").value !== sent) return wait(form, PAUSE);
    delete form.dataset.unsaved;
    forget(form.dataset.draft);
  } else if (told.status === 412) showBoth(form, told.body);
  else if (told.status === 422 || told.status === 403) tell(form, String(told.body.detail ?? form.dataset.fails), true);
  else {
    tell(form, form.dataset.fails, true);
    wait(form, AGAIN);
  }
}

/** The other's text stands above one's own; what happens to both is a decision. */
function showBoth(form: HTMLFormElement, told: Record<string, unknown>): void {
  const note = form.querySelector<HTMLElement>("[data-autosave-conflict]")!;
  note.querySelector("[data-autosave-by]")!.textContent = String(told.edited_by ?? "");
  note.querySelector("[data-autosave-theirs]")!.textContent = String(told.text ?? "");
  note.setAttribute("role", "alert");
  note.hidden = false;
  field(form, "version").value = String(told.version);
  form.removeAttribute("data-autosave");
  tell(form, String(told.detail), true);
}

function field(form: HTMLFormElement, name: string): HTMLInputElement {
  return form.elements.namedItem(name) as HTMLInputElement;
}

function tell(form: HTMLFormElement, words = "", wrong = false): void {
  const output = form.querySelector("output");
  if (!output) return;
  output.textContent = words;
  output.classList.toggle("c-block", wrong);
}

/** What is stored needs no draft in this tab any more. */
function forget(key?: string): void {
  try {
    if (key) sessionStorage.removeItem(key);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
