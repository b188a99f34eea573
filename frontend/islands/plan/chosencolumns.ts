import { Unreachable, type Api } from "./api";
import { columnsOf } from "./columns";
import type { ColumnState } from "./columnstate";
import type { Plan } from "./model";
import type { Preferences } from "./preferences";

/** Which columns a person sees: as the address says, else as kept; and the texts of those that the plan does not carry. */
export class ChosenColumns {
  private kept: ColumnState;

  constructor(
    private readonly preferences: Preferences,
    private readonly api: Api,
    private readonly tell: (text: string) => void,
  ) {
    this.kept = preferences.known();
  }

  state(named: string[] | null): ColumnState {
    if (named && String(named) !== String(this.kept.shown)) this.kept = { ...this.kept, shown: named };
    return this.kept;
  }

  /** Asks the server; true when it has kept others than those that are shown. */
  async load(): Promise<boolean> {
    const state = await this.preferences.load();
    if (!state || JSON.stringify(state) === JSON.stringify(this.kept)) return false;
    this.kept = state;
    return true;
  }

  /** Answers what the address has to say from now on. */
  keep(state: ColumnState, named: string[] | null): string[] | null {
    const others = named !== null || String(state.shown) !== String(this.kept.shown);
    this.kept = state;
    this.preferences.keep(state);
    return others ? state.shown : null;
  }

  /** Texts belong to one version of the plan; of another one they are asked for again with it. */
  async fetch(plan: Plan, named: string[] | null, phone: boolean): Promise<void> {
    const wanted = columnsOf(this.state(named), phone).filter((column) => column.lazy && !plan.texts.has(column.field)).map(({ field }) => field);
    if (!wanted.length) return;
    const found = await this.api.columns(wanted).catch((error: unknown) => {
      if (!(error instanceof Unreachable)) throw error;
      this.tell(error.message);
      return null;
    });
    for (const [field, texts] of Object.entries(found?.columns ?? {})) if (texts.length === plan.tasks.length) plan.texts.set(field, texts);
  }
}
