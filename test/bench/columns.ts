/** A library program: reads columns of all frames, and counts their values. */
import { createEngine, openCapture } from "../../src/index.ts";

const [path = "", ...names] = process.argv.slice(2);
const filter = createEngine().compileFilter("");
const reader = await openCapture(path);
let values = 0;
for await (const batch of reader.columns(names, { filter })) {
  for (let column = 0; column < names.length; column++)
    for (const found of batch.column(column)) values += found.length;
}
console.log(`${values} ${reader.counts.packets}`);
