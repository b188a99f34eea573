// Bundles one island into one file: node bundle.mjs <entry> <output>
import { rolldown } from "rolldown";

const [entry, output] = process.argv.slice(2);
const bundle = await rolldown({ input: entry });
await bundle.write({ file: output, minify: true });
