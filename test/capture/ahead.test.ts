/** Whoever goes over which stretch, and whenever: what is found is the same, in the same order. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Crew, ScanAhead } from "../../src/capture/ahead.ts";
import { type AheadTask, scans } from "../../src/capture/ahead-worker.ts";
import { Board, STOPPED } from "../../src/capture/board.ts";
import type { Sought } from "../../src/capture/boundary.ts";
import type { PortableScan, RecordScan } from "../../src/capture/scan.ts";
import type { OpenFile } from "../../src/capture/source.ts";
import { generate } from "../bench/gen.ts";

const HEADER = 24;
const sought: Sought = {
  format: "pcap",
  littleEndian: true,
  linkType: 1,
  maxPacketLength: 262_144,
  interfaces: 1,
  seconds: 1_700_000_000,
};

/** Every 50th byte sum or so matches: a verdict that rests on the record alone. */
const isMatch = (bytes: Uint8Array, at: number): boolean => (bytes[at + 16 + 25] ?? 0) % 50 === 0;

const scan: RecordScan = (bytes, view, from, to, out) => {
  out.verdict = 0;
  let at = from;
  while (to - at >= 16) {
    const next = at + 16 + view.getUint32(at + 8, true);
    if (next > to) break;
    out.number++;
    if (isMatch(bytes, at)) {
      out.starts[out.count] = at;
      out.sizes[out.count] = next - at;
      out.numbers[out.count] = out.number;
      out.count++;
    }
    at = next;
  }
  out.position = at;
};
const portable = (): PortableScan => ({
  worker: new URL("file:///none"),
  program: () => "program",
  run: scan,
});

let bytes: Buffer;
let file: OpenFile;
const readAt: OpenFile["readAt"] = (buffer, offset, length, position) =>
  bytes.copy(buffer, offset, position, position + length);

/** The match's place in the file, and its number. */
type Found = readonly [place: number, number: number];
let all: readonly Found[];

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), "subflow-ahead-"));
  generate(join(folder, "in.pcap"), 150_000, 128);
  bytes = readFileSync(join(folder, "in.pcap"));
  rmSync(folder, { recursive: true });
  file = { descriptor: -1, size: bytes.length, readAt, pause: async () => {} };
  all = read();
});
afterAll(() => {
  bytes = Buffer.alloc(0);
});

/** As a reader goes over the file; `between`: what happens before it takes a stretch, and which scan it has then. */
function read(ahead?: ScanAhead, between?: () => PortableScan): readonly Found[] {
  const found: Found[] = [];
  let number = 0;
  for (let at = HEADER; at < bytes.length; ) {
    const scanned = between && ahead?.take(at, between(), sought);
    if (scanned !== undefined) {
      const { slot, base, matches } = scanned;
      for (let index = 0; index < matches; index++)
        found.push([base + (slot.starts[index] ?? 0), number + (slot.numbers[index] ?? 0)]);
      number += scanned.packets;
      at = base + scanned.position;
      continue;
    }
    const limit = ahead?.limit ?? Number.POSITIVE_INFINITY;
    do {
      number++;
      if (isMatch(bytes, at)) found.push([at, number]);
      at += 16 + bytes.readUInt32LE(at + 8);
    } while (at < Math.min(limit, bytes.length));
  }
  return found;
}

/** Threads that are run by hand, step by step. */
class Hand implements Crew {
  readonly #choose: () => number;
  /** Steps after which each dies. */
  readonly #lives: readonly number[];
  #running: { readonly steps: ReturnType<typeof scans>; left: number; news: unknown }[] = [];
  /** Stretches that others went over. */
  done = 0;

  constructor(lives: readonly number[], choose: () => number) {
    this.#lives = lives;
    this.#choose = choose;
  }

  async hire(_worker: URL, tasks: readonly AheadTask[]) {
    return tasks.map((task, index) => {
      const take = (): unknown => {
        const { news } = one;
        one.news = undefined;
        return news;
      };
      const one = {
        steps: scans(task, () => this.#counted, take, readAt),
        left: this.#lives[index] ?? 0,
        news: undefined as unknown,
      };
      this.#running.push(one);
      return {
        send: (order: unknown) => {
          one.news = order;
        },
        terminate: async () => {
          one.left = 0;
        },
      };
    });
  }

  readonly #counted: RecordScan = (...given) => {
    this.done++;
    scan(...given);
  };

  /** One step of some thread that lives; false if none does. */
  step(): boolean {
    this.#running = this.#running.filter(({ left }) => left > 0);
    const one = this.#running[this.#choose() % this.#running.length];
    if (one === undefined) return false;
    one.left--;
    if (one.steps.next().done === true) one.left = 0;
    return true;
  }

  wait(board: Board, done: number): boolean {
    for (let turn = 0; turn < 20 && board.done === done; turn++) if (!this.step()) return false;
    return board.done !== done;
  }
}

const lives = fc.array(fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constant(1000)), {
  minLength: 1,
  maxLength: 9,
});

describe("threads that are run in any order", () => {
  it("find the same, though some die and some never come up, and though the scan changes", async () => {
    let others = 0;
    await fc.assert(
      fc.asyncProperty(
        lives,
        fc.array(fc.nat(255), { minLength: 1, maxLength: 60 }),
        fc.nat(5),
        async (list, choices, changes) => {
          let turn = 0;
          const choose = (): number => choices[turn++ % choices.length] ?? 0;
          const crew = new Hand(list, choose);
          const ahead = new ScanAhead(file, list.length + 1, HEADER, crew);
          let current = portable();
          await ahead.start(current.worker);
          const found = read(ahead, () => {
            for (let count = choose() % 6; count > 0; count--) crew.step();
            if (choose() % 6 < changes) current = portable();
            return current;
          });
          await ahead.close();
          expect(found).toEqual(all);
          others += crew.done;
        },
      ),
      { numRuns: 60 },
    );
    expect(others).toBeGreaterThan(60);
  });

  it("leave what cannot be read to its turn", async () => {
    const bad = 9_000_000;
    const cut: OpenFile = {
      ...file,
      readAt: (buffer, offset, length, position) => {
        if (position + length > bad) throw new TypeError("unreadable");
        return readAt(buffer, offset, length, position);
      },
    };
    const ahead = new ScanAhead(cut, 2, HEADER, new Hand([1000], () => 0));
    const current = portable();
    await ahead.start(current.worker);
    expect(read(ahead, () => current)).toEqual(all);
  });

  it("go on where none can be had", async () => {
    const crew: Crew = {
      hire: async () => {
        throw new TypeError("no threads");
      },
      wait: () => false,
    };
    const ahead = new ScanAhead(file, 3, HEADER, crew);
    const current = portable();
    await ahead.start(current.worker);
    expect(read(ahead, () => current)).toEqual(all);
    await ahead.close();
  });

  it("are not asked for where the file is short", async () => {
    const crew: Crew = {
      hire: async () => {
        throw new TypeError("asked");
      },
      wait: () => false,
    };
    const ahead = new ScanAhead({ ...file, size: 3_000_000 }, 8, HEADER, crew);
    await ahead.start(portable().worker);
    expect(ahead.limit).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("a board", () => {
  it("gives each stretch to one, and none that the reader is past", () => {
    const board = new Board();
    const other = new Board(board.room);
    expect([board.claim(), other.claim(), board.claim()]).toEqual([0, 1, 2]);
    board.moveTo(7);
    expect([other.claim(), board.claim()]).toEqual([7, 8]);
    board.moveTo(STOPPED);
    expect(other.at).toBe(STOPPED);
    expect(other.claim()).toBe(9);
  });
});
