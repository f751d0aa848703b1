/**
 * A scan goes over the Enhanced Packet Blocks that the reader takes for packets, and stops before everything else: damage, blocks of
 * other kinds and what is too odd for it. As JavaScript and as WebAssembly.
 */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { compileScan, compileWasmScan } from "../../../src/backends/extract/decide.ts";
import { PredicateMaker } from "../../../src/backends/extract/predicate.ts";
import { takeBytes } from "../../../src/bytes/room.ts";
import { PcapngWalker } from "../../../src/capture/pcapng.ts";
import { PacketRecord } from "../../../src/capture/record.ts";
import { createScanState, NO_CLOCK, type RecordScan, type ScanFormat } from "../../../src/capture/scan.ts";
import { canGenerate } from "../../../src/codegen/function.ts";
import {
  type Bytes,
  block,
  counting,
  endOfOptions,
  interfaceBlock,
  join,
  type Order,
  obsoletePacket,
  option,
  sectionBlock,
  simplePacket,
  text,
  u16,
  u32,
} from "../../capture/build.ts";
import { builtinRegistry, prepare } from "./law.ts";

const ETHERNET = 1;
const ENHANCED = 6;
const LIMIT = 12;
const ROOM = 4096;

/** What a block says of itself; `total` stands where such a block ends too. */
interface Told {
  readonly length: number;
  readonly captured?: number;
  readonly original?: number;
  readonly interfaceId?: number;
  readonly options?: Bytes;
  readonly total?: number;
  readonly trailing?: number;
}

function packetBlock(told: Told, order: Order): Uint8Array {
  const { length, captured = length, original = 60, interfaceId = 0, options = [], total, trailing } = told;
  const head = [interfaceId, 0, 1_000_000, captured, original].map((word) => u32(word, order));
  const bytes = block(ENHANCED, join(...head, counting((length + 3) & ~3), options), order);
  if (trailing !== undefined) bytes.set(u32(trailing, order), bytes.length - 4);
  if (total === undefined) return bytes;
  if (total >= 8 && total <= bytes.length) bytes.set(u32(total, order), total - 4);
  bytes.set(u32(total, order), 4);
  return bytes;
}

const HUGE = [2 ** 31 - 4, 2 ** 31, 2 ** 32 - 4, 2 ** 32 - 3, 2 ** 32 - 1];

const optionsIn = (order: Order): fc.Arbitrary<Bytes> =>
  fc
    .tuple(
      fc.array(
        fc.constantFrom<Bytes>(
          option(1, text("a comment"), order),
          option(2, u32(1), order),
          option(1, [], order),
        ),
        { maxLength: 2 },
      ),
      fc.constantFrom<Bytes>(
        [],
        endOfOptions,
        [0, 0],
        join(endOfOptions, [1, 2, 3, 4]),
        join(u16(0, order), u16(8, order)),
        join(u16(1, order), u16(4, order)), // runs past the block
        join(u16(1, order), u16(0xffff, order)),
      ),
    )
    .map(([list, end]) => join(...list, end));

/** At most one thing about each block is odd. */
const blockIn = (order: Order): fc.Arbitrary<Uint8Array> => {
  const length = fc.nat(LIMIT);
  const odd = (change: fc.Arbitrary<Partial<Told>>): fc.Arbitrary<Told> =>
    fc.tuple(length, change).map(([size, changed]) => ({ length: size, ...changed }));
  const packet = fc.oneof(
    { weight: 12, arbitrary: fc.record({ length, interfaceId: fc.nat(1) }) },
    { weight: 6, arbitrary: odd(fc.record({ options: optionsIn(order) })) },
    odd(fc.record({ length: fc.constant(LIMIT + 1) })),
    fc.tuple(length, fc.integer({ min: -1, max: 5 })).map(([size, more]) => ({
      length: size,
      captured: Math.max(0, size + more),
    })),
    odd(fc.record({ captured: fc.constantFrom(...HUGE) })),
    odd(fc.record({ original: fc.constantFrom(0, ...HUGE) })),
    odd(fc.record({ interfaceId: fc.constantFrom(1, 2, 3, ...HUGE) })),
    odd(fc.record({ total: fc.oneof(fc.nat(64), fc.constantFrom(...HUGE)) })),
    odd(fc.record({ total: fc.nat(64), options: optionsIn(order) })),
    odd(fc.record({ trailing: fc.oneof(fc.nat(64), fc.constantFrom(...HUGE)) })),
  );
  return fc.oneof(
    { weight: 20, arbitrary: packet.map((told) => packetBlock(told, order)) },
    fc.constantFrom(
      obsoletePacket({ data: counting(5), order }),
      simplePacket(counting(5), 5, order),
      block(5, counting(8), order),
    ),
  );
};

