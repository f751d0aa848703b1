/** Trackers: state over the frames of one reading, in order, that yields fields (`tcp.stream`, relative sequence numbers). */
import type { FieldInfo, RawValue } from "./fields.ts";

/** The wanted fields of one frame, read by column index. It holds until `update` returns: the next frame is put into it. */
export interface Row {
  /** 1-based frame number. */
  readonly frameNumber: number;
  /** Nanoseconds since the epoch, or undefined. Made when it is asked for. */
  readonly timestamp: bigint | undefined;
  /** No field occurs more than once in the frame: `firsts` tells which there are. */
  readonly plain: boolean;
  /**
   * Nanoseconds from `base` to the frame's time, without an object for them; NaN where it has none. Exact within 104 days of
   * `base`, which had better be the same for all frames.
   */
  since(base: bigint): number;
  /**
   * By column: the first occurrence, NaN when absent. Of fields of at most 32 bits and of IPv4 addresses the number, unsigned
   * where the field is (flags are 0 and 1); of fields of 33 to 64 bits the lower 32 bits, unsigned; of other types 0. The array is
   * the same for all frames.
   */
  readonly firsts: Float64Array;
  /** By column of 33 to 64 bits: the upper 32 bits of the first occurrence, signed, where there is one. */
  readonly highs: Int32Array;
  /** Occurrences of a column's field in this frame. */
  count(column: number): number;
  /** The n-th occurrence (from 0), or undefined. Bytes are a view of a buffer that is used again. */
  at(column: number, index?: number): RawValue | undefined;
  /** The same of the n-th occurrence (from 0). */
  number(column: number, index?: number): number;
  /** How many bytes the n-th occurrence in a column of bytes has, without a view of them; 0 where there are none. */
  size(column: number, index?: number): number;
  /**
   * 32 bits of an occurrence as a signed number, without an object for them: `word` 0 is the upper half of a field of 33 to
   * 64 bits and 1 the lower one; of addresses and bytes it is the n-th four bytes, big-endian. 0 where there are none.
   */
  word(column: number, index: number, word: number): number;
}

/** Where a provided field stands in the tree: behind the named field of the same protocol, or at the protocol's end. */
export interface Placement {
  readonly after?: string;
  /** Text node that holds it, such as `Timestamps`, or the name of a provided field without a value, such as `tcp.analysis`. */
  readonly under?: string;
  /** Protocol of the header that it stands in, where that is not the field's own: `mptcp.stream` stands in `tcp`. */
  readonly layer?: string;
}

export interface ProvidedField {
  readonly info: FieldInfo;
  readonly placement: Placement;
}

/** Takes what `update` found. `occurrence` tells which of several headers (from 0) the value belongs to. */
export type Provide = (field: number, value: RawValue, occurrence?: number) => void;

/**
 * What generated code gives of a provided field without asking the tracker: a number of at most 32 bits, from columns and from a
 * number of 32 bits that is kept for the flow.
 */
export type CachedValue =
  /** The number itself. */
  | { readonly kind: "kept" }
  /** A number that is the same for both directions. */
  | { readonly kind: "shared" }
  /** The columns' sum less the number, in 32 bits without a sign. */
  | { readonly kind: "difference"; readonly columns: readonly string[] }
  /** The column, shifted to the left by the number. */
  | { readonly kind: "shifted"; readonly column: string };

/**
 * The frames of which a tracker that knows their flow learns nothing: those between two ports of IPv4 addresses, with each of
 * some fields once. Frames without ports tell it nothing in any case, and are given nothing.
 */
export interface CachedFlows {
  /** Fields of addresses and ports. */
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: string;
  readonly destinationPort: string;
  /** Fields that such a frame has beside those that are named here; it has none of the others that the tracker reads. */
  readonly has: readonly string[];
  /** Bits of a field. */
  readonly when?: { readonly field: string; readonly mask: number; readonly bits: number };
  /** By index into `provides`, of those that are asked for; nothing else is given. They stand in the order of `provides`, as `update` is to give them. */
  readonly values: ReadonlyMap<number, CachedValue>;
}

/** What a tracker has told of flows, for as long as it holds. */
export interface FlowCache {
  /**
   * The next frames between the ends need not be shown to the tracker as long as they are as stated. Addresses: 32 bits; `ports`: the
   * source's in the upper 16 bits, the destination's in the lower ones. In the order of the stated values, `numbers` are for what the
   * source sends, `back` for what the destination does; where both ends are the same, `numbers` are.
   */
  keep(
    source: number,
    destination: number,
    ports: number,
    numbers: ArrayLike<number>,
    back: ArrayLike<number>,
  ): void;
  /** The frames of both directions are to be shown to it. */
  forget(source: number, destination: number, ports: number): void;
  /** The frames of all flows are to be shown to it. */
  forgetAll(): void;
}

export interface TrackerState {
  /**
   * Called once a frame, in order, but for those of which its {@link FlowCache} told. Columns are numbered as in `requires`,
   * provided fields as in `provides`.
   */
  update(row: Row, provide: Provide): void;
  /** Called behind `update` for a frame that the reader's display filter left out (`frame.time_delta_displayed`). */
  hidden?(frameNumber: number): void;
  /** How many entries were dropped to keep memory bounded. */
  readonly forgotten: number;
}

export interface Tracker {
  readonly id: string;
  /** Filter names of fields (stateless ones, or ones that another tracker provides). */
  readonly requires: readonly string[];
  readonly provides: readonly ProvidedField[];
  /** Those of `requires` that few frames have: those frames cost more, and all others less. */
  readonly seldom?: readonly string[];
  /** No frame tells it anything of another: it is run only on frames that somebody looks at. */
  readonly local?: boolean;
  /** Those of `requires` that it reads where only some of what it provides is asked for; the columns of others stay empty. */
  readonly reads?: (wants: (name: string) => boolean) => readonly string[];
  /** Do the preferences ask for what it provides? Always unless given. Else nothing of it runs, and nothing is read for it. */
  readonly isActive?: (preferences: Preferences) => boolean;
  /** Of which frames it learns nothing, and what it gives of them; undefined where it is to see every frame. */
  readonly cached?: (wants: (name: string) => boolean) => CachedFlows | undefined;
  /**
   * `wants`: is what it provides under this name asked for? Other values need not be found out. `hindsight`: this tracker's own
   * state at the end of an earlier reading of the same frames, where there was one: it tells what later frames hold. `cache`:
   * for the flows of `cached`, where somebody may make use of it.
   */
  create(
    preferences: Preferences,
    wants: (name: string) => boolean,
    hindsight?: TrackerState,
    cache?: FlowCache,
  ): TrackerState;
}

/** Settings by Wireshark's preference name, such as `tcp.relative_sequence_numbers`. */
export interface Preferences {
  readonly get: (name: string) => string | number | boolean | undefined;
}
