/** The way of decisions that leads to the shape of a frame, and what is known again on it. */
import type { Decisions } from "../backends/form-decisions.ts";
import type { Layout, Variant } from "../ir/nodes.ts";

/** A header that was met at a crossing, and is known again by the bytes that were looked at when it was read. */
export interface Header<Shape> {
  readonly layout: Layout;
  readonly variant: Variant;
  readonly form: Decisions;
  readonly end: number;
  /** Where these bytes stand in the frame, and what they are. */
  readonly places: Int32Array;
  readonly bytes: Uint8Array;
  readonly next: Crossing<Shape>;
}

/** Places in the front that are all alike. */
const FEW = 4;

/** More are not kept at a crossing. */
export const MAX_HEADERS = 24;

/** A point on the way of decisions that leads to a shape. */
export class Crossing<Shape> {
  shape: Shape | undefined;
  /** Those that stand there, the usual ones first. */
  readonly headers: Header<Shape>[] = [];
  readonly #next = new Map<number, Crossing<Shape>>();
  /** The way that was taken last. */
  #decision = Number.NaN;
  #taken: Crossing<Shape> | undefined;

  /** `made`: counts the new ones. */
  step(decision: number, made: { count: number }): Crossing<Shape> {
    if (decision === this.#decision && this.#taken !== undefined) return this.#taken;
    let next = this.#next.get(decision);
    if (next === undefined) {
      next = new Crossing();
      made.count++;
      this.#next.set(decision, next);
    }
    this.#decision = decision;
    this.#taken = next;
    return next;
  }

  /** The header that has the frame's bytes. */
  header(layout: Layout, data: Uint8Array, end: number): Header<Shape> | undefined {
    const { headers } = this;
    for (let index = 0; index < headers.length; index++) {
      const header = headers[index] as Header<Shape>; // below the length
      if (header.layout !== layout || header.end > end || !isThere(header, data)) continue;
      if (index >= FEW) {
        headers[index] = headers[index - 1] as Header<Shape>; // index is not 0
        headers[index - 1] = header;
      }
      return header;
    }
    return undefined;
  }
}

function isThere({ places, bytes }: Header<unknown>, data: Uint8Array): boolean {
  for (let index = 0; index < places.length; index++)
    if (data[places[index] as number] !== bytes[index]) return false; // below the length
  return true;
}

/** Bytes that remember which of them were looked at; undefined where they were taken as a whole. */
export function watched(data: Uint8Array): {
  readonly data: Uint8Array;
  readonly places: () => number[] | undefined;
} {
  const places = new Set<number>();
  let isWhole = false;
  const proxy = new Proxy(data, {
    get(target, name) {
      if (name === "length") return target.length;
      const place = typeof name === "string" ? Number(name) : Number.NaN;
      if (Number.isNaN(place)) isWhole = true;
      else places.add(place);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return { data: proxy, places: () => (isWhole ? undefined : [...places].sort((a, b) => a - b)) };
}
