import { h, svg } from "../plan/dom";
import { t } from "./labels";
import { CRITICAL, DEVIATES, LATE, SHOULD_RUN, waitsOf, type Board, type Card } from "./model";

const FLAGS = [[LATE, "late", "c-late"], [SHOULD_RUN, "shouldRun", "c-late"], [DEVIATES, "deviates", "c-block"], [CRITICAL, "critical", ""]] as const;

/** One card: name, owner, due, meter, flags; its move button is the way by touch and for who reads by ear. */
export function cardElement(card: Card, board: Board, address: string, movable: boolean): HTMLLIElement {
  const owner = board.people[card.owner]?.[1];
  const link = h("a", { href: address, title: card.name, tabindex: "-1" }, card.name);
  const flags = FLAGS.filter(([bit]) => card.flags & bit).map(([, word, tone]) => h("span", { class: `tz-card-flag ${tone}` }, t(word)));
  const waits = waitsOf(card);
  return h(
    "li",
    { class: `tz-card is-${card.state}${movable ? " is-movable" : ""}${card.flags & LATE ? " is-late" : ""}`, "data-card": card.id, tabindex: "-1", "aria-label": `${card.name}${owner ? `, ${owner}` : ""}${waits ? `, ${waits}` : ""}` },
    link,
    flags.length > 0 && h("span", { class: "tz-card-flags" }, ...flags),
    waits !== "" && h("span", { class: `tz-card-waits${card.overdue ? " c-block" : ""}`, title: waits }, waits),
    h(
      "span",
      { class: "tz-card-facts" },
      owner ? h("span", { class: "tz-ava", "aria-hidden": "true" }, owner.slice(0, 1)) : null,
      h("span", { class: "tz-cut" }, owner ?? t("nobody")),
      h("span", { class: `tz-due${card.flags & LATE ? " c-late" : ""}` }, t("due", { day: card.due })),
    ),
    h("span", { class: "tz-card-meter" }, meter(card), h("small", {}, `${card.percent}%`)),
    movable && h("button", { type: "button", class: "tz-btn is-s tz-card-move", "data-move": true, tabindex: "-1", "aria-label": `${t("move")} ${card.name}` }, t("move")),
  );
}

function meter(card: Card): SVGSVGElement {
  return svg(
    "svg",
    { role: "img", "aria-label": `${card.percent}% / ${card.planned}%` },
    svg("rect", { class: "track", x: 0, y: 3, width: "100%", height: 6, rx: 3 }),
    svg("rect", { class: "fill", x: 0, y: 3, width: `${card.percent}%`, height: 6, rx: 3 }),
    svg("rect", { class: "plan", x: `${card.planned}%`, y: 0, width: 2, height: 12, rx: 1 }),
  );
}
