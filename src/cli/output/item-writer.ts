/** Text of frames by their items: where these are kept, it is made once, with marks in the places of what differs. */
import type { RawValue } from "../../ir/fields.ts";
import type { Putter } from "../../ir/format-bytes.ts";
import { type Item, itemTrees } from "./items.ts";
import type { OutputContext, Shown } from "./shown.ts";
import { Block, flat, type Slot, type Stretch, type Template, utf8Bytes } from "./template.ts";

/**
 * What a frame's text holds of an item, or of the frame alone; made anew where either differs. `put`: for what hangs on the item's value
 * alone, where that can be written in place.
 */
export type Mark<Made> = (
  item: Item | undefined,
  make: (shown: Shown) => Made,
  put?: Putter | undefined,
) => Made;

export interface MarkedText<Made> {
  /** The mark of a number, and how marks are found in the text. */
  readonly mark: (number: number) => Made;
  readonly pattern: RegExp;
  /** What was made as it stands in the text. */
  readonly print: (made: Made) => string;
  readonly write: (items: readonly Item[], shown: Shown, mark: Mark<Made>) => string;
}

const NOTHING = new Uint8Array(0);

/** The same bytes from `start` on? */
function isAt(data: Uint8Array, start: number, bytes: Uint8Array): boolean {
  for (let index = 0; index < bytes.length; index++) if (data[start + index] !== bytes[index]) return false;
  return true;
}

/** Changes when the item's value, heading, place or bytes do. */
function itemKey(item: Item): Slot["key"] {
  let changes = 0;
  let value: RawValue | undefined;
  let label = "";
  let extent = item.extent;
  let bytes = NOTHING;
  const isSame = (data: Uint8Array): boolean => {
    if (changes === 0 || item.label !== label || item.extent !== extent) return false;
    if (item.value !== value) {
      const now = item.value;
      if (!(now instanceof Uint8Array && value instanceof Uint8Array)) return false;
      if (now.length !== value.length || !isAt(now, 0, value)) return false;
    }
    return isAt(data, extent.position, bytes);
  };
  return (shown) => {
    const { data } = shown.frame;
    item.refresh?.(shown);
    if (isSame(data)) return changes;
    ({ label, extent } = item);
    value = item.value instanceof Uint8Array ? item.value.slice() : item.value;
    bytes = data.slice(extent.position, extent.position + extent.size);
    return ++changes;
  };
}

/** The value of an item, for what hangs on it alone; bytes are always others. */
function valueKey(item: Item): Slot["key"] {
  return (shown) => {
    item.refresh?.(shown);
    return item.value instanceof Uint8Array ? undefined : item.value;
  };
}

/** Bits that all that is told of an item hangs on: its value, and the bytes that it is shown with. */
function stretchOf({ from, extent, isPlaced }: Item): Stretch | undefined {
  if (from === undefined || !isPlaced) return from;
  const start = Math.min(from.bitOffset, extent.position * 8);
  const end = Math.max(from.bitOffset + from.bitLength, (extent.position + extent.size) * 8);
  return { bitOffset: start, bitLength: end - start };
}

/** How what is made of an item is known to be the same. `isOfValue`: it hangs on the value alone. */
function keyOf(item: Item | undefined, isOfValue: boolean): Pick<Slot, "key" | "from"> {
  if (item === undefined) return { key: () => undefined };
  const from = stretchOf(item);
  if (isOfValue) return { key: valueKey(item), from };
  if (from === undefined) return { key: itemKey(item) };
  const key = (shown: Shown): undefined => {
    item.refresh?.(shown);
  };
  return { key, from };
}

/** Splits a text at its marks. */
function templateOf(text: string, pattern: RegExp, slots: readonly Slot[]): Template {
  const pieces = text.split(pattern);
  const found = pieces.filter((_, index) => index % 2 === 1).map((number) => slots[Number(number)]);
  return {
    texts: pieces.filter((_, index) => index % 2 === 0).map((piece) => flat(utf8Bytes(piece))),
    slots: found.filter((slot) => slot !== undefined),
  };
}

/** Writes frames as text, or as bytes that hold until the next one. */
export function itemWriter<Made>(
  context: OutputContext,
  { mark, pattern, print, write }: MarkedText<Made>,
): (shown: Shown) => string | Uint8Array {
  const treeOf = itemTrees(context);
  const blocks = new WeakMap<readonly Item[], Block>();
  const record = (items: readonly Item[], shown: Shown): Block => {
    const slots: Slot[] = [];
    const text = write(items, shown, (item, make, put) => {
      const slot = { ...keyOf(item, put !== undefined), put };
      return mark(slots.push({ ...slot, text: (one) => utf8Bytes(print(make(one))) }) - 1);
    });
    return new Block(templateOf(text, pattern, slots));
  };
  return (shown) => {
    const { items, refresh } = treeOf(shown);
    if (refresh === undefined) return write(items, shown, (_, make) => make(shown));
    let block = blocks.get(items);
    if (block === undefined) {
      block = record(items, shown);
      blocks.set(items, block);
    }
    return block.write(shown);
  };
}
