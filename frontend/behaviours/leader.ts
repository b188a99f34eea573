/**
 * One tab of a browser leads. Web Locks choose it; where they are missing (a page without https), a lease in the storage does.
 * `begin` is called in the tab that leads, when the one before it is gone; what it returns ends it, when another tab took over
 * from one that slept.
 */
const LEASE = 5000;
/** So long a claim waits for another tab's that was written at the same moment: whoever wrote last leads. */
const SETTLES = 500;
const KEY = "tz-leader";

export function lead(begin: () => () => void): void {
  const locks = navigator.locks as LockManager | undefined;
  if (!locks) return leadByLease(begin);
  void locks.request("tz-live", () => {
    begin();
    return new Promise(() => undefined);
  });
}

function leadByLease(begin: () => () => void): void {
  const me = `${Date.now()}-${Math.random()}`;
  let claimed = false;
  let end: (() => void) | undefined;
  const leave = (): void => {
    end?.();
    end = undefined;
    claimed = false;
  };
  const turn = (): void => {
    if (!holds(me)) return leave();
    if (claimed) end ??= begin();
  };
  const claim = (): void => {
    if (claimed) return turn();
    if (!holds(me)) return;
    claimed = true;
    setTimeout(turn, SETTLES);
  };
  claim();
  setInterval(claim, LEASE / 2);
  // A tab in the background is seldom woken: it hears of another's claim at once.
  window.addEventListener("storage", (event) => event.key === KEY && claimed && !isMine(me) && leave());
  window.addEventListener("pagehide", () => {
    leave();
    release(me);
  });
}

const isMine = (me: string): boolean => (localStorage.getItem(KEY) ?? "").startsWith(`${me} `);

/** Takes or renews the lease; whoever wrote last holds it, which the next turn sees. */
function holds(me: string): boolean {
  try {
    const [holder, until] = (localStorage.getItem(KEY) ?? "").split(" ");
    if (holder !== me && Number(until) > Date.now()) return false;
    localStorage.setItem(KEY, `${me} ${Date.now() + LEASE}`);
    return true;
  } catch {
    return false; // no storage, no stream: the count is asked for every half minute
  }
}

function release(me: string): void {
  try {
    if (isMine(me)) localStorage.removeItem(KEY);
  } catch {
    return; // no storage: nothing was held
  }
}
