/** Cards by keyboard: arrows move the focus; Space lifts, arrows choose the column, Space drops, Escape puts it back. */
export interface Lifting {
  titleOf: (key: string) => string;
  nameOf: (id: number) => string;
  movable: (id: number) => boolean;
  drop: (id: number, key: string) => void;
  open: (id: number) => void;
  say: (label: "lifted" | "over" | "stays", values: Record<string, string>) => void;
}

/** Returns what draws the board anew without putting down the card that is in the air. */
export function startLifting(host: HTMLElement, on: Lifting): (redraw: () => void) => void {
  let lifted: { card: HTMLElement; to: number } | undefined;
  let drawing = false;

  host.addEventListener("keydown", (event) => {
    const card = (event.target as HTMLElement).closest<HTMLElement>("[data-card]");
    if (!card || event.target !== card || event.ctrlKey || event.metaKey || event.altKey) return;
    const used = lifted ? whileLifted(event.key) : whileLying(event.key, card);
    if (used) event.preventDefault();
  });
  host.addEventListener("focusout", () => {
    if (lifted && !drawing) putBack();
  });
  return (redraw) => {
    const held = lifted;
    const to = held && listsOf(held.card)[held.to].dataset.column;
    const lane = held && laneOf(held.card);
    drawing = true;
    try {
      redraw();
    } finally {
      drawing = false;
    }
    if (!held) return;
    const again = host.querySelector<HTMLElement>(`[data-card="${held.card.dataset.card}"]`);
    lifted = undefined;
    if (!again || laneOf(again) !== lane) return;
    const place = listsOf(again).findIndex((list) => list.dataset.column === to);
    if (place < 0) return;
    again.focus();
    lifted = { card: again, to: place };
    again.classList.add("is-lifted");
    listsOf(again)[place].classList.add("is-aim");
  };

  function whileLying(key: string, card: HTMLElement): boolean {
    const id = Number(card.dataset.card);
    if (key === " " && on.movable(id)) lift(card, id);
    else if (key === "Enter") on.open(id);
    else if (key === "ArrowDown" || key === "ArrowUp") focusBeside(card, key === "ArrowDown" ? 1 : -1);
    else if (key === "ArrowRight" || key === "ArrowLeft") focusAcross(card, key === "ArrowRight" ? 1 : -1);
    else return key === " ";
    return true;
  }

  function whileLifted(key: string): boolean {
    if (key === "ArrowRight" || key === "ArrowLeft") aim(key === "ArrowRight" ? 1 : -1);
    else if (key === "Escape") putBack();
    else if (key === " " || key === "Enter") drop();
    return true;
  }

  function lift(card: HTMLElement, id: number): void {
    const lists = listsOf(card);
    const at = lists.indexOf(card.closest<HTMLElement>("[data-column]")!);
    lifted = { card, to: at };
    card.classList.add("is-lifted");
    on.say("lifted", { task: on.nameOf(id), column: on.titleOf(lists[at].dataset.column!) });
  }

  function aim(by: number): void {
    const lists = listsOf(lifted!.card);
    lifted!.to = Math.min(Math.max(lifted!.to + by, 0), lists.length - 1);
    lists.forEach((list, place) => list.classList.toggle("is-aim", place === lifted!.to));
    lists[lifted!.to].scrollIntoView({ block: "nearest", inline: "nearest" });
    on.say("over", { column: on.titleOf(lists[lifted!.to].dataset.column!) });
  }

  function drop(): void {
    const { card, to } = lifted!;
    const target = listsOf(card)[to];
    const home = card.closest<HTMLElement>("[data-column]");
    if (target === home) return putBack();
    settle();
    on.drop(Number(card.dataset.card), target.dataset.column!);
  }

  function putBack(): void {
    const { card } = lifted!;
    const column = card.closest<HTMLElement>("[data-column]")?.dataset.column ?? "";
    settle();
    on.say("stays", { task: on.nameOf(Number(card.dataset.card)), column: on.titleOf(column) });
  }

  function settle(): void {
    lifted?.card.classList.remove("is-lifted");
    for (const list of host.querySelectorAll(".is-aim")) list.classList.remove("is-aim");
    lifted = undefined;
  }
}

const laneOf = (card: HTMLElement): string | undefined => card.closest<HTMLElement>("[data-lane]")?.dataset.lane;
const listsOf = (card: HTMLElement): HTMLElement[] => [...card.closest(".tz-columns")!.querySelectorAll<HTMLElement>("[data-column]")];

function focusBeside(card: HTMLElement, by: number): void {
  const cards = [...card.parentElement!.querySelectorAll<HTMLElement>("[data-card]")];
  cards[cards.indexOf(card) + by]?.focus();
}

function focusAcross(card: HTMLElement, by: number): void {
  const lists = listsOf(card);
  const row = [...card.parentElement!.children].indexOf(card);
  for (let at = lists.indexOf(card.parentElement!) + by; lists[at]; at += by) {
    const cards = lists[at].querySelectorAll<HTMLElement>("[data-card]");
    if (cards.length) return cards[Math.min(row, cards.length - 1)].focus();
  }
}
