/**
 * Runs a bundled command as often as it is given arguments (lists of words, as JSON), then keeps what V8 has compiled for it:
 * functions too, which it compiles when they are called.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BundleName, cacheOf, loadBundle } from "./bundle.ts";

const [node = "", path = "", name, ...runs] = process.argv;
const bundle = name as BundleName; // given by the build
const { script, start } = loadBundle(__dirname, bundle);
let done = 0;
// A run has ended when nothing is left to wait for.
process.on("beforeExit", () => {
  const words = runs[done++];
  if (words !== undefined) {
    process.argv = [node, path, ...JSON.parse(words)];
    start();
  } else if (done === runs.length + 1) {
    writeFileSync(join(__dirname, cacheOf(bundle)), script.createCachedData());
  }
});
