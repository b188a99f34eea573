import { beforeEach, expect, test, vi } from "vitest";
import { startWrong } from "./wrong";

beforeEach(() => {
  document.body.innerHTML = "";
  Element.prototype.scrollIntoView = vi.fn();
});

test("the first thing that is wrong has the focus", () => {
  document.body.innerHTML = '<form><input id="a"><input id="b" aria-invalid="true"><textarea aria-invalid="true"></textarea></form>';
  startWrong(document);
  expect(document.activeElement?.id).toBe("b");
});

test("a page that names another place keeps it", () => {
  document.body.innerHTML = '<form><input id="a" autofocus><input id="b" aria-invalid="true"></form>';
  startWrong(document);
  expect(document.activeElement?.id).not.toBe("b");
});

test("where nothing is wrong nothing moves", () => {
  document.body.innerHTML = '<form><input id="a"></form>';
  startWrong(document);
  expect(document.activeElement).toBe(document.body);
});
