/** Where node:zlib is missing, the web's decompressor reads gzip. */
import { gzipSync } from "node:zlib";
import { expect, test, vi } from "vitest";
import { openCapture } from "../../src/capture/open.ts";
import { counting, join, pcap } from "./build.ts";
import { framesOf, pieces, readAll } from "./tools.ts";

vi.mock("node:zlib", async (original) => ({
  ...(await original<typeof import("node:zlib")>()),
  createInflateRaw: undefined,
}));

const bytes = pcap(Array.from({ length: 2000 }, (_, index) => counting(index % 99)));

test("gzip without node:zlib", async () => {
  expect((await framesOf(gzipSync(bytes))).length).toBe(2000);
  expect((await framesOf(pieces(gzipSync(bytes), [3, 9, 700]))).length).toBe(2000);
  const damaged = await readAll(gzipSync(bytes).subarray(0, -20));
  expect(damaged.error?.code).toMatch(/cut-short|damaged/);
  const twice = await readAll(join(gzipSync(bytes), gzipSync(bytes)));
  expect(["damaged", undefined]).toContain(twice.error?.code); // later platforms read several members
  for await (const _ of await openCapture(gzipSync(bytes))) break;
});
