// Builds one island alone: node bundle.mjs <entry> <folder> writes <folder>/island.js and <folder>/island.css
import { build } from "vite";

const [input, outDir] = process.argv.slice(2);
await build({
  configFile: false,
  logLevel: "error",
  publicDir: false,
  build: {
    outDir,
    target: "es2022",
    rolldownOptions: { input, output: { entryFileNames: "island.js", assetFileNames: "island[extname]" } },
  },
});
