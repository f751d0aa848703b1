/**
 * Runs lines of one kind (lists of words, as JSON), then keeps what V8 has compiled for them: functions too, which it compiles
 * when they are called.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheOf, kindOf, loadBundle } from "./bundle.ts";

const [node = "", path = "", ...lines] = process.argv;
const runs = lines.map((line): string[] => JSON.parse(line));
const kind = kindOf(runs[0] ?? []);
const { script, start } = loadBundle(__dirname, kind);
let done = 0;
// A run has ended when nothing is left to wait for.
process.on("beforeExit", () => {
  const words = runs[done++];
  if (words !== undefined) {
    process.argv = [node, path, ...words];
    start();
  } else if (done === runs.length + 1) {
    writeFileSync(join(__dirname, cacheOf(kind)), script.createCachedData());
  }
});
