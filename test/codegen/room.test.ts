/** Room in the memory that compiled code reads: no two views share any, and what is collected is room again. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import {
  bufferOf,
  giveBack,
  makeRoom,
  memoryOf,
  takeBytes,
  takeFloats,
  takeShared,
  takeWords,
  takeZeros,
} from "../../src/bytes/room.ts";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

const QUARTER = 2 ** 21;

/** Views until there is no room in the memory. */
function takeAll(): Uint8Array[] {
  const views: Uint8Array[] = [];
  for (;;) {
    const view = takeBytes(QUARTER);
    if (memoryOf(view.buffer) === undefined) return views;
    views.push(view);
    if (views.length > 64) throw new RangeError("there is no end");
  }
}

test("views share nothing", () => {
  const views = [takeBytes(100), takeWords(25), takeFloats(12), takeBytes(1)];
  for (const [index, view] of views.entries())
    new Uint8Array(view.buffer, view.byteOffset, view.byteLength).fill(index + 1);
  for (const [index, view] of views.entries()) {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    expect(bytes.every((byte) => byte === index + 1)).toBe(true);
    expect(view.byteOffset % 64).toBe(0);
    expect(memoryOf(view.buffer)).toBe(memoryOf(views[0]?.buffer ?? new ArrayBuffer(0)));
  }
});

test("what is given back is room again at once, and once", () => {
  const [first, second] = [takeBytes(500), takeBytes(500)];
  giveBack(first);
  giveBack(first);
  const third = takeBytes(500);
  expect(third.byteOffset).toBe(first.byteOffset);
  const fourth = takeBytes(500);
  for (const view of [second, fourth]) expect(view.byteOffset).not.toBe(third.byteOffset);
});

test("where the memory is full, room is as anywhere", () => {
  const views = takeAll();
  expect(views.length).toBeGreaterThan(0);
  const beyond = takeBytes(QUARTER);
  expect(beyond.length).toBe(QUARTER);
  expect(beyond.buffer.byteLength).toBe(QUARTER);
});

test("what is collected is room again", async () => {
  for (let round = 0; round < 5; round++) {
    let count = 0;
    // Finalizers run between tasks.
    for (let wait = 0; wait < 50 && count === 0; wait++) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 2));
      count = takeAll().length;
    }
    // Pieces that were given back are one again: as many fit as at first.
    expect(count).toBeGreaterThanOrEqual(2);
  }
});

test("more room is made where it is wanted, and what was taken stays", () => {
  const before = takeBytes(100).fill(7);
  makeRoom(2 * QUARTER);
  const wide = takeZeros(QUARTER / 2);
  const more = takeAll();
  expect(memoryOf(wide.buffer)).toBeDefined();
  expect(more.length).toBeGreaterThanOrEqual(4);
  for (const view of more) expect(view.buffer).toBe(wide.buffer);
  expect(before.every((byte) => byte === 7)).toBe(true);
});

test("zeros are zeros, also where others stood", async () => {
  /** Places that something else than zeros was put in. The views themselves must not be kept. */
  const used: number[] = [];
  const spoil = (): ArrayBufferLike => {
    const { buffer, byteOffset } = takeWords(1000).fill(-1);
    if (memoryOf(buffer) !== undefined) used.push(byteOffset);
    return buffer;
  };
  for (let wait = 0; wait < 50; wait++) {
    const buffer = spoil();
    collect();
    await new Promise((resolve) => setTimeout(resolve, 2));
    const again = takeZeros(1000);
    expect(again.every((word) => word === 0)).toBe(true);
    if (again.buffer === buffer && used.includes(again.byteOffset)) return;
  }
  expect.fail("no place was given again");
});

test("threads share a memory", () => {
  const room = takeShared(1000);
  const buffer = bufferOf(room);
  expect(buffer.byteLength).toBeGreaterThanOrEqual(1000);
  expect(buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(memoryOf(buffer)).toBe(room);
});
