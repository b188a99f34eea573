import { beforeEach, describe, expect, it } from "vitest";
import { startQueue } from "./queue";

const row = (name: string, open = false): string =>
  `<li class="tz-item${open ? " is-open" : ""}" tabindex="-1" data-name="${name}"><a data-open href="#">${name}</a>${
    open ? `<div class="tz-more"><input type="hidden" name="next"><textarea name="said"></textarea><button>提交</button></div>` : ""
  }</li>`;

const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(".tz-item")];
const focused = (): string | undefined => (document.activeElement as HTMLElement | null)?.closest<HTMLElement>("[data-name]")?.dataset.name;

/** The server's answer takes the place of the queue. */
function reload(html: string): void {
  document.dispatchEvent(new Event("htmx:before:swap"));
  document.querySelector("#bench")!.outerHTML = `<ul id="bench" data-queue>${html}</ul>`;
  (document.activeElement as HTMLElement | null)?.blur();
  document.dispatchEvent(new Event("htmx:after:swap"));
}

startQueue(document);

beforeEach(() => {
  document.body.innerHTML = `<input id="elsewhere"><ul id="bench" data-queue>${row("甲")}${row("乙")}${row("丙")}</ul>`;
});

describe("the queue", () => {
  it("unfolds a row by Enter, and nothing else does", () => {
    const opened: string[] = [];
    for (const one of rows()) one.querySelector("a")!.addEventListener("click", () => opened.push(one.dataset.name!));
    const press = (on: Element, keys: object): KeyboardEvent => {
      const event = new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...keys });
      on.dispatchEvent(event);
      return event;
    };
    expect(press(rows()[1], { key: "Enter" }).defaultPrevented).toBe(true);
    press(rows()[0], { key: "Enter", ctrlKey: true });
    press(rows()[0], { key: "a" });
    press(rows()[2].querySelector("a")!, { key: "Enter" });
    press(document.querySelector("#elsewhere")!, { key: "Enter" });
    expect(opened).toEqual(["乙"]);
  });

  it("puts the keyboard into the form that opened, past what is hidden", () => {
    rows()[1].focus();
    reload(row("甲") + row("乙", true) + row("丙"));
    expect([focused(), (document.activeElement as HTMLElement).tagName]).toEqual(["乙", "TEXTAREA"]);
  });

  it("goes on with the row that took the place of the one that is done", () => {
    rows()[1].focus();
    reload(row("甲") + row("丙"));
    expect(focused()).toBe("丙");
  });

  it("goes on with the last row when the last one is done", () => {
    rows()[2].focus();
    reload(row("甲") + row("乙"));
    expect(focused()).toBe("乙");
  });

  it("stays where one is at work elsewhere", () => {
    const elsewhere = document.querySelector<HTMLElement>("#elsewhere")!;
    elsewhere.focus();
    document.dispatchEvent(new Event("htmx:before:swap"));
    document.dispatchEvent(new Event("htmx:after:swap"));
    expect(document.activeElement).toBe(elsewhere);
    reload(row("甲"));
    expect(focused()).toBeUndefined();
  });

  it("is left alone when nothing is owed any more", () => {
    rows()[0].focus();
    reload("");
    expect(focused()).toBeUndefined();
    reload(row("丁"));
    expect(focused()).toBeUndefined();
  });
});
