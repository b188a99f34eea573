import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { prove, startProof } from "./proof";

const FORM = '<form class="ask"><input type="hidden" name="m" value="password"><input name="proof_password"><button>确认</button></form>';
let asked: string[] = [];
let answers: ((response: Response) => void)[] = [];

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  await new Promise((resolve) => setTimeout(resolve));
};

/** Answers the oldest request that waits. */
async function answer(status: number, html = ""): Promise<void> {
  answers.shift()!(new Response(status === 204 ? null : html, { status }));
  await settled();
}

const dialog = (): HTMLDialogElement => document.querySelector("dialog")!;
const submit = (form: Element): boolean => form.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
const ask = (): HTMLFormElement => document.querySelector<HTMLFormElement>("form.ask")!;

beforeEach(() => {
  [asked, answers] = [[], []];
  document.body.innerHTML = `<dialog id="proof-dialog"><div class="body"></div></dialog>`;
  vi.stubGlobal("fetch", (url: string, options: RequestInit = {}) => {
    asked.push(`${options.method ?? "GET"} ${url}`);
    return new Promise<Response>((resolve) => answers.push(resolve));
  });
});

afterEach(() => vi.unstubAllGlobals());

describe("who acts", () => {
  it("is known without a question while the last answer is fresh", async () => {
    const known = prove();
    await answer(204);
    expect([await known, dialog().open, asked]).toEqual([true, false, ["GET /me/authentication/"]]);
  });

  it("is asked in the dialog, until the answer is right", async () => {
    const known = prove();
    await answer(200, FORM);
    expect([dialog().open, (document.activeElement as HTMLInputElement).name]).toEqual([true, "proof_password"]);
    submit(ask());
    await answer(422, `<p role="alert">不对</p>${FORM}`);
    expect([dialog().open, dialog().textContent]).toEqual([true, "不对确认"]);
    submit(ask());
    await answer(204);
    expect([await known, dialog().open]).toEqual([true, false]);
    expect(asked).toEqual(["GET /me/authentication/", "POST /me/authentication/", "POST /me/authentication/"]);
  });

  it("is not known when the dialog is closed, and the next question begins anew", async () => {
    const first = prove();
    await answer(200, FORM);
    dialog().close();
    expect(await first).toBe(false);
    const second = prove();
    await answer(200, FORM);
    submit(ask());
    await answer(204);
    expect([await second, asked.length]).toEqual([true, 3]);
  });

  it("is asked once for a form that is sent twice by a double click", async () => {
    const known = prove();
    await answer(200, FORM);
    submit(ask());
    submit(ask());
    expect(asked.filter((one) => one.startsWith("POST")).length).toBe(1);
    await answer(204);
    expect(await known).toBe(true);
  });

  it("stays unknown, with what was typed, where nobody can be reached", async () => {
    const known = prove();
    await answer(200, FORM);
    document.querySelector<HTMLInputElement>("[name=proof_password]")!.value = "打好的";
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("offline")));
    submit(ask());
    await settled();
    expect([dialog().open, document.querySelector<HTMLInputElement>("[name=proof_password]")!.value]).toEqual([true, "打好的"]);
    dialog().close();
    expect(await known).toBe(false);
  });

  it("is not known where the question itself cannot be asked", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("offline")));
    expect(await prove()).toBe(false);
    vi.stubGlobal("fetch", () => Promise.resolve(new Response("", { status: 500 })));
    expect([await prove(), dialog().open]).toEqual([false, false]);
  });
});

describe("a form that needs it", () => {
  let sent = 0;

  beforeEach(() => {
    sent = 0;
    document.body.insertAdjacentHTML("beforeend", '<form id="act" data-proof><button name="do" value="1">签署</button></form><form id="plain"></form>');
    document.querySelector("#act")!.addEventListener("submit", (event) => {
      event.preventDefault();
      sent += 1;
    });
  });

  it("is sent when it is known, once, with its button; others are let through", async () => {
    startProof(document);
    const form = document.querySelector<HTMLFormElement>("#act")!;
    const again = vi.spyOn(form, "requestSubmit");
    expect(submit(document.querySelector("#plain")!)).toBe(true);
    expect([submit(form), sent]).toEqual([false, 0]);
    await answer(204);
    expect([sent, again.mock.calls.length, "proven" in form.dataset]).toEqual([1, 1, false]);
    submit(form);
    await answer(200, FORM);
    dialog().close();
    await settled();
    expect(sent).toBe(1);
  });
});