describe.runIf(canGenerate())("Enhanced Packet Blocks in a scan", () => {
  const registry = builtinRegistry();
  const filter = prepare(registry, "frame.cap_len >= 0");
  const bytes = takeBytes(ROOM);
  const view = new DataView(bytes.buffer, bytes.byteOffset, ROOM);
  const state = createScanState(NO_CLOCK);

  /** Both forms of the scan. */
  const scans = new Map<string, readonly RecordScan[]>();
  const scansFor = (order: Order, interfaces: number): readonly RecordScan[] => {
    const key = `${order} ${interfaces}`;
    let made = scans.get(key);
    if (made === undefined) {
      const format: ScanFormat = {
        format: "pcapng",
        littleEndian: order === "little",
        linkType: ETHERNET,
        maxPacketLength: LIMIT,
        interfaces,
      };
      if (filter === undefined) throw new TypeError("no such filter");
      const predicate = new PredicateMaker(registry, filter.checked.ast).make(ETHERNET, {
        layouts: new Set(),
        again: false,
      });
      const plain = compileScan(predicate, format, "law");
      const quick = compileWasmScan(plain.walk, plain.bindings, bytes, view, state);
      if (quick === undefined) throw new TypeError("no WebAssembly");
      made = [plain.run, quick.run];
      scans.set(key, made);
    }
    return made;
  };

  /** What of the blocks the reader takes for packets, one behind the other, up to one that a scan leaves to it. */
  const taken = (order: Order, interfaces: number, end: number): readonly number[] => {
    const walker = new PcapngWalker(LIMIT);
    const record = new PacketRecord();
    const setup = join(
      sectionBlock({ order }),
      ...Array.from({ length: interfaces }, () => interfaceBlock({ order })),
    );
    const before = new DataView(setup.buffer);
    for (let at = 0; at < setup.length; ) at = walker.step(before, at, setup.length, record);
    const starts: number[] = [];
    for (let at = 0; at < end; ) {
      starts.push(at);
      const behind = walker.step(view, at, end, record);
      if (behind < 0 || !record.packet) break;
      const little = order === "little";
      // Blocks of other kinds, and lengths that lack the padding.
      if (view.getUint32(at, little) !== ENHANCED || view.getUint32(at + 4, little) !== behind - at) break;
      at = behind;
      if (at === end) starts.push(at);
    }
    return starts;
  };

  const input = fc
    .tuple(fc.constantFrom<Order>("little", "big"), fc.integer({ min: 1, max: 3 }))
    .chain(([order, interfaces]) =>
      fc.record({
        order: fc.constant(order),
        interfaces: fc.constant(interfaces),
        blocks: fc.array(blockIn(order), { minLength: 1, maxLength: 8 }),
        cut: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(40)),
      }),
    );

  test("are those that the reader takes for packets", () => {
    let stops = 0;
    let whole = 0;
    fc.assert(
      fc.property(input, ({ order, interfaces, blocks, cut }) => {
        const all = join(...blocks);
        const end = Math.max(0, all.length - cut);
        bytes.fill(0xee);
        bytes.set(all.subarray(0, end));
        const starts = taken(order, interfaces, end);
        const position = starts.at(-1) ?? 0;
        if (position === end) whole++;
        else stops++;
        for (const scan of scansFor(order, interfaces)) {
          Object.assign(state, { position: 0, number: 7, count: 0, verdict: 0 });
          scan(bytes, view, 0, end, state);
          expect({ position: state.position, number: state.number, verdict: state.verdict }).toEqual({
            position,
            number: 7 + Math.max(0, starts.length - 1),
            verdict: 0,
          });
          expect([...state.starts.subarray(0, state.count)]).toEqual(starts.slice(0, -1));
          expect([...state.sizes.subarray(0, state.count)]).toEqual(
            starts.slice(1).map((next, index) => next - (starts[index] ?? 0)),
          );
        }
      }),
      { numRuns: 1500 },
    );
    expect(stops).toBeGreaterThan(300);
    expect(whole).toBeGreaterThan(100);
  });

  it("do not stop for options, in either byte order", () => {
    for (const order of ["little", "big"] as const) {
      const lists: readonly Bytes[] = [
        [],
        endOfOptions,
        option(1, text("a comment"), order),
        join(option(1, text("a comment"), order), option(2, u32(1, order), order), endOfOptions),
      ];
      const all = join(...lists.map((options) => packetBlock({ length: 9, options }, order)));
      bytes.set(all);
      for (const scan of scansFor(order, 1)) {
        Object.assign(state, { position: 0, number: 0, count: 0, verdict: 0 });
        scan(bytes, view, 0, all.length, state);
        expect([state.position, state.number]).toEqual([all.length, lists.length]);
      }
    }
  });
});
