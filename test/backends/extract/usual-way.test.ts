/** Headers that are known by a few words of their bytes are passed as they would be read. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { usualWay } from "../../../src/backends/extract/usual-way.ts";
import { openCapture } from "../../../src/capture/open.ts";
import { canGenerate } from "../../../src/codegen/function.ts";
import { compileFilter } from "../../../src/engine/compile-filter.ts";
import { dissectFrame } from "../../../src/engine/dissect.ts";
import type { Registry } from "../../../src/engine/registry.ts";
import { compileFilterText } from "../../../src/filter/compile.ts";
import { toEvaluator } from "../../../src/filter/evaluate.ts";
import { builtinRegistry, pcapOf } from "./law.ts";

const folder = mkdtempSync(join(tmpdir(), "usual-way-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "some.pcap");

/** Numbers of the frames that a scan finds, and of those that match by their trees. */
async function bothWays(registry: Registry, text: string): Promise<{ found: number[]; right: number[] }> {
  const found: number[] = [];
  for await (const { count, numbers } of (await openCapture(path)).matches(compileFilter(registry, text)))
    found.push(...numbers.subarray(0, count));
  const evaluate = toEvaluator(compileFilterText(text, registry.fieldTable(), {}));
  const right: number[] = [];
  for await (const frame of await openCapture(path)) {
    const dissection = dissectFrame(registry, frame);
    if (evaluate((name) => dissection.occurrences(name))) right.push(frame.number);
  }
  return { found, right };
}

const ETHERNET = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];

function ipv4(protocol: number, length: number): number[] {
  return [0x45, 0, 0, length, 0, 1, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
}

const IPV6 = [0x60, 0, 0, 0, 0, 24, 6, 64, ...Array<number>(32).fill(0x20)];
const TCP = [0, 81, 11, 184, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x10, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4];

describe.runIf(canGenerate())("the usual way", () => {
  test.each([
    [["ipv4", "tcp"], ["ethernet", "ipv4"], "tcp"],
    // Behind Ethernet as well.
    [["ipv4", "ipv6", "tcp"], ["ethernet", "ipv4"], "tcp"],
    [["ipv6", "tcp", "ipv4"], ["ethernet", "ipv6"], "tcp"],
    [["vlan", "ipv4", "tcp"], ["ethernet"], "vlan"],
    [["arp"], ["ethernet"], "arp"],
  ])("of %j is %j, then %s", (met, headers, last) => {
    const registry = builtinRegistry();
    const layouts = ["ethernet", ...met].flatMap((id) => registry.layouts.get(id) ?? []);
    const way = usualWay(1, layouts, registry);
    expect(way?.headers.map(({ layout }) => layout.id)).toEqual(headers);
    expect(way?.last.id).toBe(last);
  });

  function header(id: string, match: object, fields: readonly object[], payload?: object): object {
    const protocol = { filter: id, title: id, layer: true };
    const common = { id, role: "header", title: id, spec: "none", protocol, match, fields };
    return payload === undefined ? common : { ...common, payload };
  }

  const u8 = (name: string, more: object = {}): object => ({
    name,
    type: "u8",
    filter: `x.${name}`,
    ...more,
  });

  test("a header that stands behind the end which the one before it states is not read", async () => {
    const registry = builtinRegistry();
    const outer = header("x.outer", { table: "link.type", key: 147 }, [u8("kind"), u8("length")], {
      end: { field: "length" },
      next: [{ table: "x.first", key: "kind" }],
    });
    const middle = header(
      "x.middle",
      { table: "x.first", key: 9 },
      [u8("inside", { name: "kind" }), u8("some")],
      {
        next: [{ table: "x.kind", key: "kind" }],
      },
    );
    const inner = header("x.inner", { table: "x.kind", key: 4 }, [u8("value")]);
    registry.registerWhole({ name: "acme", schemas: [outer, middle, inner] });
    const lengths = [6, 2, 3, 4, 5, 6, 20];
    writeFileSync(
      path,
      pcapOf(
        147,
        lengths.map((length, index) => Uint8Array.of(9, length, 4, Math.min(index, 1), 7, 7)),
      ),
    );
    for (const text of [
      "x.inner",
      "!x.inner",
      "x.value == 7",
      "x.middle && !x.value",
      "x.value == 9 || x.some == 1",
    ]) {
      const { found, right } = await bothWays(registry, text);
      expect(found, text).toEqual(right);
    }
  });

  test("headers within others, and nothing behind one", async () => {
    const registry = builtinRegistry();
    const v6 = Uint8Array.of(...ETHERNET, 0x86, 0xdd, ...IPV6, ...TCP);
    const v4 = Uint8Array.of(...ETHERNET, 8, 0, ...ipv4(6, 44), ...TCP);
    const whole = Uint8Array.of(...ETHERNET, 8, 0, ...ipv4(41, 84), ...IPV6, ...TCP);
    const short = Uint8Array.of(...ETHERNET, 8, 0, ...ipv4(41, 30), ...IPV6, ...TCP);
    const empty = Uint8Array.of(...ETHERNET, 8, 0);
    writeFileSync(path, pcapOf(1, [v6, v4, whole, short, empty, v4]));
    for (const text of [
      "ip.ttl && !ipv6.dst && !tcp.port",
      "ip.ttl == 1 || ipv6.dst || tcp.port == 80",
      "!ip",
    ]) {
      const { found, right } = await bothWays(registry, text);
      expect(found, text).toEqual(right);
    }
  });

  test("a constant is held against what a key asks for", async () => {
    const outer = header(
      "x.outer",
      { table: "link.type", key: 147 },
      [u8("kind", { const: 5 }), u8("other")],
      { next: [{ table: "x.kind", key: "kind" }] },
    );
    const inner = header("x.inner", { table: "x.kind", key: 9 }, [u8("value")]);
    const registry = builtinRegistry();
    registry.registerWhole({ name: "acme", schemas: [outer, inner] });
    writeFileSync(path, pcapOf(147, [Uint8Array.of(9, 1, 7, 0, 0), Uint8Array.of(5, 1, 7, 0, 0)]));
    for (const text of ["x.inner", "!x.inner", "x.value == 7"]) {
      const { found, right } = await bothWays(registry, text);
      expect(found, text).toEqual(right);
    }
  });
});
