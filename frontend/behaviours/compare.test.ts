import { beforeEach, expect, test, vi } from "vitest";
import { startCompare } from "./compare";

const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
startCompare(document);

beforeEach(() => {
  vi.unstubAllGlobals();
  document.body.innerHTML = `<form data-compare data-same="一致" data-other="不一致"><input type="file"><p data-compare-result></p><button>核对</button></form>
    <ul><li data-digest="${EMPTY}"><span>PDF，2026-03-02</span><span>${EMPTY}</span></li></ul>`;
});

function choose(content: string): HTMLElement {
  const input = document.querySelector("input")!;
  Object.defineProperty(input, "files", { value: [new File([content], "章程.pdf")], configurable: true });
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return document.querySelector("[data-compare-result]")!;
}

test("a file that was handed out agrees, and the page says which", async () => {
  const result = choose("");
  await vi.waitFor(() => expect(result.textContent).toBe("一致（PDF，2026-03-02）"));
  expect(result.className).toBe("is-same");
  expect(document.querySelector("button")!.hidden).toBe(true);
});

test("one byte more does not agree", async () => {
  const result = choose("x");
  await vi.waitFor(() => expect(result.textContent).toBe("不一致"));
  expect(result.className).toBe("is-other");
});

test("sending compares here, too", async () => {
  const result = choose("x");
  const sent = new Event("submit", { bubbles: true, cancelable: true });
  document.querySelector("form")!.dispatchEvent(sent);
  expect(sent.defaultPrevented).toBe(true);
  await vi.waitFor(() => expect(result.textContent).toBe("不一致"));
});

test("without a secure origin the form is sent", () => {
  vi.stubGlobal("crypto", {});
  const result = choose("");
  const sent = new Event("submit", { bubbles: true, cancelable: true });
  document.querySelector("form")!.dispatchEvent(sent);
  expect([sent.defaultPrevented, result.textContent]).toEqual([false, ""]);
});
