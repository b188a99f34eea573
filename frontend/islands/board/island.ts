import Sortable from "sortablejs";
import { post, type Told } from "../../behaviours/post";
import { openSheet } from "../../behaviours/sheet";
import { showToast } from "../../behaviours/toast";
import { h } from "../plan/dom";
import { draw, SHOWN, type Look } from "./draw";
import { t } from "./labels";
import { startLifting } from "./lift";
import { columnsOf, keyOf, matching, mayMove, moved, readBoard, withCard, type Board, type Card, type Column, type Filter, type RawBoard, type RawCard, type View } from "./model";

/** The board: lays out the cards, moves them, and tells the server; what it refuses goes back with the reason. */
export class BoardIsland {
  private board: Board = { asOf: "", me: 0, phases: [], people: [], departments: [], cards: [] };
  private columns: Column[] = [];
  private readonly look: Look;
  private readonly filter: Filter;
  private readonly tasks: string;
  private readonly says = h("p", { class: "visually-hidden", "aria-live": "assertive" });
  private readonly place = h("div", { class: "tz-board-place" });
  private sortables: Sortable[] = [];
  private keepLifted: (redraw: () => void) => void = (redraw) => redraw();

  constructor(private readonly host: HTMLElement) {
    const asked = new URLSearchParams(window.location.search);
    const only = asked.get("only");
    this.tasks = host.dataset.tasks!;
    this.filter = { words: asked.get("q") ?? "", only: only === "late" || only === "mine" ? only : "" };
    this.look = {
      view: host.dataset.view as View, lanes: asked.get("lanes") === "1", folded: new Set(), shown: new Map(),
      tab: asked.get("tab") ?? "", address: (card) => `${host.dataset.plan}?task=${card.id}`,
    };
  }

  async start(): Promise<void> {
    this.host.append(this.place, this.says);
    this.listen();
    this.keepLifted = startLifting(this.host, {
      titleOf: (key) => this.titleOf(key),
      nameOf: (id) => this.find(id)?.name ?? "",
      movable: (id) => mayMove(this.find(id)!, this.look.view),
      drop: (id, key) => void this.move(id, key),
      open: (id) => window.location.assign(this.look.address(this.find(id)!)),
      say: (label, values) => (this.says.textContent = t(label, values)),
    });
    await this.load();
  }

