/** The text that is written while the tree is walked is the same as that of the tree made of items. */
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openCapture } from "../../../src/capture/open.ts";
import { itemMaker } from "../../../src/cli/output/items.ts";
import { itemEntries } from "../../../src/cli/output/json.ts";
import { printJson } from "../../../src/cli/output/json-print.ts";
import { jsonTreeWriter } from "../../../src/cli/output/json-writer.ts";
import type { Shown } from "../../../src/cli/output/shown.ts";
import { Clock } from "../../../src/cli/output/time-column.ts";
import { createEngine } from "../../../src/default-engine.ts";
import { captureFiles } from "../../shared.ts";
import { outputContext } from "./context.ts";

const folder = new URL("../../../examples/captures/", import.meta.url);
const examples = readdirSync(folder).map((name) => new URL(name, folder).pathname);
const SHARED = /\/(ipv6|tcp_sack|crafted|tcpdump)\//;
const files = [...examples, ...captureFiles().filter((name) => SHARED.test(name))];
/** Enough for every form that the captures hold, and cheap. */
const FRAMES = 60;

describe("-T json", () => {
  it.each(files)("%s", async (file) => {
    const engine = createEngine();
    const context = outputContext(engine);
    const pass = engine.createPass({
      columns: engine.fields().flatMap(({ name, tracker }) => (tracker === undefined ? [] : [name])),
    });
    const write = jsonTreeWriter(context, 1);
    const itemsOf = itemMaker(context);
    const clock = new Clock();
    await using source = await openCapture(file);
    for await (const frame of source) {
      if (frame.number > FRAMES) break;
      const timing = clock.next(frame.timestamp, 9);
      const shown: Shown = { frame, timing, dissection: pass.next(frame).dissection };
      const parts = { text: true, raw: false };
      const entries = itemsOf(shown).flatMap((item) => itemEntries(item, frame.data, parts));
      const written = write(shown);
      const text = Buffer.from(
        typeof written === "string" ? Buffer.from(written, "latin1") : written,
      ).toString();
      expect(`{${text}\n}`).toBe(printJson(entries, ""));
    }
  });
});
