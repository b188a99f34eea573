import { describe, expect, it } from "vitest";
import { formatTable, parseTable } from "./clipboard";
import { inOrder, moved, readState, shownFrom, turned } from "./columnstate";
import { samplePlan } from "./fixture";
import { actOf } from "./keys";
import { NO_FILTERS } from "./filters";
import { arrange } from "./layout";
import type { Task } from "./model";
import { above, below, dropAt, stepped, topmost } from "./moves";
import { candidates, completed, predecessorsIn, withPredecessor } from "./predecessors";
import { Selection } from "./selection";
import { continued } from "./series";
import { difference } from "./stale";

const extent = { rows: 10, columns: 5 };

describe("selection", () => {
  it("is a rectangle from the anchor to the head, inside the table", () => {
    const selection = new Selection();
    selection.to({ row: 4, column: 2 }, extent);
    expect(selection.isSingle).toBe(true);
    selection.extend({ row: -5, column: 99 }, extent);
    expect(selection.range(extent)).toEqual({ top: 0, bottom: 4, left: 2, right: 4 });
    expect(selection.touched(extent, () => undefined)).toEqual([0, 1, 2, 3, 4]);
  });
  it("takes whole rows and rows one by one", () => {
    const selection = new Selection();
    selection.rows(2, 3, extent);
    selection.picked.add("nine").add("gone");
    expect(selection.range(extent)).toEqual({ top: 2, bottom: 3, left: 0, right: 4 });
    expect(selection.touched(extent, (key) => (key === "nine" ? 9 : undefined))).toEqual([2, 3, 9]);
  });
  it("follows its rows", () => {
    const selection = new Selection();
    selection.to({ row: 4, column: 2 }, extent);
    selection.follow((row) => row + 3, { rows: 6, columns: 5 });
    expect(selection.anchor).toEqual({ row: 5, column: 2 });
  });
  it("of an empty table is nothing", () => {
    expect(new Selection().touched({ rows: 0, columns: 5 }, () => 0)).toEqual([]);
  });
});

