import { beforeEach, describe, expect, it, vi } from "vitest";
import { startCheckAll } from "../../frontend/behaviours/check-all";
import { startConfirm } from "../../frontend/behaviours/confirm";
import { startDialogs } from "../../frontend/behaviours/dialog";
import { startDrop } from "../../frontend/behaviours/drop";
import { startForms } from "../../frontend/behaviours/forms";
import { startKeys } from "../../frontend/behaviours/keys";
import { startRange } from "../../frontend/behaviours/range";
import { startTheme } from "../../frontend/behaviours/theme";
import { showToast, startToasts, toastText } from "../../frontend/behaviours/toast";
import { symbol } from "../../frontend/build/sprite";

const one = <T extends Element>(selector: string): T => document.querySelector<T>(selector)!;

function press(key: string, target: Element = document.body, more: KeyboardEventInit = {}): void {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
}

startTheme(document);
startDialogs(document);
startConfirm(document);
startForms(document);
startRange(document);
startDrop(document);
startToasts(document);
startKeys(document);

beforeEach(() => {
  document.body.innerHTML = "";
});

describe("check all", () => {
  const tick = (selector: string, on: boolean): void => {
    one<HTMLInputElement>(selector).checked = on;
    one(selector).dispatchEvent(new Event("change", { bubbles: true }));
  };
  it("ticks the boxes of its name, counts them, and says when only some are ticked", () => {
    const page = document.implementation.createHTMLDocument();
    page.body.innerHTML = `<form><input type="checkbox" data-check-all="a"><b data-check-count="a">?</b>
      <input type="checkbox" name="a" id="x" checked><input type="checkbox" name="a" id="y"><input type="checkbox" name="b" id="z"></form>`;
    startCheckAll(page);
    expect(page.querySelector("b")!.textContent).toBe("1");
    document.body.append(page.querySelector("form")!);
    startCheckAll(document);
    expect(one<HTMLInputElement>("[data-check-all]").indeterminate).toBe(true);
    tick("[data-check-all]", true);
    expect([...document.querySelectorAll("input")].map((box) => box.checked)).toEqual([true, true, true, false]);
    expect(one("b").textContent).toBe("2");
    tick("#y", false);
    expect([one<HTMLInputElement>("[data-check-all]").checked, one<HTMLInputElement>("[data-check-all]").indeterminate]).toEqual([false, true]);
  });
});

describe("theme", () => {
  it("turns, is remembered and is told to a screen reader", () => {
    document.documentElement.dataset.bsTheme = "light";
    document.body.innerHTML = "<button data-theme-toggle></button>";
    one<HTMLButtonElement>("button").click();
    expect(document.documentElement.dataset.bsTheme).toBe("dark");
    expect(localStorage.getItem("tz-theme")).toBe("dark");
    expect(one("button").getAttribute("aria-pressed")).toBe("true");
  });
});

describe("dialog", () => {
  it("opens by its name and closes by its button", () => {
    document.body.innerHTML = '<button data-dialog-open="d"></button><dialog id="d"><button id="x" data-dialog-close></button></dialog>';
    one<HTMLButtonElement>("button").click();
    expect(one<HTMLDialogElement>("#d").open).toBe(true);
    one<HTMLButtonElement>("#x").click();
    expect(one<HTMLDialogElement>("#d").open).toBe(false);
  });
});

describe("confirm", () => {
  const page = '<form data-confirm="真的吗？"><button></button></form><dialog id="confirm-dialog"><p data-confirm-text></p></dialog>';

  it("holds the form back, asks, and sends it after a yes", () => {
    document.body.innerHTML = page;
    const sent = vi.fn((event: Event) => event.preventDefault());
    one("form").addEventListener("submit", sent);
    one<HTMLButtonElement>("form button").click();
    expect(sent).not.toHaveBeenCalled();
    expect(one("p").textContent).toBe("真的吗？");
    one<HTMLDialogElement>("dialog").close("yes");
    expect(sent).toHaveBeenCalledOnce();
  });

  it("sends nothing after a no", () => {
    document.body.innerHTML = page;
    const sent = vi.fn();
    one("form").addEventListener("submit", sent);
    one<HTMLButtonElement>("form button").click();
    one<HTMLDialogElement>("dialog").close("no");
    expect(sent).not.toHaveBeenCalled();
  });
});

