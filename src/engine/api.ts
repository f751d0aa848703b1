/** The public shape of an engine. Names here are fixed: scripts and plugins rely on them. */
import type { BatchFilter, ColumnSource, RecordScan, ScanFormat } from "../capture/scan.ts";
import type { Problem } from "../errors.ts";
import type { FieldInfo, RawValue } from "../ir/fields.ts";
import type { Frame } from "../ir/frame.ts";
import type { Row, Tracker } from "../ir/tracker.ts";
import type { Dissection } from "../ir/tree.ts";
import type { Dissector } from "../plugin.ts";

/** Types of parsed options and headers by schema id; the generated types merge in. */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface Shapes {}

export type ParsedObject = Readonly<Record<string, unknown>>;
/** Type of what `parse` gives for an id; an object of unknown fields for ids outside the built-in schemas. */
export type ShapeOf<Id extends string> = Shapes extends { readonly [K in Id]: infer Shape }
  ? Shape
  : ParsedObject;

/** Bytes never throw: what could be read comes with the problems found. */
export type Parsed<Shape> =
  | { readonly ok: true; readonly value: Shape; readonly problems: readonly Problem[] }
  | { readonly ok: false; readonly partial: Partial<Shape>; readonly problems: readonly Problem[] };

/** What the caller knows of the connection and the segment. */
export interface ParseOptions {
  /** MPTCP version of the connection (0 or 1): decides ADD_ADDR forms that bytes leave open. */
  readonly version?: number | undefined;
  /** TCP flags of the segment (FIN = 1): forms that may not occur there get the problem `wrong-context`. */
  readonly tcpFlags?: number | undefined;
}

/**
 * `"keep"`: computed fields (lengths, checksums, next keys) are written as given. An object forces single ones:
 * `{ length: 5 }`. Fields not forced are derived.
 */
export type Fix = "keep" | Readonly<Record<string, unknown>>;
export interface SerializeOptions {
  readonly fix?: Fix | undefined;
}

/** One entry of a TCP option area, in order. */
export interface ParsedOption {
  /** Schema id, `tcp.option` for what no schema claims, `padding` behind an end of options, `malformed` for a cut rest. */
  readonly id: string;
  /** Absent where the bytes fit no form (`padding`, `malformed`): then `raw` is what is written. */
  readonly value?: ParsedObject;
  readonly raw?: Uint8Array;
  readonly problems?: readonly Problem[];
}

/** One layer for `craft`: a schema id with the header's value; `payload` on the last one. A {@link Dissection}'s layers fit as they are. */
export interface LayerInput {
  readonly id: string;
  readonly value?: ParsedObject;
  readonly payload?: Uint8Array;
  /** Bytes behind the payload, outside every length that the headers state. */
  readonly trailer?: Uint8Array;
  /** Written in place of the header that `value` would make. */
  readonly raw?: Uint8Array;
  readonly fix?: Fix | undefined;
}

export interface DissectOptions {
  /** Check IPv4, TCP, UDP and ICMP checksums of whole frames: all, or those of the named protocols. */
  readonly verifyChecksums?: boolean | ReadonlySet<string> | undefined;
}

/** Limits of a filter's text. */
export interface FilterLimits {
  readonly nesting?: number;
  readonly length?: number;
  readonly setSize?: number;
}

export interface CompileFilterOptions {
  /** Macro bodies by name, as in Wireshark's dfilter_macros. */
  readonly macros?: Readonly<Record<string, string>> | undefined;
  /** Frame that `${field}` refers to. Fields that need earlier frames want its dissection by a {@link Pass}. */
  readonly selectedFrame?: Frame | Dissection | undefined;
  readonly limits?: FilterLimits | undefined;
  readonly preferences?: Readonly<Record<string, string | number | boolean>> | undefined;
}

