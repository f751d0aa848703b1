/**
 * The shape of a frame: what its tree looks like, values aside. It is found without making a tree, by the numbers on which the tree's form
 * hangs, so that frames of one shape can share a tree. What is odd in any way has no shape.
 */

import { isAllowed } from "../backends/field-value.ts";
import { type Decisions, decisionsOf, type NumberPlace } from "../backends/form-decisions.ts";
import { selectVariant } from "../backends/select.ts";
import type { Frame } from "../ir/frame.ts";
import type { Layout, Payload, Variant } from "../ir/nodes.ts";
import { Crossing, type Header, MAX_HEADERS, watched } from "./crossing.ts";
import { MAX_LAYERS } from "./dissect.ts";
import { contextProblem } from "./form.ts";
import { findNext, isPart, statedSize } from "./payload.ts";
import { eachPiece } from "./region.ts";
import type { Registry } from "./registry.ts";
import type { Window } from "./window.ts";

/** Do all conditions of a layout's forms hang on its first `size` bytes? */
function isWithin({ variants }: Layout, size: number): boolean {
  return variants.every(({ where }) => where.every(({ bitOffset, bits }) => bitOffset + bits <= size * 8));
}

/** Where a layer's bytes end, where that differs between frames of one shape. */
export interface LayerEnds {
  /** Of the header: its last field may go on to the end. */
  readonly header: number;
  readonly buffer: number;
  readonly payload: number;
  readonly wire: number;
  /** All of it was captured. */
  readonly whole: boolean;
  readonly key: number;
}

type Writable<Ends> = { -readonly [Key in keyof Ends]: Ends[Key] };

const NO_PLACES = new Int32Array(0);
const PADDING = -1;
const NO_BYTES = 0;
const SOME_BYTES = 1;

/** Which properties of a frame are there. */
function presence(frame: Frame): number {
  const { timestamp, interfaceId, interfaceName, interfaceDescription, sectionNumber, fileOffset } = frame;
  return (
    (timestamp === undefined ? 0 : 1) +
    (interfaceId === undefined ? 0 : 2) +
    (interfaceName === undefined ? 0 : 4) +
    (interfaceDescription === undefined ? 0 : 8) +
    (sectionNumber === undefined ? 0 : 16) +
    (fileOffset === undefined ? 0 : 32)
  );
}

