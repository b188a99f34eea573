/** Rows of cells as spreadsheets put them on the clipboard: tabs between cells, quotes around what holds tabs, lines or quotes. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map(quoted).join("\t")).join("\r\n");
}

function quoted(text: string): string {
  return /["\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Reads such a text; the empty line that spreadsheets add at the end is none. All rows get the same length. */
export function parseTable(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    const cell = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at);
    row.push(cell.text);
    at = cell.end;
    if (text[at] === "\t") {
      at++;
      if (at === text.length) row.push("");
      continue;
    }
    at += text.startsWith("\r\n", at) ? 2 : 1;
    rows.push(row);
    row = [];
  }
  if (row.length) rows.push(row);
  while (rows.length && rows[rows.length - 1]?.every((cell) => cell === "")) rows.pop();
  const width = rows.reduce((most, { length }) => Math.max(most, length), 0);
  return rows.map((cells) => [...cells, ...Array<string>(width - cells.length).fill("")]);
}

interface Cell {
  text: string;
  end: number;
}

function plainCell(text: string, from: number): Cell {
  let end = from;
  while (end < text.length && text[end] !== "\t" && text[end] !== "\n" && text[end] !== "\r") end++;
  return { text: text.slice(from, end), end };
}

/** A quote that is never closed was meant as a quote. */
function quotedCell(text: string, from: number): Cell {
  let found = "";
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] !== '"') found += text[at];
    else if (text[at + 1] === '"') found += text[at++];
    else return /[\t\r\n]/.test(text[at + 1] ?? "\n") ? { text: found, end: at + 1 } : plainCell(text, from);
  }
  return plainCell(text, from);
}
