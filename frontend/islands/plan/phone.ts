import type { Acts } from "./acts";
import type { Cell } from "./api";
import { columnOf, editsIn } from "./columns";
import { h } from "./dom";
import { t } from "./labels";
import type { Field, Plan, Task } from "./model";
import { readValue, typedText } from "./values";

const FIELDS = ["name", "owner", "start", "finish", "duration", "percent", "predecessors"] as const;

export interface PhoneHost {
  acts: Acts;
  plan(): Plan;
  openTask(task: Task): void;
}

/** A row on a phone: what can be changed stands in a sheet with large fields; all of it is written as one change. */
export function openRowSheet(host: PhoneHost, task: Task): void {
  const plan = host.plan();
  const error = h("p", { class: "plan-error", role: "alert", hidden: true });
  const inputs = new Map(FIELDS.filter((field) => editsIn(columnOf(field), task)).map((field) => [field, inputFor(field, task, plan)]));
  const people = h("datalist", { id: "plan-sheet-people" }, ...plan.people.map(({ name, department }) => h("option", { value: name }, department)));
  const save = h("button", { class: "tz-btn is-primary is-touch" }, t("save"));
  const more = h("button", { type: "button", class: "tz-btn is-touch" }, t("openTask"));
  const close = h("button", { type: "button", class: "tz-btn is-quiet is-touch" }, t("cancel"));
  const form = h("form", { method: "dialog" },
    h("h2", { id: "plan-sheet-title" }, `${task.code} ${task.name}`),
    ...[...inputs].map(([field, input]) => h("label", { class: `f-${field}` }, t(columnOf(field)?.label ?? "task"), input)),
    people, error, h("footer", {}, save, more, close));
  const dialog = h("dialog", { class: "plan-sheet", "aria-labelledby": "plan-sheet-title" }, form);
  more.addEventListener("click", () => {
    dialog.close();
    host.openTask(task);
  });
  close.addEventListener("click", () => dialog.close());
  form.addEventListener("submit", (event) => {
    const found = changed(inputs, task, plan);
    if (!("problem" in found)) {
      void host.acts.set(found.cells, { said: t("saved", { task: task.name }), preview: "followers" });
      return;
    }
    event.preventDefault();
    error.hidden = false;
    error.textContent = found.problem;
    inputs.get(found.field)?.focus();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

type SheetField = (typeof FIELDS)[number];

function inputFor(field: SheetField, task: Task, plan: Plan): HTMLInputElement {
  const column = columnOf(field);
  const kind = column?.kind;
  return h("input", {
    class: "form-control", value: column ? typedText(column, task, plan) : "", autocomplete: "off",
    type: kind === "day" ? "date" : "text", inputmode: kind === "number" || kind === "percent" ? "decimal" : null,
    list: kind === "person" ? "plan-sheet-people" : null,
  });
}

function changed(inputs: Map<SheetField, HTMLInputElement>, task: Task, plan: Plan): { cells: Cell[] } | { field: SheetField; problem: string } {
  const cells: Cell[] = [];
  for (const [field, input] of inputs) {
    const column = columnOf(field);
    if (!column || input.value.trim() === typedText(column, task, plan).trim()) continue;
    const read = readValue(column, input.value, plan.year);
    if ("problem" in read) return { field, problem: read.problem };
    cells.push({ id: task.id, field: field as Field, value: read.value });
  }
  return { cells };
}
