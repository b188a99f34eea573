export interface KeyEvents {
  move(step: number): void;
  column(step: number): void;
  edge(end: boolean): void;
  fold(open: boolean): boolean;
  edit(): void;
  open(): void;
  escape(): boolean;
  today(): void;
  zoom(step: number): void;
}

/** Keys of the tree. True when the key was used. */
export function useKey(event: KeyboardEvent, page: number, atName: boolean, events: KeyEvents): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const actions: Record<string, () => boolean | void> = {
    ArrowDown: () => events.move(1),
    ArrowUp: () => events.move(-1),
    PageDown: () => events.move(page),
    PageUp: () => events.move(-page),
    // On the first columns the arrows open and close, as in any tree; what is open already lets them move on.
    ArrowRight: () => (atName && events.fold(true)) || events.column(1),
    ArrowLeft: () => (atName && events.fold(false)) || events.column(-1),
    Home: () => events.edge(false),
    End: () => events.edge(true),
    Enter: () => events.edit(),
    F2: () => events.edit(),
    " ": () => events.open(),
    Escape: () => events.escape(),
    t: () => events.today(),
    "+": () => events.zoom(-1),
    "=": () => events.zoom(-1),
    "-": () => events.zoom(1),
  };
  const action = actions[event.key];
  return action ? action() !== false : false;
}
