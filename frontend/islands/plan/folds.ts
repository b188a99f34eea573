/** Which lines are closed. The browser keeps it while the tab is open, so that a reload shows the same picture. */
export class Folds {
  readonly closed: Set<string>;
  private readonly store: string;

  constructor(address: string) {
    this.store = `tongzhou.plan.closed:${address.split("?")[0]}`;
    this.closed = new Set((sessionStorage.getItem(this.store) ?? "").split("\n").filter(Boolean));
  }

  turn(key: string): void {
    if (!this.closed.delete(key)) this.closed.add(key);
    sessionStorage.setItem(this.store, [...this.closed].join("\n"));
  }
}
