import { csrfToken, isJson, reach, Unreachable } from "./api";
import { readState, type ColumnState } from "./columnstate";
import { KNOWN, USUAL } from "./columns";

const STORE = "tongzhou.plan.columns";

/** The columns that a person has chosen: kept by the server, and by the browser for the first picture. */
export class Preferences {
  private waiting = 0;

  constructor(private readonly url: string | undefined) {}

  /** As the browser knows them. */
  known(): ColumnState {
    return stateOf(localStorage.getItem(STORE));
  }

  /** As the server has kept them; null where it has not, or does not answer. */
  async load(): Promise<ColumnState | null> {
    if (!this.url) return null;
    try {
      const response = await reach(this.url, { headers: { Accept: "application/json" } });
      if (!response.ok || !isJson(response)) return null;
      const { value } = (await response.json()) as { value?: unknown };
      return value ? readState(value, KNOWN, USUAL) : null;
    } catch (error) {
      if (error instanceof Unreachable) return null;
      throw error;
    }
  }

  /** Columns are pulled and pushed in small steps; what stands after the last is kept. */
  keep(state: ColumnState): void {
    localStorage.setItem(STORE, JSON.stringify(state));
    window.clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => void this.send(state), 400);
  }

  private async send(value: ColumnState): Promise<void> {
    if (!this.url) return;
    const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken() };
    await reach(this.url, { method: "POST", headers, body: JSON.stringify({ value }) }).catch((error: unknown) => {
      // The browser has it too; the next change sends it again.
      if (!(error instanceof Unreachable)) throw error;
    });
  }
}

function stateOf(text: string | null): ColumnState {
  let kept: unknown = null;
  try {
    kept = JSON.parse(text ?? "null");
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return readState(kept, KNOWN, USUAL);
}
