import { post } from "./post";

/**
 * `<button data-passkey="field">` runs the ceremony of a passkey and sends its form with the answer as JSON in that field.
 * The options come from `data-passkey-challenge="address"`, or from the JSON of the element `data-passkey-options="id"`;
 * `data-passkey-new` makes a passkey, without it one is asked for. What went wrong is told in `[data-passkey-says]`.
 * A form whose chosen proof is a passkey asks for it when it is sent.
 */
export function startPasskeys(page: Document): void {
  page.addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest<HTMLButtonElement>("button[data-passkey]");
    if (button?.form) void ceremony(button, button.form);
  });
  page.addEventListener(
    "submit",
    (event) => {
      const form = event.target as HTMLFormElement;
      const button = form.querySelector<HTMLButtonElement>('button[data-passkey="proof_passkey"]');
      if (!button || !isPasskeyMissing(form)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      void ceremony(button, form);
    },
    true,
  );
}

/** Whether a form is proved by a passkey that was not used yet: its last button then does that, too. */
function isPasskeyMissing(form: HTMLFormElement): boolean {
  const sent = new FormData(form);
  return sent.get("proof_method") === "passkey" && !sent.get("proof_passkey");
}

async function ceremony(button: HTMLButtonElement, form: HTMLFormElement): Promise<void> {
  const says = form.querySelector<HTMLElement>("[data-passkey-says]");
  button.disabled = true;
  try {
    const credential = await answerOf(button);
    if (credential) {
      form.querySelector<HTMLInputElement>(`input[name="${button.dataset.passkey}"]`)!.value = JSON.stringify(credential);
      form.requestSubmit();
    } else if (says) says.textContent = says.dataset.passkeySays ?? "";
  } finally {
    button.disabled = false;
  }
}

/** What the authenticator answered; null where the person gave up, or the browser cannot. */
async function answerOf(button: HTMLButtonElement): Promise<object | null> {
  const options = await optionsOf(button);
  // Without https there is none.
  const store = navigator.credentials as CredentialsContainer | undefined;
  if (!options || !store) return null;
  try {
    const made = "passkeyNew" in button.dataset
      ? await store.create({ publicKey: creation(options) })
      : await store.get({ publicKey: request(options) });
    return made instanceof PublicKeyCredential ? written(made) : null;
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

type Plain = Record<string, unknown>;

async function optionsOf(button: HTMLButtonElement): Promise<Plain | null> {
  const { passkeyOptions, passkeyChallenge } = button.dataset;
  if (passkeyOptions) return (JSON.parse(document.getElementById(passkeyOptions)!.textContent ?? "{}") as { publicKey: Plain }).publicKey;
  const told = await post(passkeyChallenge ?? "", {});
  return told.status === 200 ? (told.body.publicKey as Plain) : null;
}

function creation(plain: Plain): PublicKeyCredentialCreationOptions {
  const user = plain.user as Plain;
  return {
    ...plain,
    challenge: bytes(plain.challenge),
    user: { ...user, id: bytes(user.id) },
    excludeCredentials: named(plain.excludeCredentials),
  } as unknown as PublicKeyCredentialCreationOptions;
}

function request(plain: Plain): PublicKeyCredentialRequestOptions {
  return { ...plain, challenge: bytes(plain.challenge), allowCredentials: named(plain.allowCredentials) } as unknown as PublicKeyCredentialRequestOptions;
}

function named(list: unknown): Plain[] {
  return ((list ?? []) as Plain[]).map((one) => ({ ...one, id: bytes(one.id) }));
}

/** A credential in the shape of `PublicKeyCredential.toJSON`, which older browsers do not have. */
function written(credential: PublicKeyCredential): object {
  const response: Plain = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    const value: unknown = (credential.response as unknown as Plain)[name];
    if (value instanceof ArrayBuffer) response[name] = text(value);
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

function bytes(value: unknown): ArrayBuffer {
  const plain = atob(String(value).replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0)).buffer;
}

function text(value: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(value));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
