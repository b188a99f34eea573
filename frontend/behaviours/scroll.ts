const FOCUSABLE = "a[href], button, input, select, textarea, [tabindex]";
const SCROLLING = ".tz-scroll, .tz-miles, .tz-deed-rows, .tz-tpreview";

/** What scrolls and holds nothing to focus gets the focus itself, so that the arrow keys reach all of it. */
export function startScroll(page: Document): void {
  const look = (): void => page.querySelectorAll<HTMLElement>(SCROLLING).forEach(offer);
  page.addEventListener("htmx:after:swap", look);
  window.addEventListener("resize", look);
  look();
  page.querySelectorAll<HTMLElement>(".tz-worktabs > [aria-current]").forEach(bringIn);
}

/** On a phone the tab that one is on may stand beyond the edge of its row. */
function bringIn(tab: HTMLElement): void {
  for (let row = tab.parentElement; row && row !== document.body; row = row.parentElement) {
    const hidden = tab.getBoundingClientRect().right - row.getBoundingClientRect().right;
    if (hidden > 0 && row.scrollWidth > row.clientWidth) row.scrollLeft += hidden + 8;
  }
}

function offer(box: HTMLElement): void {
  const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
  if (scrolls && !box.querySelector(FOCUSABLE)) box.tabIndex = 0;
  else if (box.tabIndex === 0) box.removeAttribute("tabindex");
}
