import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/** Which icons pages may use: a list of names. A name is a file of frontend/icons, else an outline of Tabler Icons. */
const NAMES = "src/tongzhou/ui/icons.json";

/** Puts the named icons into one file, so that a page loads a single small file and no icon twice; and the boat as the site's own icon. */
export function iconSprite(root: string): Plugin {
  return {
    name: "icon-sprite",
    apply: "build",
    generateBundle() {
      const names = JSON.parse(readFileSync(join(root, NAMES), "utf8")) as string[];
      const symbols = names.map((name) => symbol(name, readIcon(root, name)));
      this.emitFile({
        type: "asset",
        name: "icons.svg",
        originalFileName: "frontend/icons.svg",
        source: `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`,
      });
      this.emitFile({
        type: "asset",
        name: "favicon.svg",
        originalFileName: "frontend/favicon.svg",
        source: readIcon(root, "boat").replace("<svg ", '<svg color="#0f6b7c" '),
      });
    },
  };
}

export function symbol(name: string, source: string): string {
  const viewBox = /viewBox="([^"]+)"/.exec(source)?.[1] ?? "0 0 24 24";
  const inner = source
    .slice(source.indexOf(">", source.indexOf("<svg")) + 1, source.lastIndexOf("</svg>"))
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "")
    .replace(/\s+/g, " ")
    .replace(/> </g, "><")
    .trim();
  return `<symbol id="${name}" viewBox="${viewBox}">${inner}</symbol>`;
}

function readIcon(root: string, name: string): string {
  try {
    return readFileSync(join(root, "frontend/icons", `${name}.svg`), "utf8");
  } catch {
    return readFileSync(join(root, "node_modules/@tabler/icons/icons/outline", `${name}.svg`), "utf8");
  }
}
