import type { Follower, Preview } from "./api";
import { h } from "./dom";
import { t } from "./labels";

const MOST = 200;

/** Shows what a change brings with it. Resolves to true when the person wants all of it. */
export function confirmChanges(preview: Preview, followers: Follower[]): Promise<boolean> {
  // A task may move at both ends, but is one task.
  const count = new Set(followers.map(({ id }) => id)).size;
  const title = count ? t("willChange", { count }) : t("willHappen");
  const apply = h("button", { class: "tz-btn is-primary", value: "apply" }, t("apply"));
  const dialog = h("dialog", { class: "plan-dialog", "aria-labelledby": "plan-dialog-title" },
    h("form", { method: "dialog" },
      h("h2", { id: "plan-dialog-title" }, title),
      preview.summary ? h("p", { class: "tz-sub" }, preview.summary) : null,
      ...preview.notices.map((notice) => h("p", { class: "tz-note is-late" }, notice)),
      followers.length ? h("ul", { class: "plan-followers", tabindex: "0", "aria-label": title }, ...followers.slice(0, MOST).map(describe)) : null,
      h("footer", {}, h("button", { class: "tz-btn", value: "cancel", formnovalidate: true }, t("cancel")), apply)));
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "apply");
    });
    dialog.showModal();
    apply.focus();
  });
}

function describe({ code, name, field, before, after, why }: Follower): HTMLElement {
  return h("li", {},
    h("span", { class: "tz-muted" }, code),
    h("span", { class: "what" }, name, " ", h("span", { class: "tz-muted" }, t(field)), why ? h("small", {}, why) : null),
    h("span", { class: "when" }, before ? h("del", { class: "tz-was" }, short(before, after)) : null, after ? h("ins", {}, short(after, before)) : null));
}

/** The year only matters where it changes. */
function short(iso: string, other: string | null): string {
  return other?.slice(0, 4) === iso.slice(0, 4) ? iso.slice(5) : iso;
}
