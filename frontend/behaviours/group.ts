/**
 * 「全部无变化」 of a group (`form[data-unchanged-group]` beside rows within `data-part`) says no more about a task that was reported
 * by itself meanwhile, and counts what is left; of one that somebody else changed it knows the version that is shown now.
 */
export function settleInGroup(row: HTMLElement, reported: boolean): void {
  const form = row.closest("[data-part]")?.querySelector<HTMLFormElement>("form[data-unchanged-group]");
  const field = form?.querySelector<HTMLInputElement>("[name=tasks]");
  if (!form || !field) return;
  const shown = field.value.split(" ").filter((one) => one !== "");
  const rest = shown.filter((one) => !one.startsWith(`${row.dataset.task}-`));
  if (!reported && rest.length < shown.length) rest.push(`${row.dataset.task}-${row.dataset.version}`);
  field.value = rest.join(" ");
  const count = form.querySelector("[data-count]");
  if (count) count.textContent = String(rest.length);
  form.hidden = rest.length === 0;
}
