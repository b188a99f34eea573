/** `data-check-all="name"`: ticks every box of that name in its form; `data-check-count="name"` shows how many are ticked, at most `data-check-most`. */
export function startCheckAll(page: Document): void {
  page.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    const form = box.form;
    if (!form || box.type !== "checkbox") return;
    const name = box.dataset.checkAll;
    if (name) for (const one of boxes(form, name)) one.checked = box.checked;
    for (const all of form.querySelectorAll<HTMLInputElement>("[data-check-all]")) count(form, all);
  });
  for (const all of page.querySelectorAll<HTMLInputElement>("[data-check-all]")) if (all.form) count(all.form, all);
}

function boxes(form: HTMLFormElement, name: string): HTMLInputElement[] {
  return [...form.querySelectorAll<HTMLInputElement>("input[type=checkbox]")].filter((box) => box.name === name && !box.disabled);
}

function count(form: HTMLFormElement, all: HTMLInputElement): void {
  const found = boxes(form, all.dataset.checkAll ?? "");
  const ticked = found.filter((box) => box.checked).length;
  all.checked = ticked > 0 && ticked === found.length;
  all.indeterminate = ticked > 0 && ticked < found.length;
  const shown = form.querySelector<HTMLElement>(`[data-check-count="${all.dataset.checkAll}"]`);
  if (shown) shown.textContent = String(Math.min(ticked, Number(shown.dataset.checkMost ?? ticked)));
}
