import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startSeen } from "./seen";

let sees: () => void = () => undefined;
let answers: (Response | Error)[] = [];
let told: string[] = [];

const element = <Kind extends HTMLElement>(selector: string): Kind => document.querySelector<Kind>(selector)!;

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      constructor(seen: (entries: { isIntersecting: boolean }[]) => void) {
        sees = () => seen([{ isIntersecting: true }]);
      }
      observe(): void {}
      disconnect(): void {}
    },
  );
  vi.stubGlobal("fetch", async (_address: string, { body }: { body: URLSearchParams }) => {
    if (!body.get("whole")) return new Response(null, { status: 204 });
    told.push(body.get("digest")!);
    const answer = answers.shift()!;
    if (answer instanceof Error) throw answer;
    return answer;
  });
  document.body.innerHTML =
    '<section data-seen="/seen/" data-digest="d1"><span class="tz-wk-read" hidden></span><p data-end></p></section>' +
    '<p data-unseen></p><p data-unkept hidden></p><form data-needs-seen><button data-final></button></form>';
  startSeen(document);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("reading to the end opens the signing", async () => {
  answers = [new Response(null, { status: 204 })];
  expect(element<HTMLButtonElement>("[data-final]").disabled).toBe(true);
  sees();
  await settled();
  expect(element<HTMLButtonElement>("[data-final]").disabled).toBe(false);
  expect([element("[data-unseen]").hidden, element("[data-unkept]").hidden, element(".tz-wk-read").hidden]).toEqual([true, true, false]);
});

test("what was not kept is said, and told again after growing pauses, until it is kept", async () => {
  answers = [new TypeError("offline"), new Response(null, { status: 503 }), new Response("sign in", { status: 200 }), new Response(null, { status: 204 })];
  sees();
  await settled();
  expect([element("[data-unseen]").hidden, element("[data-unkept]").hidden]).toEqual([true, false]);
  expect(element<HTMLButtonElement>("[data-final]").disabled).toBe(true);
  for (const [pause, times] of [[2999, 1], [1, 2], [5999, 2], [1, 3], [11_999, 3]] as const) {
    await vi.advanceTimersByTimeAsync(pause);
    expect(told.length).toBe(times);
  }
  expect(element("[data-unkept]").hidden).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(told).toEqual(["d1", "d1", "d1", "d1"]);
  expect(element<HTMLButtonElement>("[data-final]").disabled).toBe(false);
  expect(element("[data-unkept]").hidden).toBe(true);
  await vi.advanceTimersByTimeAsync(300_000);
  expect(told.length).toBe(4);
});
