/**
 * `<form data-compare>`: the file that is chosen is hashed here and looked for among the page's `[data-digest]`; it is not sent.
 * Where the browser cannot hash (no secure origin) the form is sent, and the server compares.
 */
const LARGEST = 256 * 2 ** 20;

export function startCompare(page: Document): void {
  page.addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement;
    if (input.type === "file" && input.form && "compare" in input.form.dataset) void compare(page, input.form);
  });
  page.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!("compare" in form.dataset) || !canHash() || !chosen(form)) return;
    event.preventDefault();
    void compare(page, form);
  });
}

async function compare(page: Document, form: HTMLFormElement): Promise<void> {
  const file = chosen(form);
  if (!file || !canHash()) return;
  const digest = file.size > LARGEST ? "" : await sha256(file);
  // Meanwhile another file may have been chosen: that one is answered for.
  if (chosen(form) !== file) return;
  const known = digest ? page.querySelector<HTMLElement>(`[data-digest="${digest}"]`) : null;
  const result = form.querySelector<HTMLElement>("[data-compare-result]")!;
  // What sends the file to the server is not needed any more.
  for (const send of form.querySelectorAll("button")) send.hidden = true;
  const which = known?.firstElementChild?.textContent;
  result.className = known ? "is-same" : "is-other";
  result.textContent = known ? `${form.dataset.same}（${which}）` : (form.dataset.other ?? "");
}

function chosen(form: HTMLFormElement): File | undefined {
  return form.querySelector<HTMLInputElement>("input[type=file]")?.files?.[0];
}

function canHash(): boolean {
  return "subtle" in crypto && Boolean(crypto.subtle);
}

async function sha256(file: File): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
