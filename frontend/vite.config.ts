import { resolve } from "node:path";
import { defineConfig } from "vitest/config";
import { compressed } from "./build/compress.ts";
import { typefaces } from "./build/typefaces.ts";
import { iconSprite } from "./build/sprite.ts";

const root = resolve(import.meta.dirname, "..");
const built = resolve(root, "src/tongzhou/static/dist");

export default defineConfig({
  root,
  base: "/static/dist/",
  plugins: [iconSprite(root), typefaces(root), compressed(resolve(built, "assets"))],
  publicDir: false,
  build: {
    outDir: built,
    emptyOutDir: true,
    manifest: true,
    target: "es2022",
    assetsInlineLimit: 0,
    // Pages name their entries themselves; the preload helper would only add bytes.
    modulePreload: false,
    rolldownOptions: {
      input: ["frontend/early.ts", "frontend/main.ts", "frontend/islands/plan/index.ts", "frontend/islands/board/index.ts"].map((entry) => resolve(root, entry)),
    },
  },
  test: {
    environment: "happy-dom",
    include: ["frontend/**/*.test.ts", "tests/**/*.test.ts"],
    passWithNoTests: true,
    // As the build takes it: its other file is a script that names itself on the window.
    alias: { "htmx.org": resolve(root, "node_modules/htmx.org/dist/htmx.esm.js") },
  },
});
