interface Mark {
  at: string;
  n: number;
}

/**
 * A sheet: `[data-marks-of="id"]` shows the changes that the JSON script `id` names at the elements with `data-at`,
 * `[data-marks]` turns that off and on, `[data-print]` prints, and `form[data-deciding]` names the decision on its button.
 */
export function startSigning(page: Document): void {
  for (const paper of page.querySelectorAll<HTMLElement>("[data-marks-of]")) mark(page, paper);
  page.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (target.closest("[data-print]")) page.defaultView?.print();
    const button = target.closest<HTMLElement>("[data-marks]");
    if (button) toggle(page, button);
  });
  page.addEventListener("change", (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>("form[data-deciding]");
    if (form) name(form);
  });
  for (const form of page.querySelectorAll<HTMLFormElement>("form[data-deciding]")) name(form);
}

function mark(page: Document, paper: HTMLElement): void {
  const kept = page.getElementById(paper.dataset.marksOf ?? "");
  const marks = JSON.parse(kept?.textContent ?? "[]") as Mark[];
  for (const { at, n } of marks) {
    const place = paper.querySelector<HTMLElement>(`[data-at="${CSS.escape(at)}"]`);
    if (!place) continue;
    const sign = page.createElement("span");
    sign.className = "tz-sg-mark";
    sign.textContent = String(n);
    place.classList.add("is-changed");
    // A row that is new is marked in its first cell.
    (place instanceof HTMLTableRowElement ? (place.cells[0] ?? place) : place).prepend(sign);
  }
}

function toggle(page: Document, button: HTMLElement): void {
  const on = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(on));
  for (const place of page.querySelectorAll(".tz-deed [data-at]:has(.tz-sg-mark), .tz-deed tr[data-at]:has(.tz-sg-mark)")) {
    place.classList.toggle("is-changed", on);
  }
  for (const sign of page.querySelectorAll<HTMLElement>(".tz-deed .tz-sg-mark")) sign.hidden = !on;
}

function name(form: HTMLFormElement): void {
  const chosen = form.querySelector<HTMLInputElement>('[name="decision"]:checked')?.value;
  if (!chosen) return;
  for (const [selector, inner] of [["[data-final]", "span"], ["[data-opinion]", ""], ["[data-statement]", ""]] as const) {
    const element = form.querySelector<HTMLElement>(selector);
    const text = element?.getAttribute(`data-${chosen}`);
    const place = inner ? element?.querySelector(inner) : element;
    if (text && place) place.textContent = text;
  }
}
