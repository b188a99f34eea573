import { beforeEach, describe, expect, it } from "vitest";
import { label } from "./labels";

const labels = (): (string | undefined)[] => [...document.querySelectorAll<HTMLElement>("tbody :is(td, th)")].map((cell) => cell.dataset.label);
const table = (): HTMLTableElement => document.querySelector("table")!;

beforeEach(() => {
  document.body.innerHTML = `<table class="tz-deed-rows"><thead><tr><th> 部门 </th><th>内容</th><th>提出需求</th></tr></thead>
    <tbody><tr><td>研发部</td><th scope="row">积分系统开发</th><td>2 人</td></tr><tr><td>客服部</td><td colspan="2">没有资源需求。</td></tr></tbody></table>`;
});

describe("a row of a paper on a phone", () => {
  it("says in each cell the heading of its column", () => {
    label(table());
    expect(labels().slice(0, 3)).toEqual(["部门", "内容", "提出需求"]);
    expect(table().classList.contains("is-labelled")).toBe(true);
  });

  it("gives no heading to what stands across several columns", () => {
    label(table());
    expect(labels().slice(3)).toEqual([undefined, undefined]);
  });

  it("leaves a table without headings as it is", () => {
    table().deleteTHead();
    label(table());
    expect(labels()).toEqual([undefined, undefined, undefined, undefined, undefined]);
    expect(table().classList.contains("is-labelled")).toBe(false);
  });
});
