import { beforeEach, describe, expect, it } from "vitest";
import { settleInGroup } from "./group";

const row = (task: number, version: number): HTMLElement => {
  const found = document.querySelector<HTMLElement>(`[data-task="${task}"]`)!;
  found.dataset.version = String(version);
  return found;
};
const form = (): HTMLFormElement => document.querySelector("form")!;
const shown = (): [string, string, boolean] => [form().querySelector("input")!.value, form().querySelector("span")!.textContent, Boolean(form().hidden)];

beforeEach(() => {
  document.body.innerHTML = `<div data-part><form data-unchanged-group><input name="tasks" value="1-3 12-1 2-2"><button>全部无变化（<span data-count>3</span>）</button></form>
    <ul><li data-task="1"></li><li data-task="12"></li><li data-task="2"></li></ul></div><div data-part><ul><li data-task="5"></li></ul></div>`;
});

describe("「全部无变化」 of a group", () => {
  it("says no more about a task that was reported by itself", () => {
    settleInGroup(row(1, 4), true);
    expect(shown()).toEqual(["12-1 2-2", "2", false]);
    settleInGroup(row(1, 5), true);
    expect(shown()).toEqual(["12-1 2-2", "2", false]);
  });

  it("knows the version of one that somebody else changed", () => {
    settleInGroup(row(2, 9), false);
    expect(shown()).toEqual(["1-3 12-1 2-9", "3", false]);
  });

  it("does not ask again for one that was reported, when it changes later", () => {
    settleInGroup(row(1, 4), true);
    settleInGroup(row(1, 5), false);
    expect(shown()[0]).toBe("12-1 2-2");
  });

  it("goes when nothing is left", () => {
    for (const task of [1, 12, 2]) settleInGroup(row(task, 9), true);
    expect(shown()).toEqual(["", "0", true]);
  });

  it("leaves other groups alone", () => {
    settleInGroup(row(5, 2), true);
    expect(shown()).toEqual(["1-3 12-1 2-2", "3", false]);
  });
});
