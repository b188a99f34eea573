import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Plugin } from "vite";

const FILES = [
  "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf",
  "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf",
  // What the first one lacks: rare characters, letters of other scripts and signs, emoji.
  "@expo-google-fonts/noto-sans-jp/400Regular/NotoSansJP_400Regular.ttf",
  "dejavu-fonts-ttf/ttf/DejaVuSans.ttf",
  "@expo-google-fonts/noto-emoji/400Regular/NotoEmoji_400Regular.ttf",
];
const LICENCES = {
  "OFL.txt": "@expo-google-fonts/noto-sans-sc/LICENSE_FONT",
  "OFL-NotoSansJP.txt": "@expo-google-fonts/noto-sans-jp/LICENSE_FONT",
  "OFL-NotoEmoji.txt": "@expo-google-fonts/noto-emoji/LICENSE_FONT",
  "LICENSE-DejaVu.txt": "dejavu-fonts-ttf/LICENSE",
};

/** Puts the typefaces of papers beside the assets: the server sets PDFs with them, no page loads them. */
export function typefaces(root: string): Plugin {
  return {
    name: "typefaces",
    apply: "build",
    generateBundle() {
      const source = (path: string) => readFileSync(join(root, "node_modules", path));
      for (const path of FILES) this.emitFile({ type: "asset", fileName: `typefaces/${basename(path)}`, source: source(path) });
      for (const [name, path] of Object.entries(LICENCES)) this.emitFile({ type: "asset", fileName: `typefaces/${name}`, source: source(path) });
    },
  };
}
