import { describe, expect, it } from "vitest";
import { columnsOf, keyOf, matching, mayMove, moved, readBoard, waitsOf, withCard, type RawBoard, type RawCard, type SharedCard } from "./model";

const first: SharedCard = [1, 3, "1.1 设计", 0, "doing", 1, 0, 0, "03-06", 40, 100];
const second: SharedCard = [2, 1, "1.2 测试", 0, "todo", 0, -1, -1, "03-08", 0, 0];
const raw: RawBoard = { asOf: "2024-03-08", me: 7, phases: ["1 阶段"], people: [[7, "郑十"], [8, "闲人"]], departments: [[4, "研发部"]], may: [1, 6], cards: [first, second], waits: [] };
const board = readBoard(raw);
const words = (word: string): string => word;

describe("the board's columns", () => {
  it("are all states, every department, and the people who have a card", () => {
    expect(columnsOf(board, "state", words).map((one) => one.key)).toEqual(["todo", "doing", "blocked", "done", "cancelled"]);
    expect(columnsOf(board, "department", words)).toEqual([{ key: "-1", title: "nowhere" }, { key: "0", title: "研发部" }]);
    expect(columnsOf(board, "person", words)).toEqual([{ key: "-1", title: "nobody" }, { key: "0", title: "郑十" }]);
  });

  it("hold each card once", () => {
    expect(board.cards.map((card) => [keyOf(card, "state"), keyOf(card, "department"), keyOf(card, "person")])).toEqual([["doing", "0", "0"], ["todo", "-1", "-1"]]);
  });
});

describe("the board's filter", () => {
  it.each([
    ["", "", [1, 2]], ["郑十 设", "", [1]], ["研发", "", [1]], ["", "late", [1]], ["", "mine", [1]], ["nothing", "", []],
  ] as const)("%s %s", (text, only, found) => {
    expect(matching(board, { words: text, only }).map((card) => card.id)).toEqual(found);
  });
});

describe("moving", () => {
  it("is allowed by the view's own right", () => {
    expect(board.cards.map((card) => [mayMove(card, "state"), mayMove(card, "person"), mayMove(card, "department")])).toEqual([[true, false, false], [false, true, true]]);
  });

  it("shows at once what it will be", () => {
    expect([moved(board.cards[0], "state", "done").percent, moved(board.cards[0], "state", "todo").percent, moved(board.cards[0], "person", "1").owner]).toEqual([100, 0, 1]);
  });

  it("takes the server's card, or takes it away", () => {
    const fresh: RawCard = [...first, 1];
    fresh[1] = 4;
    expect(withCard(board, 1, fresh).cards.map((card) => card.version)).toEqual([4, 1]);
    expect(withCard(board, 1, null).cards.map((card) => card.id)).toEqual([2]);
  });
});

describe("a blocked card", () => {
  const waiting = readBoard({ ...raw, cards: [[...first.slice(0, 4), "blocked", ...first.slice(5)] as SharedCard, second], waits: [[1, "等 研发部 孙九，已等 3 天 · 逾期", 1]] });

  it("says for whom it waits, and is found by it", () => {
    expect(waiting.cards.map((card) => [waitsOf(card), card.overdue ?? false])).toEqual([["等 研发部 孙九，已等 3 天 · 逾期", true], ["", false]]);
    expect(matching(waiting, { words: "孙九", only: "" }).map((card) => card.id)).toEqual([1]);
  });

  it("waits for nobody any more where it was moved out of the column", () => {
    expect(waitsOf(moved(waiting.cards[0], "state", "doing"))).toBe("");
  });

  it("keeps its mark when the server answers with the card alone", () => {
    const answered = withCard(waiting, 1, [...first.slice(0, 4), "blocked", ...first.slice(5), 1] as RawCard);
    expect(waitsOf(answered.cards[0])).toContain("孙九");
  });
});
