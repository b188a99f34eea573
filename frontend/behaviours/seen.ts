const FIRST_PAUSE = 3000;
const LONGEST_PAUSE = 60_000;

/**
 * A paper that is to be read before it is signed: `[data-seen="address"]` with `data-digest`. That it is on the screen is told
 * once; that its end (`[data-end]` inside) came on the screen is told until the server keeps it, which opens
 * `form[data-needs-seen]`. As long as it is not kept, `[data-unkept]` says so.
 */
export function startSeen(page: Document): void {
  for (const paper of page.querySelectorAll<HTMLElement>("[data-seen]")) watch(page, paper);
}

function watch(page: Document, paper: HTMLElement): void {
  const end = paper.querySelector<HTMLElement>("[data-end]");
  let whole = "whole" in paper.dataset;
  let failed = false;
  const final = page.querySelector<HTMLButtonElement>("form[data-needs-seen] [data-final]");
  const show = (): void => {
    if (final) final.disabled = !whole;
    for (const word of page.querySelectorAll<HTMLElement>("[data-unseen]")) word.hidden = whole || failed;
    for (const word of page.querySelectorAll<HTMLElement>("[data-unkept]")) word.hidden = whole || !failed;
    for (const word of paper.querySelectorAll<HTMLElement>(".tz-wk-read")) word.hidden = !whole;
  };
  // Who has seen the end need not see it again for a request that was lost.
  const tellEnd = async (pause: number): Promise<void> => {
    whole = await tell(paper, true);
    failed = !whole;
    show();
    if (failed) setTimeout(() => void tellEnd(Math.min(pause * 2, LONGEST_PAUSE)), pause);
  };
  show();
  void tell(paper, false);
  if (whole || !end) return;
  // An element that is folded away is nowhere on the screen.
  const eye = new IntersectionObserver((entries) => {
    if (whole || !entries.some((entry) => entry.isIntersecting)) return;
    eye.disconnect();
    void tellEnd(FIRST_PAUSE);
  });
  eye.observe(end);
}

/** Whether the server keeps it; a page to sign in on is an answer, too, but not this one. */
async function tell(paper: HTMLElement, whole: boolean): Promise<boolean> {
  const told = new URLSearchParams({ digest: paper.dataset.digest ?? "", whole: whole ? "1" : "" });
  const headers = document.body.getAttribute("hx-headers:inherited") ?? "{}";
  const token = (JSON.parse(headers) as { "X-CSRFToken"?: string })["X-CSRFToken"] ?? "";
  try {
    const answer = await fetch(paper.dataset.seen ?? "", { method: "POST", headers: { "X-CSRFToken": token }, body: told });
    return answer.status === 204;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
