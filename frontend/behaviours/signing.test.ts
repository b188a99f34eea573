import { beforeEach, describe, expect, it, vi } from "vitest";
import { startSigning } from "./signing";

function sheet(marks: object[]): Document {
  const page = document.implementation.createHTMLDocument();
  page.body.innerHTML = `
    <button data-marks aria-pressed="true"><i>改动</i></button><button data-print>打印</button>
    <article class="tz-deed" data-marks-of="marks">
      <p data-at="shared.due">5月31日</p>
      <table><tr data-at="rows[1]"><td>设计</td><td>李四</td></tr></table>
      <p data-at="a.b:c">别的</p>
    </article>
    <script type="application/json" id="marks">${JSON.stringify(marks)}</script>
    <form data-deciding>
      <label><input type="radio" name="decision" value="sign"></label><label><input type="radio" name="decision" value="refuse"></label>
      <b data-opinion data-sign="意见（可不填）" data-refuse="拒签理由">意见</b>
      <p data-statement data-sign="本人同意" data-refuse="本人不同意"></p>
      <button data-final data-sign="签署" data-refuse="拒签"><span>请先选择</span></button>
    </form>`;
  startSigning(page);
  return page;
}

const text = (page: Document, selector: string): string => page.querySelector(selector)!.textContent;

describe("a sheet", () => {
  let page: Document;
  beforeEach(() => {
    page = sheet([{ at: "shared.due", n: 1 }, { at: "rows[1]", n: 2 }, { at: "a.b:c", n: 3 }, { at: "gone", n: 4 }]);
  });

  it("numbers what changed where it stands; a row in its first cell", () => {
    expect(text(page, '[data-at="shared.due"]')).toBe("15月31日");
    expect([text(page, "td:first-child"), text(page, "td:last-child")]).toEqual(["2设计", "李四"]);
    expect([...page.querySelectorAll(".tz-sg-mark")].map((sign) => sign.textContent)).toEqual(["1", "2", "3"]);
  });

  it("hides the marks and shows them again", () => {
    const button = page.querySelector<HTMLElement>("[data-marks]")!;
    const shown = (): [string | null, boolean[], number] => [
      button.getAttribute("aria-pressed"),
      [...page.querySelectorAll<HTMLElement>(".tz-sg-mark")].map((sign) => Boolean(sign.hidden)),
      page.querySelectorAll(".is-changed").length,
    ];
    button.querySelector("i")!.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    expect(shown()).toEqual(["false", [true, true, true], 0]);
    button.click();
    expect(shown()).toEqual(["true", [false, false, false], 3]);
  });

  it("has no decision before one is chosen, then names it on the button, the opinion and the statement", () => {
    expect(text(page, "[data-final]")).toBe("请先选择");
    for (const [value, words] of [["refuse", ["拒签", "拒签理由", "本人不同意"]], ["sign", ["签署", "意见（可不填）", "本人同意"]]] as const) {
      const choice = page.querySelector<HTMLInputElement>(`[value=${value}]`)!;
      choice.checked = true;
      choice.dispatchEvent(new Event("change", { bubbles: true }));
      expect(["[data-final]", "[data-opinion]", "[data-statement]"].map((place) => text(page, place))).toEqual(words);
    }
  });

  it("keeps what is beside the words of the button", () => {
    page.querySelector("[data-final]")!.insertAdjacentHTML("afterbegin", "<svg></svg>");
    const choice = page.querySelector<HTMLInputElement>("[value=sign]")!;
    choice.checked = true;
    choice.dispatchEvent(new Event("change", { bubbles: true }));
    expect(page.querySelector("[data-final]")!.innerHTML).toBe("<svg></svg><span>签署</span>");
  });

  it("names the decision that the browser kept over a reload", () => {
    const kept = document.implementation.createHTMLDocument();
    kept.body.innerHTML = '<form data-deciding><input type="radio" name="decision" value="sign" checked><p data-statement data-sign="本人同意"></p></form>';
    startSigning(kept);
    expect(text(kept, "[data-statement]")).toBe("本人同意");
  });

  it("prints", () => {
    const print = vi.fn();
    Object.defineProperty(page, "defaultView", { value: { print }, configurable: true });
    page.querySelector<HTMLElement>("[data-print]")!.click();
    expect(print).toHaveBeenCalledOnce();
  });

  it("stands without marks, too", () => {
    const plain = sheet([]);
    expect(plain.querySelectorAll(".tz-sg-mark").length).toBe(0);
    const bare = document.implementation.createHTMLDocument();
    bare.body.innerHTML = '<article data-marks-of="nowhere"><p data-at="x">文</p></article>';
    startSigning(bare);
    expect(text(bare, "p")).toBe("文");
  });
});
