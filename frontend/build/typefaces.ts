import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const PACKAGE = "node_modules/@expo-google-fonts/noto-sans-sc";

/** Puts the Chinese typeface of papers beside the assets: the server sets PDFs with it, no page loads it. */
export function typefaces(root: string): Plugin {
  return {
    name: "typefaces",
    apply: "build",
    generateBundle() {
      for (const name of ["400Regular/NotoSansSC_400Regular.ttf", "700Bold/NotoSansSC_700Bold.ttf"]) {
        this.emitFile({ type: "asset", fileName: `typefaces/${name.split("/")[1]}`, source: readFileSync(join(root, PACKAGE, name)) });
      }
      this.emitFile({ type: "asset", fileName: "typefaces/OFL.txt", source: readFileSync(join(root, PACKAGE, "LICENSE_FONT")) });
    },
  };
}
