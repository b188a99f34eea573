import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startAutosave } from "../../frontend/behaviours/autosave";
import { startDrafts } from "../../frontend/behaviours/draft";

const FORM = `<form action="/text/" data-draft="minutes-1" data-autosave data-waits="waits" data-sends="sends" data-fails="fails">
  <input type="hidden" name="version" value="1"><div data-autosave-conflict hidden><b data-autosave-by></b><p data-autosave-theirs></p></div>
  <textarea name="text"></textarea><output></output></form><button id="else"></button>`;
const one = <T extends Element>(selector: string): T => document.querySelector<T>(selector)!;
const answers = (...told: [number, Record<string, unknown>][]): ReturnType<typeof vi.fn> => {
  const fetched = vi.fn();
  for (const [status, body] of told) fetched.mockResolvedValueOnce(new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } }));
  vi.stubGlobal("fetch", fetched);
  return fetched;
};
const sent = (fetched: ReturnType<typeof vi.fn>, at = 0): unknown => JSON.parse((fetched.mock.calls[at]![1] as { body: string }).body);

function write(text: string): void {
  one<HTMLTextAreaElement>("textarea").value = text;
  one("textarea").dispatchEvent(new Event("input", { bubbles: true }));
}

startAutosave(document);
startDrafts(document);

beforeEach(() => {
  vi.useFakeTimers();
  document.body.innerHTML = FORM;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a text saves itself", () => {
  it("after a pause, over the version that stands, and says so", async () => {
    const fetched = answers([200, { version: 2, said: "saved 10:00" }], [200, { version: 3, said: "saved 10:01" }]);
    write("a");
    write("ab");
    expect(one("output").textContent).toBe("waits");
    expect(sessionStorage.getItem("minutes-1")).toContain("ab");
    await vi.advanceTimersByTimeAsync(5000);
    expect(fetched).toHaveBeenCalledTimes(1);
    expect(sent(fetched)).toEqual({ text: "ab", version: "1" });
    expect([one("output").textContent, one<HTMLInputElement>("[name=version]").value]).toEqual(["saved 10:00", "2"]);
    expect(sessionStorage.getItem("minutes-1")).toBeNull();
    write("abc");
    one("textarea").dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
    await vi.advanceTimersByTimeAsync(10);
    expect(sent(fetched, 1)).toEqual({ text: "abc", version: "2" });
  });

  it("shows both texts when somebody else wrote, and saves nothing more by itself", async () => {
    const fetched = answers([412, { version: 7, text: "theirs", edited_by: "李四", detail: "changed" }]);
    write("mine");
    await vi.advanceTimersByTimeAsync(5000);
    expect([one<HTMLElement>("[data-autosave-conflict]").hidden, one("[data-autosave-by]").textContent]).toEqual([false, "李四"]);
    expect([one("[data-autosave-theirs]").textContent, one<HTMLTextAreaElement>("textarea").value]).toEqual(["theirs", "mine"]);
    expect(one<HTMLInputElement>("[name=version]").value).toBe("7");
    write("mine too");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fetched).toHaveBeenCalledTimes(1);
    expect(sessionStorage.getItem("minutes-1")).toContain("mine too");
  });

  it("keeps what could not be sent, and tries again", async () => {
    const fetched = vi.fn().mockRejectedValueOnce(new TypeError("offline"));
    vi.stubGlobal("fetch", fetched);
    write("kept");
    await vi.advanceTimersByTimeAsync(5000);
    expect([one("output").textContent, one("output").className]).toEqual(["fails", "c-block"]);
    fetched.mockResolvedValueOnce(new Response(JSON.stringify({ version: 2, said: "saved" }), { status: 200, headers: { "Content-Type": "application/json" } }));
    await vi.advanceTimersByTimeAsync(16_000);
    expect([fetched.mock.calls.length, one("output").textContent, one("output").className]).toEqual([2, "saved", ""]);
  });

  it("says in words what is refused", async () => {
    answers([422, { detail: "too long" }]);
    write("x");
    await vi.advanceTimersByTimeAsync(5000);
    expect([one("output").textContent, one<HTMLTextAreaElement>("textarea").value]).toEqual(["too long", "x"]);
  });
});
