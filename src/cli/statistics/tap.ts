/** What a statistic is: something that watches frames, and has a text once all are read. */
import type { CapturedFrame } from "../../capture/types.ts";
import type { Filter } from "../../engine/api.ts";
import type { FieldInfo } from "../../ir/fields.ts";
import type { Dissection } from "../../ir/tree.ts";
import type { Preferences, Row } from "../../plugin.ts";

/** Times of a reading's first frame and of the latest one, nanoseconds since the epoch; 0 where no frame had one. */
export interface CaptureSpan {
  readonly first: bigint;
  readonly last: bigint;
}

export interface Tap {
  /** Columns of the rows for `watch`. */
  readonly requires: readonly string[];
  /** Frames that it lets through are watched; all when undefined. */
  readonly filter: Filter | undefined;
  watch(row: Row, frame: CapturedFrame | undefined): void;
  /** `watch` asks for the frame besides its row. */
  readonly readsFrames?: boolean;
  /**
   * Called behind `watch` with the whole frame and all that trackers found in it, which takes time to make: not for frames that are known
   * to be without problems.
   */
  dissected?(dissection: Dissection): void;
  /** Pieces of the text, tshark's where tshark has the statistic. */
  text(span: CaptureSpan): Iterable<string>;
  json(span: CaptureSpan): unknown;
  /** Entries that were dropped to keep memory bounded. */
  readonly forgotten: number;
}

/** What a tap may ask for when it is made. */
export interface TapContext {
  /** Undefined for the empty text. Throws CliError for one that is no filter. */
  readonly filter: (text: string) => Filter | undefined;
  readonly field: (name: string) => FieldInfo | undefined;
  readonly fields: readonly FieldInfo[];
  readonly preferences: Preferences;
  readonly format: "text" | "json";
  /** `--key`: keys of connections by token. */
  readonly keys: ReadonlyMap<number, bigint>;
  /** Paths of the captures that are read, `"-"` for standard input. */
  readonly inputs: readonly string[];
}

/** One kind of statistic. */
export interface TapKind {
  /** First words of the argument, such as `conv,tcp`. */
  readonly name: string;
  /** What may follow the name, for the help. */
  readonly usage: string;
  /** `rest`: what follows the name, without the comma; undefined when nothing does. Throws CliError. */
  readonly create: (rest: string | undefined, context: TapContext) => Tap;
}
