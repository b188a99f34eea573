import { t } from "./labels";
import { readPlan, type Field, type Plan, type RawPlan } from "./model";

export interface Change {
  version: number;
  field: Field;
  value: string | number | null;
}

export interface Follower {
  id: number;
  code: string;
  name: string;
  field: "start" | "finish";
  before: string | null;
  after: string | null;
  why: string;
}

export interface Preview {
  changes: Follower[];
  notices: string[];
  summary: string;
}

/** What became of a change: done, refused with a reason for the cell, or overtaken by somebody else. */
export type Answer<T> = { kind: "done"; body: T } | { kind: "refused"; reason: string } | { kind: "stale" };

/** The server cannot be reached, or answered something that it should not. */
export class Unreachable extends Error {}

export class Api {
  /** The status date that the page is about goes along with every request. */
  private readonly date: string;

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

  async load(): Promise<Plan> {
    const response = await reach(this.dataUrl, { headers: { Accept: "application/json" } });
    // A session that has ended answers with the page to sign in.
    if (!response.ok || !isJson(response)) throw new Unreachable(await reasonOf(response));
    return readPlan((await response.json()) as RawPlan);
  }

  preview(id: number, change: Change): Promise<Answer<Preview>> {
    return this.send<Preview>(this.taskUrl(id, "preview/"), change);
  }

  save(id: number, change: Change): Promise<Answer<{ version: number }>> {
    return this.send<{ version: number }>(this.taskUrl(id, "edit/"), change);
  }

  private async send<T>(url: string, change: Change): Promise<Answer<T>> {
    const response = await reach(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() },
      body: JSON.stringify(change),
    });
    if (response.ok) return { kind: "done", body: (await response.json()) as T };
    if (response.status === 412) return { kind: "stale" };
    return { kind: "refused", reason: await reasonOf(response, change.field) };
  }
}

async function reach(url: string, options: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { credentials: "same-origin", ...options });
  } catch (error) {
    throw new Unreachable(t("offline"), { cause: error });
  }
}

function isJson(response: Response): boolean {
  return /json/.test(response.headers.get("Content-Type") ?? "");
}

function csrfToken(): string {
  return /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}

/** The words of a problem+json answer: those of the field first, then of the whole. */
async function reasonOf(response: Response, field?: Field): Promise<string> {
  const fallback = t("failed", { reason: `${response.status} ${response.statusText}`.trim() });
  if (!isJson(response)) return fallback;
  const body = (await response.json()) as { errors?: Record<string, string | string[]>; detail?: string; title?: string };
  const errors = body.errors ?? {};
  const found = (field && errors[field]) || Object.values(errors)[0];
  return [found].flat().filter(Boolean).join(" ") || body.detail || body.title || fallback;
}
