/**
 * One tab of a browser leads. Web Locks choose it; where they are missing (a page without https), a lease in the storage does.
 * `begin` is called once, in the tab that leads, when the one before it is gone.
 */
const LEASE = 5000;
const KEY = "tz-leader";

export function lead(begin: () => void): void {
  if ("locks" in navigator) {
    void navigator.locks.request("tz-live", () => {
      begin();
      return new Promise(() => undefined);
    });
    return;
  }
  const me = `${Date.now()}-${Math.random()}`;
  let leading = false;
  const turn = (): void => {
    if (!holds(me)) return;
    if (!leading) begin();
    leading = true;
  };
  turn();
  setInterval(turn, LEASE / 2);
}

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