  private async load(): Promise<void> {
    try {
      const answer = await fetch(this.host.dataset.url!, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new TypeError(String(answer.status));
      this.board = readBoard((await answer.json()) as RawBoard);
      this.render();
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
      this.place.replaceChildren(h("p", { class: "tz-note is-block", role: "alert" }, t("loadFailed")));
    }
  }

  /** What runs comes first on a phone; when nothing does, the first column that has a card. */
  private firstTab(board: Board): string {
    const filled = this.columns.filter((column) => board.cards.some((card) => keyOf(card, this.look.view) === column.key));
    return (filled.find((column) => column.key === "doing") ?? filled[0] ?? this.columns[0])?.key ?? "";
  }

  /** Draw; the focus stays on the card that has it unless another is named, and a card in the air stays in the air. */
  private render(focus = this.focused()): void {
    this.keepLifted(() => this.show(focus));
  }

  private focused(): number {
    const card = document.activeElement?.closest<HTMLElement>("[data-card]");
    return card && this.place.contains(card) ? Number(card.dataset.card) : 0;
  }

  /** Where the focus is after an answer: who went on meanwhile, to another card or to the filter, stays there. */
  private stays(id: number): number {
    return this.focused() || (document.activeElement === document.body ? id : 0);
  }

  private show(focus: number): void {
    const { board, look } = this;
    this.columns = columnsOf(board, look.view, (word) => t(word));
    if (!this.columns.some((column) => column.key === look.tab)) look.tab = this.firstTab(board);
    const cards = matching(board, this.filter);
    for (const sortable of this.sortables) sortable.destroy();
    if (!board.cards.length) this.place.replaceChildren(h("div", { class: "tz-empty" }, h("h2", {}, t("noTasks")), h("p", {}, t("noTasksText")),
      h("p", {}, h("a", { class: "tz-btn", href: this.host.dataset.plan! }, t("toPlan")))));
    else this.place.replaceChildren(...draw(board, cards, this.columns, look), ...(cards.length ? [] : [h("p", { class: "tz-empty" }, t("noMatch"))]));
    this.place.querySelector("[data-card]")?.setAttribute("tabindex", "0");
    this.sortables = [...this.place.querySelectorAll<HTMLElement>("[data-column]")].map((list) => this.sortable(list));
    if (focus) this.place.querySelector<HTMLElement>(`[data-card="${focus}"]`)?.focus();
  }

  private sortable(list: HTMLElement): Sortable {
    return Sortable.create(list, {
      group: "board", sort: false, draggable: ".is-movable", filter: "[data-move]", preventOnFilter: false,
      animation: 0, delay: 180, delayOnTouchOnly: true, touchStartThreshold: 5, ghostClass: "is-ghost",
      onEnd: (event) => {
        const key = event.to.dataset.column!;
        const id = Number(event.item.dataset.card);
        if (event.to === event.from || key === event.from.dataset.column) return;
        void this.move(id, key);
      },
    });
  }

  /** Show the move, tell the server, show what it says. */
  private async move(id: number, key: string): Promise<void> {
    const before = this.find(id);
    const { view } = this.look;
    if (!before || keyOf(before, view) === key) return this.render(id);
    if (view === "state" && key === "blocked") {
      this.render(id);
      return openSheet(`${this.tasks}${id}/progress/?next=board&state=blocked&${this.day()}`);
    }
    this.put(moved(before, view, key));
    this.render(id);
    const told = await this.tell(before, key);
    if (told.status === 200) this.accept(before, key, told);
    else this.refuse(before, key, told);
  }

  private tell(card: Card, key: string): Promise<Told> {
    const { view } = this.look;
    const body = { seen: card.version, date: this.board.asOf };
    if (view === "state") return post(`${this.tasks}${card.id}/report/`, { ...body, state: key, row: "card" });
    const list = view === "person" ? this.board.people : this.board.departments;
    const chosen = list[Number(key)]?.[0] ?? null;
    return post(`${this.tasks}${card.id}/assign/?${this.day()}`, { ...body, [view === "person" ? "owner" : "department"]: chosen });
  }

  private accept(before: Card, key: string, told: Told): void {
    this.board = withCard(this.board, before.id, told.body.card as RawCard | null);
    this.render(this.stays(before.id));
    this.says.textContent = t("dropped", { task: before.name, column: this.titleOf(key) });
    if (this.look.view === "state" && key === "done") this.offerDay(before);
  }

  private refuse(before: Card, key: string, told: Told): void {
    if (told.body.card) this.board = withCard(this.board, before.id, told.body.card as RawCard);
    else this.put(before);
    this.render(this.stays(before.id));
    const words = { 0: t("offline"), 401: t("signedOut") }[told.status] ?? String(told.body.detail ?? t("loadFailed"));
    showToast(words, "error");
    this.says.textContent = `${words} ${t("stays", { task: before.name, column: this.titleOf(keyOf(before, this.look.view)) })}`;
    // Work taken up again needs a number: the form asks for it.
    const errors = (told.body.errors ?? {}) as Record<string, string>;
    if (this.look.view === "state" && (errors.percent || errors.done_quantity)) openSheet(`${this.tasks}${before.id}/progress/?next=board&state=${key}&${this.day()}`);
  }

  private offerDay(card: Card): void {
    const bar = h("div", { class: "tz-picked" }, h("span", {}, t("finished", { task: card.name, day: this.board.asOf })), h("button", { type: "button", class: "tz-btn is-s" }, t("otherDay")));
    bar.querySelector("button")!.addEventListener("click", () => openSheet(`${this.tasks}${card.id}/progress/?next=board&state=done&${this.day()}`));
    this.host.querySelector(".tz-picked")?.remove();
    this.host.append(bar);
    setTimeout(() => bar.remove(), 12_000);
  }

  private openMenu(id: number): void {
    const card = this.find(id)!;
    const dialog = h("dialog", { class: "tz-dialog tz-move-menu", "aria-label": t("moveTo", { task: card.name }) }, h("h2", {}, t("moveTo", { task: card.name })));
    const here = keyOf(card, this.look.view);
    for (const column of this.columns.filter((one) => one.key !== here)) {
      const button = h("button", { type: "button", class: "tz-btn is-touch tz-wide" }, column.title);
      button.addEventListener("click", () => {
        dialog.close();
        void this.move(id, column.key);
      });
      dialog.append(button);
    }
    dialog.append(h("button", { type: "button", class: "tz-btn is-quiet is-touch tz-wide", "data-dialog-close": true }, t("cancel")));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  private listen(): void {
    this.host.addEventListener("click", (event) => {
      const target = event.target as HTMLElement;
      const mover = target.closest<HTMLElement>("[data-move]");
      const more = target.closest<HTMLElement>("[data-more]")?.dataset.more;
      const tab = target.closest<HTMLElement>("[data-tab]")?.dataset.tab;
      if (mover) this.openMenu(Number(mover.closest<HTMLElement>("[data-card]")!.dataset.card));
      else if (more) this.look.shown.set(more, (this.look.shown.get(more) ?? SHOWN) + SHOWN);
      else if (tab) this.look.tab = tab;
      if (more || tab) this.changed();
    });
    this.host.addEventListener("toggle", (event) => {
      const lane = event.target as HTMLDetailsElement;
      if (lane.open) this.look.folded.delete(Number(lane.dataset.lane));
      else this.look.folded.add(Number(lane.dataset.lane));
    }, true);
    const words = document.querySelector<HTMLInputElement>("[data-board-filter]");
    const lanes = document.querySelector<HTMLInputElement>("[data-board-lanes]");
    const only = document.querySelector<HTMLSelectElement>("[data-board-only]");
    if (words) words.value = this.filter.words;
    if (lanes) lanes.checked = this.look.lanes;
    if (only) only.value = this.filter.only;
    words?.addEventListener("input", () => this.changed((this.filter.words = words.value)));
    lanes?.addEventListener("change", () => this.changed((this.look.lanes = lanes.checked)));
    only?.addEventListener("change", () => this.changed((this.filter.only = only.value as Filter["only"])));
  }

  /** Draw anew, and keep the choice in the address. */
  private changed(_choice?: unknown): void {
    const query = new URLSearchParams(window.location.search);
    const wanted = { q: this.filter.words, only: this.filter.only, lanes: this.look.lanes ? "1" : "", tab: this.look.tab };
    for (const [name, value] of Object.entries(wanted)) value ? query.set(name, value) : query.delete(name);
    window.history.replaceState(null, "", `?${query}`);
    this.render();
  }

  private put(card: Card): void {
    this.board = { ...this.board, cards: this.board.cards.map((one) => (one.id === card.id ? card : one)) };
  }

  private readonly find = (id: number): Card | undefined => this.board.cards.find((card) => card.id === id);
  private readonly titleOf = (key: string): string => this.columns.find((column) => column.key === key)?.title ?? "";
  private readonly day = (): string => String(new URLSearchParams({ date: this.board.asOf }));
}
