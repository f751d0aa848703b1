/** Runs the bundled command as told, then keeps what V8 has compiled for it: functions too, which it compiles when called. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheOf, loadBundle } from "./bundle.ts";

const { script, start } = loadBundle(__dirname);
process.on("exit", () => writeFileSync(cacheOf(join(__dirname, "main.cjs")), script.createCachedData()));
start();