describe("forms", () => {
  it("are sent by Ctrl+Enter", () => {
    document.body.innerHTML = "<form><textarea></textarea><button></button></form>";
    const sent = vi.fn((event: Event) => event.preventDefault());
    one("form").addEventListener("submit", sent);
    press("Enter", one("textarea"), { ctrlKey: true });
    press("Enter", one("textarea"));
    expect(sent).toHaveBeenCalledOnce();
  });

  it("are not sent twice by a double click", () => {
    document.body.innerHTML = '<form method="post"><button></button></form>';
    const stopped: boolean[] = [];
    const look = (event: Event): void => void stopped.push(event.defaultPrevented);
    window.addEventListener("submit", look);
    one("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    one("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    window.removeEventListener("submit", look);
    expect(stopped).toEqual([false, true]);
  });
});

describe("range", () => {
  const page = `<form data-progress>
    <input type="radio" name="state" value="todo" checked><input type="radio" name="state" value="doing">
    <input type="radio" name="state" value="done"><input type="radio" name="state" value="blocked">
    <input type="number" id="n" value="0"><input type="range" data-mirror="n" min="0" max="100" value="0"></form>`;
  const state = (): string | undefined => [...document.querySelectorAll<HTMLInputElement>("[name=state]")].find((radio) => radio.checked)?.value;
  const slide = (to: string): void => {
    one<HTMLInputElement>("[type=range]").value = to;
    one("[type=range]").dispatchEvent(new Event("input", { bubbles: true }));
  };

  it("and its number say the same, and the state follows", () => {
    document.body.innerHTML = page;
    slide("62");
    expect([one<HTMLInputElement>("#n").value, state()]).toEqual(["62", "doing"]);
    slide("100");
    expect(state()).toBe("done");
    one<HTMLInputElement>("#n").value = "40";
    one("#n").dispatchEvent(new Event("input", { bubbles: true }));
    expect([one<HTMLInputElement>("[type=range]").value, state()]).toEqual(["40", "doing"]);
  });

  it("leaves a blocked task blocked, and done is a hundred", () => {
    document.body.innerHTML = page;
    one<HTMLInputElement>("[value=blocked]").checked = true;
    slide("30");
    expect(state()).toBe("blocked");
    one<HTMLInputElement>("[value=done]").checked = true;
    one("[value=done]").dispatchEvent(new Event("change", { bubbles: true }));
    expect(one<HTMLInputElement>("#n").value).toBe("100");
  });
});

describe("toast", () => {
  const page = '<div class="tz-toasts" data-stale="变了" data-failed="坏了"></div><template id="toast-model"><div class="tz-toast"><span data-toast-text></span></div></template>';

  it("leaves by itself only with good news", () => {
    vi.useFakeTimers();
    document.body.innerHTML = page;
    showToast("已保存", "success");
    showToast("坏了", "error");
    vi.advanceTimersByTime(7000);
    expect([...document.querySelectorAll(".tz-toasts [data-toast-text]")].map((toast) => toast.textContent)).toEqual(["坏了"]);
    vi.useRealTimers();
  });

  it("shows text as text and knows the sentence of a status", () => {
    document.body.innerHTML = page;
    showToast("<b>x</b>");
    expect(one(".tz-toasts").querySelector("b")).toBeNull();
    expect([toastText(412), toastText(500)]).toEqual(["变了", "坏了"]);
  });
});

describe("keys", () => {
  it("show help on ?, but not while one types", () => {
    document.body.innerHTML = '<input id="i"><dialog id="keys-dialog"></dialog>';
    press("?", one("#i"));
    expect(one<HTMLDialogElement>("dialog").open).toBe(false);
    press("?");
    expect(one<HTMLDialogElement>("dialog").open).toBe(true);
  });

  it("list only what does something on this page", () => {
    document.body.innerHTML = '<dialog id="keys-dialog"><p data-keys-for=".tz-item">J</p><p data-keys-for="main">T</p></dialog><main></main>';
    press("?");
    expect([...document.querySelectorAll<HTMLElement>("[data-keys-for]")].map((keys) => keys.hidden)).toEqual([true, false]);
  });

  it("step through the queue and press the row's own button", () => {
    document.body.innerHTML = ["a", "b"].map((name) => `<div class="tz-item"><a href="#" id="${name}">x</a><button data-key="w"></button></div>`).join("");
    const pressed = vi.fn();
    one("#b").parentElement!.querySelector("button")!.addEventListener("click", pressed);
    press("j");
    press("j", one("#a"));
    expect(document.activeElement?.id).toBe("b");
    press("w", one("#b"));
    expect(pressed).toHaveBeenCalledOnce();
  });
});

describe("icon sprite", () => {
  it("keeps the drawing and drops Tabler's empty box", () => {
    const source = '<svg viewBox="0 0 24 24" class="icon"><path stroke="none" d="M0 0h24v24H0z" fill="none" /> <path d="M12 9v4" /></svg>';
    expect(symbol("bell", source)).toBe('<symbol id="bell" viewBox="0 0 24 24"><path d="M12 9v4" /></symbol>');
  });
});
