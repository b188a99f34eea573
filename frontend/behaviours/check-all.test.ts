import { expect, test } from "vitest";
import { startCheckAll } from "./check-all";

test("the count of what is ticked ends where one walk ends", () => {
  document.body.innerHTML = `<form><input type="checkbox" data-check-all="place" checked>
    ${'<input type="checkbox" name="place" checked>'.repeat(3)}<span data-check-count="place" data-check-most="2"></span></form>`;
  startCheckAll(document);
  const shown = document.querySelector("span")!;
  expect(shown.textContent).toBe("2");
  for (const box of document.querySelectorAll<HTMLInputElement>("[name=place]")) box.checked = false;
  document.querySelector<HTMLInputElement>("[name=place]")!.click();
  expect(shown.textContent).toBe("1");
});
