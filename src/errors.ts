/**
 * Every error and problem that subflow reports. Bad bytes never throw: they become a {@link Problem}. What a caller gets
 * wrong throws one of the classes below; each carries a code from a closed list and the place where it happened.
 */

/** Severity of a problem, named and ordered as Wireshark's expert information is. */
export type Severity = "chat" | "note" | "warn" | "error";

/** What can be wrong with bytes. Codes are never renamed. */
export type ProblemCode =
  | "truncated" // fewer bytes than the header needs; a note where the capture, a fragment or a quotation ends before the packet does
  | "malformed" // bytes contradict the format (option runs past the header, length below the minimum)
  | "illegal-length" // no variant of the option has this length
  | "unknown-variant" // the length fits, but no variant fits the earlier fields
  | "reserved-set" // reserved bits that the RFC says to send as zero
  | "wrong-context" // form that may not occur in a segment with these flags
  | "const-mismatch" // a field that must hold one value holds another
  | "bad-checksum"
  | "bad-length" // a length field points past the enclosing data
  | "bad-value" // a value out of the range that the RFC allows
  | "trailing-bytes" // bytes behind the end of the header that nothing claims
  | "nesting-limit"; // more layers than the stated limit

/** One finding about bytes, with its place. */
export interface Problem {
  readonly code: ProblemCode;
  readonly severity: Severity;
  /** Id of the schema of the layer or option, such as `mptcp.addAddr`. */
  readonly layer: string;
  /** Key of the field, when one field is at fault. */
  readonly field?: string;
  /** Bits from the start of the bytes that were parsed. */
  readonly bitOffset: number;
  /** Bytes needed and bytes available, for truncation and lengths. */
  readonly needed?: number;
  readonly available?: number;
  readonly message: string;
}

/** A header or an option goes on behind the bytes that are there, and on the wire it did so: nothing is wrong with it. */
export function isCut({ code, severity }: Problem): boolean {
  return code === "truncated" && severity === "note";
}

export type SchemaErrorCode =
  | "schema-invalid" // the meta-schema refuses it
  | "unsafe-name"
  | "limit-exceeded"
  | "unknown-reference" // table, enum, envelope or field that does not exist
  | "guard-order" // a guard names a field that does not stand before it
  | "guard-type"
  | "size-mismatch" // a variant's size disagrees with its lengths
  | "variant-overlap"
  | "match-conflict" // two schemas claim the same key with the same specificity
  | "id-taken"
  | "filter-type-conflict"
  | "alignment";

export type FilterErrorCode =
  | "unexpected-character"
  | "unterminated-string"
  | "bad-escape"
  | "bad-character-constant"
  | "unexpected-token"
  | "unexpected-end"
  | "unknown-field"
  | "unknown-function"
  | "argument-count"
  | "bad-argument"
  | "bad-constant"
  | "out-of-range"
  | "unknown-value-string"
  | "incompatible-types"
  | "not-comparable"
  | "not-sliceable"
  | "no-contains"
  | "no-matches"
  | "no-arithmetic"
  | "constant-left"
  | "not-a-test"
  | "bad-slice"
  | "bad-layer"
  | "bad-set"
  | "bad-pattern"
  | "unsupported-pattern"
  | "bad-macro"
  | "unknown-macro"
  | "limit-exceeded";

export type CaptureErrorCode =
  | "not-found"
  | "unreadable"
  | "unknown-format"
  | "cut-short"
  | "damaged"
  | "unsupported"
  | "aborted"
  | "unwritable"
  | "bad-frame";

export type CraftErrorCode =
  | "unknown-id"
  | "unknown-field"
  | "missing-field"
  | "bad-type"
  | "out-of-range"
  | "bad-size"
  | "no-variant"
  | "guard-conflict"
  | "too-long"
  | "bad-input";

/** Any error that subflow throws on purpose. */
export class SubflowError<Code extends string = string> extends Error {
  readonly code: Code;
  constructor(name: string, code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
    this.code = code;
  }
}

/** A schema is refused. `pointer` is the JSON pointer (RFC 6901) to the place in the schema file. */
export class SchemaError extends SubflowError<SchemaErrorCode> {
  readonly pointer: string;
  readonly origin: string | undefined;
  constructor(code: SchemaErrorCode, pointer: string, message: string, origin?: string) {
    super("SchemaError", code, `${origin ?? "schema"}#${pointer}: ${message}`);
    this.pointer = pointer;
    this.origin = origin;
  }
}

/** Half-open range of UTF-16 code units in a filter's text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A display filter is refused. `span` is absent when no place can be named, as in Wireshark. */
export class FilterError extends SubflowError<FilterErrorCode> {
  readonly source: string;
  readonly span: Span | undefined;
  readonly nearest: string | undefined;
  constructor(
    code: FilterErrorCode,
    source: string,
    span: Span | undefined,
    message: string,
    nearest?: string,
  ) {
    super("FilterError", code, nearest === undefined ? message : `${message}; did you mean "${nearest}"?`);
    this.source = source;
    this.span = span;
    this.nearest = nearest;
  }
  /** The filter with a line under it that marks the place: `^~~~`. */
  get caret(): string {
    if (this.span === undefined) return this.source;
    const width = Math.max(1, this.span.end - this.span.start);
    return `${this.source}\n${" ".repeat(this.span.start)}^${"~".repeat(width - 1)}`;
  }
}

/** A capture cannot be read on, or written. Everything before `byteOffset` was delivered. */
export class CaptureError extends SubflowError<CaptureErrorCode> {
  readonly byteOffset: number | undefined;
  /** Number of the frame that could not be read (1-based). */
  readonly frameNumber: number | undefined;
  constructor(
    code: CaptureErrorCode,
    message: string,
    place: { byteOffset?: number; frameNumber?: number; cause?: unknown } = {},
  ) {
    super("CaptureError", code, message, place.cause === undefined ? undefined : { cause: place.cause });
    this.byteOffset = place.byteOffset;
    this.frameNumber = place.frameNumber;
  }
}

/** A value cannot be written as bytes. `path` names the field, such as `mptcp.dss.length` or `blocks[2].left`. */
export class CraftError extends SubflowError<CraftErrorCode> {
  readonly path: string;
  constructor(code: CraftErrorCode, path: string, message: string) {
    super("CraftError", code, `${path}: ${message}`);
    this.path = path;
  }
}
