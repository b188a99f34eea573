/** What the server sends of a card to everybody, see board_data; and with what one may do with it. */
export type SharedCard = [number, number, string, number, State, number, number, number, string, number, number];
export type RawCard = [...SharedCard, number];
export type State = "todo" | "doing" | "blocked" | "done" | "cancelled";
export type View = "state" | "department" | "person";

export const STATES: State[] = ["todo", "doing", "blocked", "done", "cancelled"];
export const LATE = 1, SHOULD_RUN = 2, DEVIATES = 4, CRITICAL = 8;
export const REPORT = 1, ASSIGN = 2, MOVE = 4;

export interface Card {
  id: number;
  version: number;
  name: string;
  phase: number;
  state: State;
  flags: number;
  owner: number;
  department: number;
  due: string;
  percent: number;
  planned: number;
  may: number;
  /** For whom a blocked task waits, in words; and whether its way should be clear by now. */
  waits?: string;
  overdue?: boolean;
}

export interface RawBoard {
  asOf: string;
  me: number;
  phases: string[];
  people: [number, string][];
  departments: [number, string][];
  /** What I may with each card; the cards themselves are the same for everybody. */
  may: number[];
  cards: SharedCard[];
  waits: [number, string, number][];
}

export interface Board extends Omit<RawBoard, "cards" | "may" | "waits"> {
  cards: Card[];
}

export interface Filter {
  words: string;
  only: "" | "late" | "mine";
}

export interface Column {
  /** A state, or the place in the list of departments or people; -1 for none. */
  key: string;
  title: string;
}

export function readCard(raw: RawCard): Card {
  const [id, version, name, phase, state, flags, owner, department, due, percent, planned, may] = raw;
  return { id, version, name, phase, state, flags, owner, department, due, percent, planned, may };
}

export function readBoard({ may, cards, waits, ...lists }: RawBoard): Board {
  const marks = new Map(waits.map(([id, text, overdue]) => [id, { waits: text, overdue: overdue === 1 }]));
  return { ...lists, cards: cards.map((card, at) => ({ ...readCard([...card, may[at]]), ...marks.get(card[0]) })) };
}

/** For whom a card waits; one that is not blocked any more waits for nobody. */
export function waitsOf(card: Card): string {
  return card.state === "blocked" ? (card.waits ?? "") : "";
}

export function keyOf(card: Card, view: View): string {
  return view === "state" ? card.state : String(view === "department" ? card.department : card.owner);
}

/** The columns of a view: every state; every department or person with a card, and who takes part. */
export function columnsOf(board: Board, view: View, words: (state: State | "nobody" | "nowhere") => string): Column[] {
  if (view === "state") return STATES.map((state) => ({ key: state, title: words(state) }));
  const list = view === "department" ? board.departments : board.people;
  const busy = new Set(board.cards.map((card) => keyOf(card, view)));
  const found = list.map(([, name], place) => ({ key: String(place), title: name }));
  const shown = view === "department" ? found : found.filter((column) => busy.has(column.key));
  const none = { key: "-1", title: words(view === "department" ? "nowhere" : "nobody") };
  return busy.has("-1") ? [none, ...shown] : shown;
}

export function matching(board: Board, filter: Filter): Card[] {
  const words = filter.words.toLowerCase().split(/\s+/).filter(Boolean);
  const mine = board.people.findIndex(([id]) => id === board.me);
  return board.cards.filter((card) => {
    if (filter.only === "late" && !(card.flags & LATE)) return false;
    if (filter.only === "mine" && (mine < 0 || card.owner !== mine)) return false;
    if (!words.length) return true;
    const owner = board.people[card.owner]?.[1] ?? "";
    const department = board.departments[card.department]?.[1] ?? "";
    const text = `${card.name} ${owner} ${department} ${waitsOf(card)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** May this card go to another column of the view? The server decides again. */
export function mayMove(card: Card, view: View): boolean {
  return Boolean(card.may & (view === "state" ? REPORT : view === "person" ? ASSIGN : MOVE));
}

/** Put a card in as the server has it now; one that is gone leaves the board. */
export function withCard(board: Board, id: number, raw: RawCard | null | undefined): Board {
  const cards = raw ? board.cards.map((card) => (card.id === id ? { ...card, ...readCard(raw) } : card)) : board.cards.filter((card) => card.id !== id);
  return { ...board, cards };
}

/** The card as it will be in the column, shown until the server has answered. */
export function moved(card: Card, view: View, key: string): Card {
  if (view === "department") return { ...card, department: Number(key) };
  if (view === "person") return { ...card, owner: Number(key) };
  const state = key as State;
  return { ...card, state, percent: state === "done" ? 100 : state === "todo" ? 0 : card.percent };
}
