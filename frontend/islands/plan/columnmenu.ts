import { COLUMNS, KNOWN, USUAL } from "./columns";
import { FIXED, inOrder, moved, turned, type ColumnState } from "./columnstate";
import { h } from "./dom";
import { t } from "./labels";
import { openPanel } from "./menu";

/** Which columns are shown, and in which order: check boxes, and a step up or down for each that is shown. */
export function openColumns(anchor: HTMLElement, read: () => ColumnState, change: (state: ColumnState) => void): void {
  const list = h("ul", { class: "plan-columns" });
  const turn = (state: ColumnState, focus?: string): void => {
    change(state);
    fill();
    list.querySelector<HTMLElement>(`[data-at="${focus}"]`)?.focus();
  };
  const fill = (): void => {
    const state = read();
    const order = [...state.shown, ...KNOWN.filter((field) => !state.shown.includes(field))].filter((field) => !(FIXED as readonly string[]).includes(field));
    list.replaceChildren(...order.map((field) => entryOf(field, state, turn)));
  };
  fill();
  const reset = h("button", { type: "button", class: "tz-btn is-s" }, t("usualColumns"));
  reset.addEventListener("click", () => turn({ shown: inOrder(USUAL), widths: {} }));
  openPanel(anchor, t("columns"), [h("h2", {}, t("columns")), list, h("footer", {}, reset)]);
}

function entryOf(field: string, state: ColumnState, turn: (state: ColumnState, focus?: string) => void): HTMLElement {
  const label = t(COLUMNS.find((column) => column.field === field)?.label ?? "task");
  const shown = state.shown.includes(field);
  const box = h("input", { type: "checkbox", checked: shown, "data-at": field });
  box.addEventListener("change", () => turn(turned(state, field, KNOWN), field));
  const step = (by: -1 | 1, sign: string, name: string): HTMLElement => {
    const button = h("button", { type: "button", class: "tz-btn is-quiet is-icon is-s", "aria-label": `${name} ${label}`, "data-at": `${field}${by}` }, sign);
    button.addEventListener("click", () => turn(moved(state, field, by), `${field}${by}`));
    return button;
  };
  return h("li", {}, h("label", {}, box, label), ...(shown ? [step(-1, "↑", t("moveUp")), step(1, "↓", t("moveDown"))] : []));
}
