/** Bytes that nobody should send: cut, changed, repeated, and lengths that lie. */
import fc from "fast-check";
import { optionBytesArbitrary } from "./areas.ts";
import { type WorldOptions, worldOf } from "./world.ts";

type Fault = (bytes: Uint8Array) => Uint8Array;

const place = fc.nat({ max: 0xffff });

const faults: fc.Arbitrary<Fault> = fc.oneof(
  place.map(
    (at): Fault =>
      (bytes) =>
        bytes.slice(0, at % (bytes.length + 1)),
  ),
  fc.tuple(place, fc.nat({ max: 7 })).map(
    ([at, bit]): Fault =>
      (bytes) =>
        change(bytes, at, (byte) => byte ^ (1 << bit)),
  ),
  fc.tuple(place, fc.constantFrom(0, 1, 2, 3, 0x7f, 0x80, 0xfe, 0xff)).map(
    ([at, value]): Fault =>
      (bytes) =>
        change(bytes, at, () => value),
  ),
  // The second byte is the length of most options.
  fc.integer({ min: -3, max: 3 }).map(
    (by): Fault =>
      (bytes) =>
        change(bytes, 1, (byte) => (byte + by) & 0xff),
  ),
  fc.uint8Array({ minLength: 1, maxLength: 4 }).map(
    (tail): Fault =>
      (bytes) =>
        Uint8Array.from([...bytes, ...tail]),
  ),
  fc.tuple(place, place).map(
    ([from, to]): Fault =>
      (bytes) =>
        Uint8Array.from([...bytes, ...bytes.slice(from % (bytes.length + 1), to % (bytes.length + 1))]),
  ),
);

function change(bytes: Uint8Array, at: number, how: (byte: number) => number): Uint8Array {
  const changed = bytes.slice();
  const index = at % (bytes.length || 1);
  const byte = changed[index];
  if (byte !== undefined) changed[index] = how(byte);
  return changed;
}

/** One to three faults in bytes of a generator. */
export function mutatedBytesArbitrary(base: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(base, fc.array(faults, { minLength: 1, maxLength: 3 }))
    .map(([bytes, list]) => list.reduce((now, fault) => fault(now), bytes));
}

/** Legal, damaged and random bytes for one option or header. */
export function hostileBytesArbitrary(id: string, options: WorldOptions = {}): fc.Arbitrary<Uint8Array> {
  const legal = optionBytesArbitrary(id, options);
  return fc.oneof(legal, mutatedBytesArbitrary(legal), fc.uint8Array({ maxLength: 64 }));
}

/** Any option area: random bytes, and pieces of real options one behind the other, cut at 40 bytes. */
export function hostileAreaArbitrary(
  envelope = "tcp.option",
  options: WorldOptions = {},
): fc.Arbitrary<Uint8Array> {
  const pieces = worldOf(options)
    .optionsIn(envelope)
    .map((layout) => optionBytesArbitrary(layout.id, options));
  const noise = fc.uint8Array({ maxLength: 40 });
  if (pieces.length === 0) return noise;
  const piece = fc.oneof(...pieces);
  const area = fc
    .array(fc.oneof(piece, mutatedBytesArbitrary(piece), fc.uint8Array({ maxLength: 4 })), { maxLength: 8 })
    .map((list) => Uint8Array.from(list.flatMap((bytes) => [...bytes])).slice(0, 40));
  return fc.oneof({ weight: 1, arbitrary: noise }, { weight: 4, arbitrary: area });
}
