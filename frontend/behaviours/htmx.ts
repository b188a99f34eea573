import "htmx.org";
import { showToast, toastText } from "./toast";

/**
 * htmx reads its settings from the page (`htmx-config`) and the CSRF header from `hx-headers:inherited` on the body.
 * An answer that is no fragment (sign-in needed, server down) is not put into the page: it is told in a toast.
 */
document.addEventListener("htmx:response:error", (event) => {
  const status = (event as CustomEvent<{ ctx: { response: { raw: Response } } }>).detail.ctx.response.raw.status;
  if (status === 401) window.location.reload();
  else if (status !== 422) showToast(toastText(status), "error");
});

document.addEventListener("htmx:error", () => showToast(toastText(0), "error"));
