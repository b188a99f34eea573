const WRONG = 'form :is(input, select, textarea)[aria-invalid="true"]';

/** A form that comes back refused puts the person where the first thing is wrong, unless the page says another place. */
export function startWrong(page: Document): void {
  const first = page.querySelector<HTMLElement>(WRONG);
  if (!first || page.querySelector("[autofocus], dialog[open]")) return;
  first.focus({ preventScroll: true });
  // In the middle: bars that stay at an edge of the screen would cover it.
  first.scrollIntoView({ block: "center" });
}
