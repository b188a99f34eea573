/**
 * `<input type=range data-mirror="id">` and the field of that id show the same number; `data-output="id"` writes it into an element.
 * The filled part of the track follows by the custom property --v. In a `data-progress` form a number moves the state along:
 * 100 is done, more than nothing is in progress; done is 100.
 */
export function startRange(page: Document): void {
  page.addEventListener("input", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement)) return;
    if (input.type === "range") fromRange(page, input);
    else if (input.id) fromNumber(page, input);
  });
  page.addEventListener("change", (event) => {
    const input = event.target;
    if (input instanceof HTMLInputElement && input.type === "radio" && input.value === "done") finish(input);
  });
  const paintAll = (): void => page.querySelectorAll<HTMLInputElement>("input[type=range]").forEach(paint);
  page.addEventListener("htmx:after:swap", paintAll);
  paintAll();
}

function fromRange(page: Document, range: HTMLInputElement): void {
  paint(range);
  const mirror = page.getElementById(range.dataset.mirror ?? "");
  if (mirror instanceof HTMLInputElement) mirror.value = range.value;
  const output = page.getElementById(range.dataset.output ?? "");
  if (output) output.textContent = `${range.value}%`;
  follow(range);
}

function fromNumber(page: Document, field: HTMLInputElement): void {
  const range = page.querySelector<HTMLInputElement>(`input[type=range][data-mirror="${CSS.escape(field.id)}"]`);
  if (!range) return;
  range.value = field.value;
  paint(range);
  follow(range);
}

function follow(range: HTMLInputElement): void {
  const form = range.closest<HTMLFormElement>("form[data-progress]");
  const chosen = form?.querySelector<HTMLInputElement>("input[name=state]:checked")?.value ?? "";
  if (!form || chosen === "blocked" || chosen === "cancelled") return;
  const state = Number(range.value) >= 100 ? "done" : Number(range.value) > 0 ? "doing" : chosen === "done" ? "doing" : chosen;
  const radio = form.querySelector<HTMLInputElement>(`input[name=state][value="${state}"]`);
  if (radio) radio.checked = true;
}

function finish(radio: HTMLInputElement): void {
  const range = radio.closest("form[data-progress]")?.querySelector<HTMLInputElement>("input[type=range][data-mirror]");
  if (!range) return;
  range.value = "100";
  fromRange(range.ownerDocument, range);
}

function paint(range: HTMLInputElement): void {
  const low = Number(range.min || 0);
  const high = Number(range.max || 100);
  range.style.setProperty("--v", String(((Number(range.value) - low) / (high - low || 1)) * 100));
}
