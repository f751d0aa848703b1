/** A bundler makes the library for a browser of it: no node: module, no process, no code from text. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));
const PAGE = `
import { createCaptureWriter, createEngine, openCapture } from "./src/index.ts";
const outcome = async (action) => { try { return await action(); } catch (error) { return error.name + " " + error.code; } };
globalThis.page = async (bytes, gzipped) => {
  const engine = createEngine();
  const filter = engine.compileFilter("tcp.options.mptcp.subtype == 1");
  let evaluated = 0;
  for await (const frame of await openCapture(gzipped)) if (filter(frame)) evaluated++;
  let fused = 0;
  for await (const batch of (await openCapture(bytes)).matches(filter)) fused += batch.count;
  const option = engine.serialize("mptcp.mpPrio", { backup: true });
  return [
    evaluated,
    fused,
    engine.parse("mptcp.mpPrio", option).value.backup,
    await outcome(() => openCapture("x.pcap")),
    await outcome(async () => { const writer = createCaptureWriter("x.pcap"); await writer.close(); return "written"; }),
  ];
};
`;

test.each([true, false])("runs where eval is allowed: %s", async (strings) => {
  const { outputFiles } = await build({
    stdin: { contents: PAGE, resolveDir: root, loader: "ts" },
    bundle: true,
    platform: "browser",
    format: "iife",
    write: false,
    logLevel: "silent",
  });
  const code = outputFiles[0]?.text ?? "";
  expect(code).not.toMatch(/(?:import|require)\("node:/);
  const page: Record<string, unknown> = {
    AbortController,
    AbortSignal,
    DecompressionStream,
    ReadableStream,
    Response,
    TextDecoder,
    TextEncoder,
    setTimeout,
    clearTimeout,
    queueMicrotask,
    // One realm's bytes are another's stranger: a page has one realm only.
    Uint8Array,
    ArrayBuffer,
    DataView,
  };
  runInContext(code, createContext(page, { codeGeneration: { strings, wasm: false } }));
  const bytes = new Uint8Array(readFileSync(`${root}examples/captures/handover.pcap`));
  const run = page["page"] as (...inputs: Uint8Array[]) => Promise<unknown>;
  expect(await run(bytes, new Uint8Array(gzipSync(bytes)))).toEqual([
    3,
    3,
    true,
    "CaptureError unreadable",
    "CaptureError unwritable",
  ]);
});