/** Finds shapes, one frame after the other. */
export class ShapeFinder<Shape> {
  /** Of the frame that was looked at last, the outermost layer first; what is behind them was of other frames. */
  readonly ends: Writable<LayerEnds>[] = [];
  /** Layers that were found. */
  #depth = 0;
  readonly made = { count: 0 };
  readonly #registry: Registry;
  #root = new Crossing<Shape>();
  #at: Crossing<Shape> = this.#root;
  #data: Uint8Array = new Uint8Array(0);
  #isOdd = false;
  /** Of the form at hand. */
  #form: Decisions | undefined;
  #start = 0;
  /** Bits of the header that its options are held against. */
  #context: number | undefined;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  forget(): void {
    this.#root = new Crossing();
    this.made.count = 0;
  }

  #note(decision: number): void {
    this.#at = this.#at.step(decision, this.made);
  }

  /** Undefined where the frame is odd. */
  find(frame: Frame): Crossing<Shape> | undefined {
    const { data, comments, options, flags } = frame;
    if (comments !== undefined || options !== undefined || flags !== undefined) return undefined;
    this.#at = this.#root;
    this.#data = data;
    this.#isOdd = false;
    this.#depth = 0;
    this.#note(presence(frame));
    this.#note(frame.linkType);
    let window: Window | undefined = {
      table: "link.type",
      key: frame.linkType,
      layout: this.#registry.find("link.type", frame.linkType, data, 0, data.length),
      start: 0,
      end: data.length,
      wireEnd: Math.max(frame.originalLength, data.length),
    };
    while (window !== undefined) {
      if (this.#depth >= MAX_LAYERS) return undefined;
      window = this.#layer(window);
      if (this.#isOdd) return undefined;
    }
    return this.#at;
  }

  #odd(): undefined {
    this.#isOdd = true;
  }

  /** The ends of one layer more. */
  #found(key: number, header: number, buffer: number, payload: number, wire: number, whole: boolean): void {
    const ends = this.ends[this.#depth++];
    if (ends === undefined) {
      this.ends.push({ header, buffer, payload, wire, whole, key });
      return;
    }
    ends.header = header;
    ends.buffer = buffer;
    ends.payload = payload;
    ends.wire = wire;
    ends.whole = whole;
    ends.key = key;
  }

  #read({ at, bits, read }: NumberPlace): number {
    return Number(read(this.#data, this.#start * 8 + at, bits));
  }

  readonly #number = (name: string): number | undefined => {
    const place = this.#form?.numbers.get(name);
    return place && this.#read(place);
  };

  /** Notes what the form at `start` hangs on; false where it is odd. */
  #decide(layout: Layout, variant: Variant, start: number): Decisions | undefined {
    const form = variant.illegal === undefined ? decisionsOf(layout, variant) : undefined;
    if (form === undefined) return undefined;
    this.#note(form.id);
    this.#start = start;
    for (const place of form.decisive) this.#note(this.#read(place));
    for (const place of form.bound) if (!isAllowed(place.field, this.#read(place))) return undefined;
    return form;
  }

  #noteChecksum({ checksum }: Decisions): void {
    if (checksum !== undefined) this.#note(this.#read(checksum) === 0 ? NO_BYTES : SOME_BYTES);
  }

  #layer(window: Window): Window | undefined {
    const { start, end } = window;
    const layout = window.layout ?? this.#registry.layouts.get("data");
    if (layout === undefined || end <= start) return this.#odd();
    const header = this.#at.header(layout, this.#data, end) ?? this.#header(layout, start, end);
    if (header === undefined) return this.#odd();
    this.#at = header.next;
    const { form } = header;
    this.#form = form;
    this.#start = start;
    this.#noteChecksum(form);
    const behind = this.#end(form, header.end, end);
    if (window.layout === undefined) {
      this.#found(window.key, behind, end, behind, behind, true);
      return undefined;
    }
    return this.#payload(window, header.variant.payload, behind);
  }

  /** A header that is met for the first time, or is not kept. */
  #header(layout: Layout, start: number, end: number): Header<Shape> | undefined {
    const from = this.#at;
    const found = this.#readHeader(layout, start, end);
    if (found === undefined || from.headers.length >= MAX_HEADERS) return found;
    if (!isWithin(layout, found.end - start)) return found;
    // Once more, to see what it hangs on.
    const data = this.#data;
    const watch = watched(data);
    this.#data = watch.data;
    this.#at = from;
    this.#readHeader(layout, start, end);
    this.#data = data;
    const places = watch.places();
    if (places?.every((place) => place < found.end))
      from.headers.push({
        ...found,
        places: Int32Array.from(places),
        bytes: Uint8Array.from(places, (place) => data[place] ?? 0),
      });
    return found;
  }

  #readHeader(layout: Layout, start: number, end: number): Header<Shape> | undefined {
    const variant = selectVariant(layout, this.#data, start, end, undefined);
    const form = variant && this.#decide(layout, variant, start);
    if (variant === undefined || form === undefined) return undefined;
    this.#form = form;
    const behind = this.#least(form, start);
    if (behind > end || (behind <= start && form.size.kind !== "rest")) return undefined;
    if (form.region !== undefined) {
      this.#options(form.region, start, behind);
      if (this.#isOdd) return undefined;
    }
    return { layout, variant, form, end: behind, places: NO_PLACES, bytes: this.#data, next: this.#at };
  }

  /** Where the header ends, or the part of it that is always there. */
  #least({ size, numbers }: Decisions, start: number): number {
    switch (size.kind) {
      case "fixed":
        return start + size.bytes;
      case "rest":
        return start + size.least;
      case "stated": {
        const place = numbers.get(size.field);
        return place === undefined ? start : start + this.#read(place) * size.scale + size.bias;
      }
    }
  }

  #end({ size }: Decisions, least: number, end: number): number {
    if (size.kind !== "rest") return least;
    this.#note(end > least ? SOME_BYTES : NO_BYTES);
    return end;
  }

  #options({ field, at }: NonNullable<Decisions["region"]>, start: number, end: number): void {
    const outer = this.#registry.layouts.get(field.envelope);
    const from = start + at / 8;
    if (outer === undefined || from > end) {
      this.#odd();
      return;
    }
    this.#context = field.context === undefined ? undefined : this.#number(field.context);
    if (field.context !== undefined && this.#context === undefined) {
      this.#odd();
      return;
    }
    eachPiece(this.#registry, outer, this.#data, from, end, this.#piece);
  }

  readonly #piece: Parameters<typeof eachPiece>[5] = (kind, start, end, layout) => {
    if (this.#isOdd) return;
    this.#note(kind === "padding" ? PADDING : end - start);
    if (kind === "padding") return;
    const variant =
      kind === "option" ? selectVariant(layout, this.#data, start, end, end - start) : undefined;
    const form = variant && this.#decide(layout, variant, start);
    const isWrong = (bits: number | undefined): boolean =>
      bits !== undefined && contextProblem(layout, variant, bits, start) !== undefined;
    // Options in options are not looked at.
    if (form === undefined || form.region !== undefined || isWrong(this.#context)) this.#odd();
    else this.#noteChecksum(form);
  };

  #payload(window: Window, payload: Payload | undefined, behind: number): Window | undefined {
    const { start } = window;
    const data = this.#data;
    if (payload === undefined) {
      this.#trailer(window, behind);
      const { end, wireEnd, key } = window;
      this.#found(key, behind, end, behind, behind, end >= wireEnd);
      return undefined;
    }
    const stated = statedSize(payload, this.#number);
    const wire = stated === undefined ? window.wireEnd : start + stated;
    if (wire > window.wireEnd || wire < behind || isPart(payload, this.#number)) return this.#odd();
    const end = Math.min(wire, window.end);
    this.#note(end > behind ? SOME_BYTES : NO_BYTES);
    this.#trailer(window, end);
    this.#found(window.key, behind, end, Math.max(behind, end), wire, end >= wire);
    if (behind >= end) return undefined;
    const next = findNext(this.#registry, payload, this.#number, data, behind, end);
    this.#note(next.entry);
    return { table: next.table, key: next.key, layout: next.layout, start: behind, end, wireEnd: wire };
  }

  /** Bytes behind the payload: there are few, and they tell by where they stand and by being zero. */
  #trailer({ end, wireEnd }: Window, from: number): void {
    this.#note(end > from ? SOME_BYTES : NO_BYTES);
    if (end <= from) return;
    let zeros = from;
    while (zeros < end && this.#data[zeros] === 0) zeros++;
    for (const decision of [from, zeros, end, wireEnd]) this.#note(decision);
  }
}
