import { h } from "../plan/dom";
import { cardElement } from "./card";
import { t } from "./labels";
import { keyOf, LATE, mayMove, type Board, type Card, type Column, type View } from "./model";

/** So many cards a column shows at first, and with each «more» again. */
export const SHOWN = 100;

export interface Look {
  view: View;
  lanes: boolean;
  /** Names of the lanes that are folded. */
  folded: Set<number>;
  /** How many cards each place (lane and column) shows. */
  shown: Map<string, number>;
  /** The column that a phone shows. */
  tab: string;
  address: (card: Card) => string;
}

/** Draws heads and columns; with lanes once for each phase. */
export function draw(board: Board, cards: Card[], columns: Column[], look: Look): HTMLElement[] {
  const counted = new Map(columns.map((column) => [column.key, cards.filter((card) => keyOf(card, look.view) === column.key)]));
  const tabs = h("div", { class: "tz-board-tabs", role: "group" }, ...columns.map((column) => tab(column, counted.get(column.key)!.length, look)));
  if (!look.lanes) return [tabs, row(board, columns, counted, look, -2)];
  const phases = [...board.phases.keys(), -1].filter((phase) => cards.some((card) => card.phase === phase));
  return [tabs, ...phases.map((phase) => lane(board, phase, columns, counted, look))];
}

function tab(column: Column, count: number, look: Look): HTMLElement {
  const on = column.key === look.tab;
  return h("button", { type: "button", class: `tz-chip${on ? " is-on" : ""}`, "data-tab": column.key, "aria-pressed": String(on) }, `${column.title} ${count}`);
}

function lane(board: Board, phase: number, columns: Column[], counted: Map<string, Card[]>, look: Look): HTMLElement {
  const inside = new Map([...counted].map(([key, cards]) => [key, cards.filter((card) => card.phase === phase)]));
  const total = [...inside.values()].reduce((sum, cards) => sum + cards.length, 0);
  return h(
    "details",
    { class: "tz-lane", "data-lane": phase, open: !look.folded.has(phase) },
    h("summary", {}, h("b", {}, board.phases[phase] ?? t("noPhase")), h("span", { class: "tz-muted tz-small" }, ` ${total}`)),
    row(board, columns, inside, look, phase),
  );
}

function row(board: Board, columns: Column[], counted: Map<string, Card[]>, look: Look, phase: number): HTMLElement {
  return h("div", { class: "tz-columns" }, ...columns.map((column) => columnElement(board, column, counted.get(column.key)!, look, phase)));
}

function columnElement(board: Board, column: Column, cards: Card[], look: Look, phase: number): HTMLElement {
  const place = `${phase}:${column.key}`;
  const limit = look.shown.get(place) ?? SHOWN;
  const list = h(
    "ul",
    { class: "tz-cards", "data-column": column.key, "aria-label": column.title },
    ...cards.slice(0, limit).map((card) => cardElement(card, board, look.address(card), mayMove(card, look.view))),
  );
  const late = cards.filter((card) => card.flags & LATE).length;
  const running = cards.filter((card) => card.state === "doing").length;
  return h(
    "div",
    { class: `tz-column${column.key === look.tab ? " is-tab" : ""}` },
    h(
      "h2",
      { class: "tz-column-head" },
      h("span", { class: "tz-cut" }, column.title),
      h("span", { class: "tz-column-count" }, String(cards.length)),
      look.view !== "state" && running > 0 && h("span", { class: "c-doing tz-small" }, t("running", { count: running })),
      late > 0 && h("span", { class: "c-late tz-small" }, t("lateCount", { count: late })),
    ),
    list,
    cards.length === 0 && h("p", { class: "tz-column-empty" }, t("empty")),
    cards.length > limit && h("button", { type: "button", class: "tz-btn is-quiet is-s", "data-more": place }, t("more", { count: cards.length - limit })),
  );
}
