import { t } from "./labels";
import { readPlan, type Field, type Mode, type Plan, type RawPlan, type Value } from "./model";

export interface Cell {
  id: number;
  field: Field;
  value: Value;
}

/** One change of the plan: one transaction, one step that can be taken back. */
export type Command =
  | { command: "insert"; parent: number | null; before: number | null; rows: Partial<Record<Field, Value>>[] }
  | { command: "remove" | "indent" | "outdent"; ids: number[] }
  | { command: "move"; ids: number[]; parent: number | null; before: number | null }
  | { command: "set"; cells: Cell[] }
  | { command: "paste"; anchor: number | null; columns: Field[]; rows: string[][] }
  | { command: "undo" | "redo" };

export interface Moved {
  id: number;
  code: string;
  name: string;
  field: string;
  before: string | null;
  after: string | null;
  why: string;
}

export interface Outcome {
  version: number;
  ids: number[];
  changes: Moved[];
  notices: string[];
  undo: string | null;
  redo: string | null;
}

/** What became of a change: done, refused with a reason for the cell, or overtaken by somebody else. */
export type Answer<T> = { kind: "done"; body: T } | { kind: "refused"; reason: string; errors: Record<string, string> } | { kind: "stale"; reason: string };

/** The server cannot be reached, or answered something that it should not. */
export class Unreachable extends Error {}

export class Api {
  /** The status date that the page is about goes along with every request. */
  private readonly date: string;
  mode: Mode = "forecast";
  /** number of the baseline that is drawn; null for the latest */
  baseline: number | null = null;

  constructor(
    private readonly dataUrl: string,
    private readonly tasksUrl: string,
  ) {
    const date = new URLSearchParams(dataUrl.split("?")[1]).get("date");
    this.date = date ? `?${new URLSearchParams({ date })}` : "";
  }

  taskUrl(id: number, what = ""): string {
    return `${this.tasksUrl}${id}/${what}${this.date}`;
  }

  /** An address beside that of the plan's data. */
  private beside(name: string): string {
    return `${(this.dataUrl.split("?")[0] ?? "").replace(/data$/, "")}${name}`;
  }

  async load(): Promise<Plan> {
    const [path = "", search] = this.dataUrl.split("?");
    const query = new URLSearchParams(search);
    if (this.mode === "strict") query.set("mode", "strict");
    if (this.baseline !== null) query.set("baseline", String(this.baseline));
    return readPlan((await this.get(`${path}?${query}`)) as RawPlan);
  }

  /** The texts of columns that the plan itself does not carry, one for each row. */
  async columns(names: readonly string[]): Promise<{ version: number; columns: Record<string, string[]> }> {
    const query = new URLSearchParams({ names: names.join(",") });
    return (await this.get(`${this.beside("columns")}?${query}`)) as { version: number; columns: Record<string, string[]> };
  }

  /** `dry` asks what a command would bring, and writes nothing. */
  async run(command: Command, version: number, dry: boolean): Promise<Answer<Outcome>> {
    const response = await reach(this.beside("commands/") + this.date, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() },
      body: JSON.stringify({ version, ...command, dry }),
    });
    if (response.ok && isJson(response)) return { kind: "done", body: (await response.json()) as Outcome };
    const { reason, errors } = await problemOf(response);
    return response.status === 412 ? { kind: "stale", reason } : { kind: "refused", reason, errors };
  }

  private async get(url: string): Promise<unknown> {
    const response = await reach(url, { headers: { Accept: "application/json" } });
    // A session that has ended answers with the page to sign in.
    if (!response.ok || !isJson(response)) throw new Unreachable((await problemOf(response)).reason);
    return response.json();
  }
}

export async function reach(url: string, options: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { credentials: "same-origin", ...options });
  } catch (error) {
    throw new Unreachable(t("offline"), { cause: error });
  }
}

export function isJson(response: Response): boolean {
  return /json/.test(response.headers.get("Content-Type") ?? "");
}

export function csrfToken(): string {
  return /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}

/** The words of a problem+json answer, and what it says about single fields. */
async function problemOf(response: Response): Promise<{ reason: string; errors: Record<string, string> }> {
  const fallback = t("failed", { reason: `${response.status} ${response.statusText}`.trim() });
  if (!isJson(response)) return { reason: fallback, errors: {} };
  const body = (await response.json()) as { errors?: Record<string, string | string[]>; detail?: string; title?: string };
  const errors = Object.fromEntries(Object.entries(body.errors ?? {}).map(([key, words]) => [key, [words].flat().join(" ")]));
  return { reason: Object.values(errors)[0] || body.detail || body.title || fallback, errors };
}
