/** State over frames is bounded, and whoever reads on is told what was dropped. */
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openCapture } from "../../src/capture/open.ts";
import { createEngine } from "../../src/default-engine.ts";

const capture = fileURLToPath(new URL("../../examples/captures/handover.pcap", import.meta.url));

test.each([
  [1, true],
  [1000, false],
])("with room for %i streams, forgetting is %s", async (streams, forgets) => {
  const engine = createEngine();
  const filter = engine.compileFilter("tcp.stream == 1", { preferences: { "subflow.max_streams": streams } });
  for await (const frame of await openCapture(capture)) filter(frame);
  expect(filter.forgotten > 0).toBe(forgets);
});
