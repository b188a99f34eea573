import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { startAutosave } from "./autosave";

let release: (answer: Response) => void = () => undefined;
let sent: unknown[] = [];
let submitted: string[] = [];

const form = (): HTMLFormElement => document.querySelector("form")!;
const field = (name: string): HTMLInputElement => form().elements.namedItem(name) as HTMLInputElement;

/** Until the answer is taken and what follows from it is done. */
async function settled(): Promise<void> {
  await vi.waitFor(() => expect(form().dataset.saving).toBeUndefined());
  await new Promise((done) => setTimeout(done));
}

/** As a browser does it: the field loses the focus, then the button sends. */
function press(): void {
  field("text").dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
  form().requestSubmit();
}

function leaves(): boolean {
  return window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
}

const json = (status: number, body: object): Response => new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });

beforeAll(() => {
  startAutosave(document);
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) submitted.push(field("version").value);
    event.preventDefault();
  });
});

beforeEach(() => {
  sent = [];
  submitted = [];
  vi.stubGlobal("fetch", (_address: string, { body }: { body: string }) => {
    sent.push(JSON.parse(body));
    return new Promise<Response>((done) => (release = done));
  });
  document.body.innerHTML =
    '<form method="post" action="/text/" data-autosave data-waits="w" data-sends="s" data-fails="f"><input name="version" value="3"><textarea name="text"></textarea>' +
    '<div data-autosave-conflict hidden><b data-autosave-by></b><p data-autosave-theirs></p></div><button>Save</button><output></output></form>';
  field("text").value = "mine";
  field("text").dispatchEvent(new Event("input", { bubbles: true }));
});

afterEach(() => vi.unstubAllGlobals());

test("the button waits for the save that is on its way, and names the version that it made", async () => {
  press();
  form().requestSubmit();
  expect([sent, submitted]).toEqual([[{ text: "mine", version: "3" }], []]);
  release(json(200, { version: 4, said: "saved" }));
  await settled();
  expect([sent.length, submitted]).toEqual([1, ["4"]]);
});

test("without a save on its way the button sends at once", () => {
  form().requestSubmit();
  expect([sent, submitted]).toEqual([[], ["3"]]);
});

test("where the save could not be sent, the button still does what it says", async () => {
  press();
  release(json(503, {}));
  await settled();
  expect(submitted).toEqual(["3"]);
});

test("after a conflict nothing is sent by itself, and leaving warns", async () => {
  expect(leaves()).toBe(false);
  press();
  release(json(412, { version: 5, edited_by: "李四", text: "theirs", detail: "!" }));
  await settled();
  expect([submitted, field("version").value, document.querySelector<HTMLElement>("[data-autosave-conflict]")!.hidden]).toEqual([[], "5", false]);
  expect(leaves()).toBe(false);
  form().requestSubmit();
  expect(submitted).toEqual(["5"]);
});
