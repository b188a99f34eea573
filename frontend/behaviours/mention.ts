interface Person {
  name: string;
  login: string;
  department: string;
}

/**
 * `data-mention` on a textarea inside `data-people="address"`: what follows @ is completed by name, pinyin or login.
 * Arrow keys choose, Enter and Tab take, Escape closes.
 */
export function startMentions(page: Document): void {
  page.addEventListener("input", (event) => {
    const area = event.target as Element;
    if (area instanceof HTMLTextAreaElement && area.hasAttribute("data-mention")) void suggest(area);
  });
  page.addEventListener("keydown", (event) => {
    const area = event.target as Element;
    if (area instanceof HTMLTextAreaElement && listOf(area)) steer(area, event);
  });
  page.addEventListener("focusout", (event) => {
    if (event.target instanceof HTMLTextAreaElement) close(event.target);
  });
}

function listOf(area: HTMLTextAreaElement): HTMLElement | null {
  const next = area.nextElementSibling;
  return next instanceof HTMLElement && next.classList.contains("tz-mentions") ? next : null;
}

function close(area: HTMLTextAreaElement): void {
  listOf(area)?.remove();
  area.removeAttribute("aria-activedescendant");
}

function typed(area: HTMLTextAreaElement): string | undefined {
  return /(?:^|[^\w@])@([^\s@]{0,20})$/.exec(area.value.slice(0, area.selectionStart))?.[1];
}

async function suggest(area: HTMLTextAreaElement): Promise<void> {
  const word = typed(area);
  const address = area.closest<HTMLElement>("[data-people]")?.dataset.people;
  if (word === undefined || !address) return close(area);
  const answer = await fetch(`${address}?q=${encodeURIComponent(word)}`, { headers: { Accept: "application/json" } });
  const people = answer.ok ? ((await answer.json()) as { people: Person[] }).people : [];
  // Answers may overtake each other: only the one to what stands there now may touch the list.
  if (typed(area) === word) show(area, people);
}

function show(area: HTMLTextAreaElement, people: Person[]): void {
  close(area);
  if (!people.length) return;
  const list = area.ownerDocument.createElement("ul");
  list.className = "tz-mentions";
  list.role = "listbox";
  const twice = new Set(people.map((one) => one.name).filter((name, place, all) => all.indexOf(name) !== place));
  people.forEach((person, place) => {
    const row = area.ownerDocument.createElement("li");
    row.role = "option";
    row.id = `mention-${place}`;
    row.dataset.text = twice.has(person.name) ? `${person.name}(${person.login})` : person.name;
    row.textContent = `${person.name}　${person.department}`;
    row.ariaSelected = String(place === 0);
    row.addEventListener("mousedown", (event) => {
      event.preventDefault();
      take(area, row);
    });
    list.append(row);
  });
  area.after(list);
  area.setAttribute("aria-activedescendant", "mention-0");
}

function steer(area: HTMLTextAreaElement, event: KeyboardEvent): void {
  const rows = [...(listOf(area)?.children ?? [])] as HTMLElement[];
  const place = rows.findIndex((row) => row.ariaSelected === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const next = (place + step + rows.length) % rows.length;
    rows.forEach((row, at) => (row.ariaSelected = String(at === next)));
    area.setAttribute("aria-activedescendant", `mention-${next}`);
  } else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") {
    const row = rows[place];
    if (row) take(area, row);
  } else if (event.key === "Escape") {
    close(area);
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}

function take(area: HTMLTextAreaElement, row: HTMLElement): void {
  const before = area.value.slice(0, area.selectionStart);
  const head = before.slice(0, before.lastIndexOf("@"));
  const text = `${head}@${row.dataset.text ?? ""} `;
  area.value = text + area.value.slice(area.selectionStart);
  area.setSelectionRange(text.length, text.length);
  close(area);
}
