import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startPasskeys } from "./passkey";

class Credential {
  constructor(
    readonly id: string,
    readonly rawId: ArrayBuffer,
    readonly response: object,
  ) {}
  readonly type = "public-key";
  getClientExtensionResults = (): object => ({});
}

const buffer = (...bytes: number[]): ArrayBuffer => Uint8Array.from(bytes).buffer;
const numbers = (given: unknown): number[] => [...new Uint8Array(given as ArrayBuffer)];
const CHALLENGE = { publicKey: { challenge: "-_8", allowCredentials: [{ type: "public-key", id: "AQI" }], rpId: "localhost" } };
const settled = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

let sent: string[] = [];
const ask = vi.fn();
const make = vi.fn();

function form(attributes: string): { button: HTMLButtonElement; says: HTMLElement } {
  document.body.innerHTML = `<form><input type="hidden" name="proof_passkey"><p data-passkey-says="没有成功，请再试一次"></p><button type="button" data-passkey="proof_passkey" ${attributes}>用通行密钥</button></form>
    <script type="application/json" id="options">${JSON.stringify({ publicKey: { challenge: "AAE", user: { id: "Bw", name: "zhengshi" }, excludeCredentials: [{ type: "public-key", id: "CQ" }] } })}</script>`;
  const found = document.querySelector("form")!;
  found.requestSubmit = () => sent.push(found.querySelector("input")!.value);
  return { button: found.querySelector("button")!, says: found.querySelector("p")! };
}

startPasskeys(document);

beforeEach(() => {
  sent = [];
  ask.mockReset();
  make.mockReset();
  vi.stubGlobal("PublicKeyCredential", Credential);
  Object.defineProperty(navigator, "credentials", { value: { get: ask, create: make }, configurable: true });
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json(CHALLENGE)));
});

afterEach(() => vi.unstubAllGlobals());

describe("a passkey", () => {
  it("is asked for by the server's challenge, and its answer is sent as it is written down", async () => {
    const { button } = form('data-passkey-challenge="/me/authentication/passkey/"');
    const answer = { clientDataJSON: buffer(1), authenticatorData: buffer(2), signature: buffer(255, 254), userHandle: null };
    ask.mockResolvedValue(new Credential("AQI", buffer(1, 2), answer));
    button.click();
    expect(button.disabled).toBe(true);
    await settled();
    const { publicKey } = ask.mock.calls[0][0] as { publicKey: Record<string, unknown> & { allowCredentials: { id: unknown }[] } };
    expect([numbers(publicKey.challenge), numbers(publicKey.allowCredentials[0].id), publicKey.rpId]).toEqual([[251, 255], [1, 2], "localhost"]);
    const response = { clientDataJSON: "AQ", authenticatorData: "Ag", signature: "__4" };
    expect(sent.map((one) => JSON.parse(one) as object)).toEqual([{ id: "AQI", rawId: "AQI", type: "public-key", response, clientExtensionResults: {} }]);
    expect(button.disabled).toBe(false);
  });

  it("is made by the options on the page", async () => {
    const { button } = form('data-passkey-options="options" data-passkey-new');
    make.mockResolvedValue(new Credential("Bw", buffer(7), { clientDataJSON: buffer(1), attestationObject: buffer(3) }));
    button.click();
    await settled();
    const { publicKey } = make.mock.calls[0][0] as { publicKey: { challenge: unknown; user: { id: unknown; name: string }; excludeCredentials: { id: unknown }[] } };
    expect([numbers(publicKey.challenge), numbers(publicKey.user.id), publicKey.user.name, numbers(publicKey.excludeCredentials[0].id)]).toEqual([[0, 1], [7], "zhengshi", [9]]);
    expect((JSON.parse(sent[0]) as { response: object }).response).toEqual({ clientDataJSON: "AQ", attestationObject: "Aw" });
  });

  it.each([
    ["the person gives up", () => ask.mockRejectedValue(new DOMException("no", "NotAllowedError"))],
    ["nothing answers", () => ask.mockResolvedValue(null)],
    ["the server gives no challenge", () => vi.stubGlobal("fetch", () => Promise.resolve(new Response("", { status: 403 })))],
    ["nobody can be reached", () => vi.stubGlobal("fetch", () => Promise.reject(new TypeError("offline")))],
    ["the browser has none", () => Object.defineProperty(navigator, "credentials", { value: undefined, configurable: true })],
  ])("sends nothing and says so when %s", async (_case, arrange) => {
    const { button, says } = form('data-passkey-challenge="/me/authentication/passkey/"');
    arrange();
    button.click();
    await settled();
    expect([sent, says.textContent, button.disabled]).toEqual([[], "没有成功，请再试一次", false]);
  });

  it("is asked for once, however often the button is pressed", async () => {
    const { button } = form('data-passkey-challenge="/me/authentication/passkey/"');
    ask.mockResolvedValue(null);
    button.click();
    button.click();
    await settled();
    expect(ask).toHaveBeenCalledOnce();
  });
});