/** A compiled display filter. A stateful one (its fields need earlier frames) owns a pass: call it with frames in order. */
export interface Filter {
  (frame: Frame): boolean;
  /** Names of the fields that it reads. */
  readonly fields: readonly string[];
  /** Source of the generated code; the filter's text where there is none. */
  readonly source: string;
  /**
   * How it runs: one line a test, with the reason where it is not `fused` (decided on the bytes at its field): `extracted` (on the
   * bytes too, when a frame's values have been noted) or `evaluated` (on the dissected tree).
   */
  readonly plan: string;
  /** Entries that trackers dropped to keep memory bounded. */
  readonly forgotten: number;
  /** Forgets earlier frames. */
  reset(): void;
  /**
   * Begins a second reading of the frames that it has seen: fields that look ahead (`tcp.completeness`, `icmp.resp_in`) now hold
   * what all of the frames tell, as in `tshark -2`.
   */
  rewind(): void;
  /** For `CaptureReader.matches`: code that goes over a capture's records in place; undefined where there is none. */
  readonly scan?: ((format: ScanFormat) => RecordScan | undefined) | undefined;
  /** For `CaptureReader.columns`: values of fields, for one reading. */
  readonly columns: (names: readonly string[]) => ColumnSource;
  /**
   * The same filter with a state of its own, for one reading: `take` is given the row of each frame that matches, with the named
   * fields by their index. The row holds until `take` returns. Undefined where a field is made from whole frames.
   */
  readonly rows: (names: readonly string[], take: (row: Row) => void) => BatchFilter | undefined;
}

export interface Completion {
  /** Text to insert in place of `span`. */
  readonly text: string;
  readonly kind: "field" | "operator" | "value" | "function" | "keyword";
  readonly description: string;
  readonly span: { readonly start: number; readonly end: number };
}

export interface PassOptions {
  readonly filters?: readonly string[] | undefined;
  readonly columns?: readonly string[] | undefined;
  readonly preferences?: Readonly<Record<string, string | number | boolean>> | undefined;
  /**
   * Trackers that are run whether or not a filter or a column asks for them. With neither, dissections hold of the fields
   * that trackers provide only those that other trackers require.
   */
  readonly trackers?: readonly Tracker[] | undefined;
  /** A dissection is looked at before the next frame is given, and not kept: then frames that are alike share one tree, which is faster. */
  readonly transient?: boolean | undefined;
  /** Dissections hold of the fields that trackers provide only those that a filter or a column asks for. */
  readonly exact?: boolean | undefined;
}

/** The result of one frame in a pass. */
export interface PassResult {
  /** One verdict for each filter. */
  readonly matched: readonly boolean[];
  /** Values of a column by its index. */
  column(index: number): readonly RawValue[];
  /** The whole frame with the trackers' fields in place, made on first use. */
  readonly dissection: Dissection;
  /** It is known, without the dissection, that the frame has no problems. */
  readonly isPlain?: boolean;
}

/** The state of ONE reading of frames in order. */
export interface Pass {
  next(frame: Frame): PassResult;
  /** Takes a frame that nobody looks at: later ones may depend on it. */
  skip(frame: Frame): void;
  /** Begins a second reading of the frames that it has seen (see {@link Filter.rewind}). */
  rewind(): void;
  /** Of a pass that only runs trackers: code that shows them the records of a capture in place, instead of `next`. */
  readonly scan?: ((format: ScanFormat) => RecordScan | undefined) | undefined;
  /** Entries that trackers dropped to keep memory bounded. */
  readonly forgotten: number;
}

export interface Engine {
  /** Throws SchemaError if an id is taken, or a filter name with another type. */
  registerDissector(dissector: Dissector): void;
  /** Registers a schema file. `origin` names it in errors. */
  loadSchema(json: unknown, options?: { readonly origin?: string | undefined }): void;
  /** Decode as: puts `id` under a key of a table, before what is registered there (`tcp.port`, 8888, `echo`). */
  decodeAs(table: string, key: number, id: string): void;
  parse<Id extends string>(id: Id, bytes: Uint8Array, options?: ParseOptions): Parsed<ShapeOf<Id>>;
  serialize<Id extends string>(id: Id, value: ParsedObject, options?: SerializeOptions): Uint8Array;
  /** Splits a TCP option area (0 to 40 bytes). `serializeOptions` gives the same bytes back, whatever they were. */
  parseOptions(bytes: Uint8Array, options?: ParseOptions): ParsedOption[];
  serializeOptions(options: readonly ParsedOption[], how?: SerializeOptions): Uint8Array;
  dissect(frame: Frame, options?: DissectOptions): Dissection;
  compileFilter(text: string, options?: CompileFilterOptions): Filter;
  completeFilter(text: string, cursor: number): Completion[];
  createPass(options?: PassOptions): Pass;
  craft(layers: readonly LayerInput[], options?: SerializeOptions): Uint8Array;
  /** Every field that filters know, sorted by name. */
  fields(): readonly FieldInfo[];
}
