import { h } from "./dom";
import { KEY_LIST } from "./keys";
import { t } from "./labels";

/** Every key of the plan, in the order in which one needs them. */
export function showKeys(closed: () => void): void {
  if (document.querySelector(".plan-keys")) return;
  const dialog = h("dialog", { class: "plan-dialog plan-keys", "aria-labelledby": "plan-keys-title" },
    h("form", { method: "dialog" },
      h("h2", { id: "plan-keys-title" }, t("keysTitle")),
      h("dl", { class: "tz-keylist", tabindex: "0" }, ...KEY_LIST.flatMap(([keys, label]) => [
        h("dt", {}, ...keys.map((key) => h("kbd", { class: "tz-kbd" }, key))), h("dd", {}, t(label)),
      ])),
      h("footer", {}, h("button", { class: "tz-btn" }, t("close")))));
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    closed();
  });
  dialog.showModal();
}