describe("clipboard", () => {
  it.each([
    ["a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]], ["a", [["a"]]], ["a\t\n\tb", [["a", ""], ["", "b"]]], ["", []], ["\n\n", []],
    ['"一\n二"\t"说""好"""\n', [["一\n二", '说"好"']]], ['5" 屏\tx', [['5" 屏', "x"]]], ['"未完\tx', [['"未完', "x"]]], ["a\n\nb", [["a"], [""], ["b"]]], ["a\tb\nc", [["a", "b"], ["c", ""]]],
  ])("%j", (text, rows) => expect(parseTable(text)).toEqual(rows));
  it("reads what it wrote", () => {
    const rows = [["一", '"', "a\tb"], ["", "x\r\ny", "2024-04-18"]];
    expect(parseTable(formatTable(rows))).toEqual(rows);
  });
});

describe("series", () => {
  it.each([
    [["2024-02-28"], 3, ["2024-02-29", "2024-03-01", "2024-03-02"]], [["2024-04-01", "2024-04-08"], 2, ["2024-04-15", "2024-04-22"]],
    [["5"], 2, ["5", "5"]], [["1", "3"], 3, ["5", "7", "9"]], [["0.1", "0.2"], 2, ["0.3", "0.4"]], [["1", "2", "4"], 4, ["1", "2", "4", "1"]],
    [["第 9 批"], 2, ["第 10 批", "第 11 批"]], [["样机 09"], 1, ["样机 10"]], [["李四", "王五"], 3, ["李四", "王五", "李四"]], [[], 2, []], [[""], 1, [""]],
  ])("%j goes on", (known, count, values) => expect(continued(known, count)).toEqual(values));
});

describe("columns", () => {
  const known = ["code", "name", "owner", "start", "finish", "remark"];
  it("keep the tree first and forget what there is no more", () => {
    expect(readState({ shown: ["finish", "gone", "name"], widths: { finish: 5, gone: 9, name: "x" } }, known, known)).toEqual({ shown: ["code", "name", "finish"], widths: { finish: 30 } });
    expect(readState("nonsense", known, ["start"])).toEqual({ shown: ["code", "name", "start"], widths: {} });
    expect(shownFrom("finish,owner,x", known)).toEqual(["code", "name", "finish", "owner"]);
    expect(shownFrom("x", known)).toBeNull();
  });
  it("are turned off, and come back where they stood", () => {
    const state = { shown: inOrder(["owner", "start", "finish"]), widths: {} };
    const less = turned(state, "start", known);
    expect(less.shown).toEqual(["code", "name", "owner", "finish"]);
    expect(turned(less, "start", known).shown).toEqual(state.shown);
    expect(turned(state, "name", known)).toBe(state);
  });
  it("move, but not before the tree", () => {
    const state = { shown: inOrder(["owner", "start"]), widths: {} };
    expect(moved(state, "start", -1).shown).toEqual(["code", "name", "start", "owner"]);
    expect(moved(state, "owner", -1)).toBe(state);
    expect(moved(state, "start", 1)).toBe(state);
  });
});

describe("moves", () => {
  const plan = samplePlan();
  const [phase, design, fix, done, training] = plan.tasks as [Task, Task, Task, Task, Task];
  const { lines } = arrange(plan, { view: "wbs", filters: NO_FILTERS, me: null, collapsed: new Set(), nobody: "" });
  it("take along what is inside", () => expect(topmost(plan, [done, phase, training])).toEqual([phase, training]));
  it("go a step among brothers", () => {
    expect(stepped(plan, [fix], -1)).toEqual({ parent: 1, before: 2 });
    expect(stepped(plan, [design, fix], 1)).toEqual({ parent: 1, before: null });
    expect(stepped(plan, [phase], 1)).toEqual({ parent: null, before: null });
    expect(stepped(plan, [design], -1)).toBeNull();
    expect(stepped(plan, [design, training], 1)).toBeNull();
  });
  it("find the place of a new row", () => {
    expect(below(plan, lines[0]!)).toEqual({ parent: 1, before: 2 });
    expect(below(plan, lines[3]!)).toEqual({ parent: 1, before: null });
    expect(below(plan, { ...lines[0]!, expanded: false })).toEqual({ parent: null, before: 5 });
    expect(above(plan, training)).toEqual({ parent: null, before: 5 });
  });
  it.each([
    [4, 1, { level: 1, parent: 1, before: null }], [4, 0, { level: 0, parent: null, before: 5 }], [4, 9, { level: 1, parent: 1, before: null }],
    [1, 0, { level: 1, parent: 1, before: 2 }], [5, 1, { level: 1, parent: 5, before: null }], [5, 0, { level: 0, parent: null, before: null }], [0, 3, { level: 0, parent: null, before: 1 }],
  ])("drop above line %i at level %i", (boundary, level, drop) => expect(dropAt(plan, lines, [fix], boundary, level)).toEqual(drop));
  it("never drop rows into themselves", () => expect(dropAt(plan, lines, [phase], 2, 1)).toBeNull());
});

describe("predecessors", () => {
  const plan = samplePlan();
  it("are found by code however they are separated and linked", () => {
    expect(predecessorsIn("1.1FS+2d， 1.2完成后2天；9", plan).map(({ code, task }) => [code, task?.name])).toEqual([["1.1", "设计"], ["1.2", "整改"], ["9", undefined]]);
  });
  it("are proposed for what is typed last", () => {
    const own = plan.tasks[4] as Task;
    expect(candidates("1.1;整", plan, own, 5).map(({ code }) => code)).toEqual(["1.2"]);
    expect(completed("1.1;整", plan.tasks[2] as Task)).toBe("1.1;1.2");
    expect(candidates("", plan, own, 5)).toEqual([]);
  });
  it("are added once", () => {
    expect(withPredecessor("1.1SS", "1.1", plan)).toBe("1.1SS");
    expect(withPredecessor("1.1", "1.2", plan)).toBe("1.1;1.2");
  });
});

describe("keys", () => {
  const press = (key: string, held = ""): Parameters<typeof actOf>[0] => ({ key, ctrlKey: held.includes("C"), metaKey: held.includes("M"), altKey: held.includes("A"), shiftKey: held.includes("S") });
  it.each([["z", "C", "undo"], ["z", "M", "undo"], ["Z", "CS", "redo"], ["ArrowRight", "AS", "indent"], ["Tab", "S", "previous"], ["?", "S", "help"], ["Home", "C", "first"], ["x", "", null], ["c", "C", null]])(
    "%s with %s is %s", (key, held, act) => expect(actOf(press(key, held), false)).toBe(act));
  it("leave letters to those who type", () => expect([actOf(press("t"), false), actOf(press("t"), true)]).toEqual([null, "today"]));
});

describe("what others changed", () => {
  it("is told by row, without rows that only moved along", () => {
    const [before, after] = [samplePlan(), samplePlan()];
    after.tasks[2] = { ...(after.tasks[2] as Task), percent: 80, person: "李四" };
    after.tasks[4] = { ...(after.tasks[4] as Task), code: "3" };
    before.tasks.push({ ...(before.tasks[1] as Task), id: 77, name: "旧" });
    expect(difference(before, after).map(({ id, words }) => [id, words])).toEqual([[3, "1.2 整改：Owner 赵六 → 李四，Progress 45% → 80%"], [77, "Removed: 旧"]]);
  });
});
