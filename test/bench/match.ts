/** A library program: counts the frames that match, and copies them where a third argument names a file. */
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { createEngine, openCapture } from "../../src/index.ts";

const [path = "", text = "", out, schema] = process.argv.slice(2);
const engine = createEngine();
if (schema !== undefined) engine.loadSchema(JSON.parse(schema));
const filter = engine.compileFilter(text);
const reader = await openCapture(path);
const file = out === undefined || out === "-" ? -1 : openSync(out, "w");
if (file >= 0) {
  const header = new Uint8Array(24);
  const input = openSync(path, "r");
  readSync(input, header);
  closeSync(input);
  writeSync(file, header);
}
let matches = 0;
for await (const { count, starts, sizes, bytes } of reader.matches(filter)) {
  matches += count;
  if (file < 0) continue;
  for (let i = 0; i < count; ) {
    const start = starts[i] ?? 0;
    let end = start;
    // Neighbours are written in one piece.
    for (; i < count && starts[i] === end; i++) end += sizes[i] ?? 0;
    if (end > start) writeSync(file, bytes, start, end - start);
  }
}
if (file >= 0) closeSync(file);
console.log(`${matches} ${reader.counts.packets}`);
