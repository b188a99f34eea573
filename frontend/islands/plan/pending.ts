import type { Column } from "./columns";
import { dayOf, shortOf } from "./days";
import { h } from "./dom";
import { t } from "./labels";
import type { Line } from "./layout";
import type { Plan, Value } from "./model";

/** What has been typed and is still being saved: it stands in its cell already. */
export class Pending {
  private readonly texts = new Map<string, { text: string }>();

  /** Keeps a text for a cell; answers what takes it away again, unless something newer stands there by then. */
  put(key: string, field: string, text: string): () => void {
    const cell = `${key}-${field}`;
    const mine = { text };
    this.texts.set(cell, mine);
    return () => {
      if (this.texts.get(cell) === mine) this.texts.delete(cell);
    };
  }

  /** A cell as it is to be seen. */
  paint(column: Column, line: Line, plan: Plan): Node {
    const node = column.paint(line, plan);
    const typed = this.texts.get(`${line.key}-${column.field}`)?.text;
    if (typed === undefined) return node;
    const name = node instanceof Element ? node.querySelector(".tx") : null;
    if (!name) return h("span", { class: "is-pending", title: t("saving") }, typed);
    name.classList.add("is-pending");
    name.textContent = typed;
    return node;
  }
}

/** A typed value as its cell is going to show it. */
export function shownAs(column: Column, value: Value, typed: string, plan: Plan): string {
  if (column.kind === "day" && typeof value === "string" && !column.lazy) return shortOf(dayOf(value), plan.year);
  if (column.kind === "percent") return `${String(value)}%`;
  return value === null || value === "" ? "" : typed;
}
