/**
 * The intermediate representation that every back end reads: what a schema file says, checked and resolved.
 * Plain frozen data (it is committed as JSON for the built-in schemas), told apart by `kind`.
 */
import type { ProblemCode } from "../errors.ts";
import type { Base, FieldType } from "./fields.ts";

/** How many bytes something takes. `linear` is scale × field + bias; `flag` hangs on a one-bit field. */
export type Size =
  | { readonly kind: "fixed"; readonly bytes: number }
  | { readonly kind: "rest" }
  | { readonly kind: "linear"; readonly field: string; readonly scale: number; readonly bias: number }
  | { readonly kind: "flag"; readonly flag: string; readonly set: number; readonly clear: number };

/** `field == value`; a bare `flag` in a schema is value 1, `!flag` is value 0. */
export interface GuardTerm {
  readonly field: string;
  readonly value: number;
}

/** All terms must hold; an empty list always holds. */
export type Guard = readonly GuardTerm[];

/** A read-only value made from a field's value or bytes. */
export type Derive =
  | { readonly kind: "linear"; readonly scale: number; readonly bias: number }
  | { readonly kind: "power" } // 1 << value
  | { readonly kind: "bits"; readonly from: number; readonly count: number } // bit 0 = most significant of the field's bytes
  | { readonly kind: "bytes"; readonly from: number; readonly count: number }
  | { readonly kind: "text" } // the value as it is displayed
  | { readonly kind: "swap" } // bytes in the other order
  | { readonly kind: "letters"; readonly letters: string; readonly blank: string } // one letter a bit, most significant first
  | { readonly kind: "count" } // items of a repetition
  | { readonly kind: "length" } // bytes that the field takes
  | { readonly kind: "constant"; readonly value: number }
  // State of a checksum, as Wireshark numbers it: 0 bad, 1 good, 2 unverified, 3 not present; `verify`: also when nobody asks
  | { readonly kind: "status"; readonly verify: boolean }
  | { readonly kind: "present" }; // FT_NONE: the name exists when the field does

/** One filter name on a field's bytes. A field may have several (`ip.src`, `ip.addr`, `ip.src_host`), or none. */
export interface View {
  readonly filter: string;
  readonly type: FieldType;
  readonly base: Base;
  readonly label: string;
  /** Name of the value-string table. */
  readonly strings?: string;
  readonly derive?: Derive;
  /** The name applies only where this holds (sha1.flag on version 0, sha256.flag on version 1). */
  readonly when?: Guard;
}

/** Where a computed field's value comes from. */
export type Compute =
  | { readonly kind: "size" } // the option's length byte, in the envelope's unit
  // RFC 1071; `zero` is sent where the sum is 0, as UDP's 0 means "no checksum" (RFC 768)
  | {
      readonly kind: "checksum";
      readonly pseudoHeader: boolean;
      readonly cover: "header" | "message";
      readonly zero?: number;
    }
  | { readonly kind: "payloadSize"; readonly scale: number; readonly bias: number } // size of header + payload: scale, bias as in Size
  | { readonly kind: "headerSize" } // the header's own length
  | { readonly kind: "next" }; // the key under which the next layer is registered

interface FieldCommon {
  /** Key in the parsed object. */
  readonly name: string;
  readonly label: string;
  readonly spec?: string;
  readonly when: Guard;
  /** Present only if enough bytes are left; the fields of a variant have distinct subset sums. */
  readonly optional: boolean;
  /** Filter names at this level of the tree, the main one first. */
  readonly views: readonly View[];
  /** Filter names below the main one (`eth.dst` has `eth.addr` below it). */
  readonly under: readonly View[];
}

export interface UintField extends FieldCommon {
  readonly kind: "uint";
  /** Bits on the wire, 1 to 64; a flag-dependent width is a whole number of bytes. */
  readonly bits: number | { readonly flag: string; readonly set: number; readonly clear: number };
  readonly endian: "big" | "little";
  readonly signed: boolean;
  /** True: the value is a bigint (declared wider than 32 bits). */
  readonly wide: boolean;
  /** Value = raw × scale + bias. */
  readonly scale: number;
  readonly bias: number;
  /** Table of value strings, for display and craft input. */
  readonly strings?: string;
  readonly constant?: number;
  /** Sent as zero, ignored on receipt, kept all the same. */
  readonly reserved: boolean;
  readonly compute?: Compute;
  /** Written when the caller gives nothing. */
  readonly default?: number;
}

export interface FlagField extends FieldCommon {
  readonly kind: "flag";
  readonly strings?: string;
  readonly default?: boolean;
}

export interface BytesField extends FieldCommon {
  readonly kind: "bytes";
  readonly size: Size;
  /** `string`: bytes shown as text. */
  readonly format: "bytes" | "string";
  readonly default?: string; // hex
}

export interface AddressField extends FieldCommon {
  readonly kind: "address";
  readonly family: "ipv4" | "ipv6" | "ether";
}

/** A list. `scalar`: the one item field's values stand in the array themselves; else each item is an object. */
export interface RepeatField extends FieldCommon {
  readonly kind: "repeat";
  readonly item: readonly FieldIR[];
  readonly scalar: boolean;
  readonly min: number;
  readonly max: number;
  /** Bytes that the list takes. */
  readonly size: Size;
}

/** A parent over child fields that has filter names of its own (`tcp.flags`). Its children's values stand beside its siblings'. */
export interface GroupField extends FieldCommon {
  readonly kind: "group";
  readonly fields: readonly FieldIR[];
}

/** A region of type-length-value options. */
export interface OptionsField extends FieldCommon {
  readonly kind: "options";
  /** Id of the envelope schema. */
  readonly envelope: string;
  readonly size: Size;
  /** Integer of the header whose bits decide which options belong here (TCP's flags); see {@link Context}. */
  readonly context?: string;
}

/** A value that the capture file, not the packet, carries: a property of {@link Frame}. Only in schemas of role `metadata`. */
export interface MetaField extends FieldCommon {
  readonly kind: "meta";
  readonly source: string;
}

export type FieldIR =
  | UintField
  | FlagField
  | BytesField
  | AddressField
  | RepeatField
  | GroupField
  | OptionsField
  | MetaField;

/** Inclusive range. */
export type Range = readonly [low: number, high: number];

/** Bits at a fixed place must lie in one of the ranges. Bit 0 is the first bit of the header or option. */
export interface Where {
  readonly field: string;
  readonly bitOffset: number;
  readonly bits: number;
  readonly ranges: readonly Range[];
}

/** Where an option may occur: bits of the header's context field that must have `value` under `mask` (TCP flags, FIN = 1). */
export interface Context {
  readonly mask: number;
  readonly value: number;
}

/** Which table and key the payload is looked up in. The first entry whose guard holds and whose key is registered is taken. */
export interface Next {
  readonly table: string;
  readonly key:
    | { readonly kind: "field"; readonly field: string }
    | { readonly kind: "constant"; readonly value: number };
  readonly when: Guard;
  /** A name that Wireshark lists in `frame.protocols` between the two headers (`ethertype`). */
  readonly via?: string;
}

/** What a checksum further in covers of this header besides the message's protocol and length (RFC 9293 section 3.1, RFC 8200 section 8.1). */
export interface PseudoHeader {
  /** Names of address fields. */
  readonly source: string;
  readonly destination: string;
  /** The sender may not leave a checksum out (RFC 8200 section 8.1). */
  readonly mandatory: boolean;
}

export interface Payload {
  /** Bytes from the start of this header to the end of its payload; the rest is trailer. Absent: all that is left. */
  readonly end?: Size;
  /** A length of 0 means all that is left (segmentation offload). */
  readonly zeroIsRest: boolean;
  /** Fields behind the payload's end that belong to this header still (ICMP extensions, RFC 4884). */
  readonly behind?: readonly FieldIR[];
  readonly pseudoHeader?: PseudoHeader;
  /** Where it holds, the payload is the first part of a message: a checksum over the whole message tells nothing. */
  readonly fragment?: Guard;
  /** The payload is what another packet began with, changed on its way and cut: its checksums tell nothing. */
  readonly quoted?: boolean;
  readonly next: readonly Next[];
  /** Filter names on the payload (`tcp.payload`, `tcp.len`); a `length` view exists also where the payload is empty. */
  readonly views: readonly View[];
}

/** One complete form: the envelope's, the schema's common and the variant's own fields, in wire order. */
export interface Variant {
  /** Tag of the TypeScript union; empty when the schema has one form only. */
  readonly name: string;
  /** Legal total lengths in bytes; empty = any that the fields admit. */
  readonly lengths: readonly Range[];
  readonly where: readonly Where[];
  /** MPTCP versions that the form belongs to; empty = all. */
  readonly versions: readonly number[];
  readonly contexts: readonly Context[];
  readonly fields: readonly FieldIR[];
  /** Headers only. */
  readonly payload?: Payload;
  readonly spec?: string;
  /** Set where the form is not allowed by the RFC but seen: its name is the reason. */
  readonly illegal?: string;
}

export interface Match {
  readonly table: string;
  readonly key: Range;
  /** Hex digits that follow the key directly; the longest match wins. */
  readonly magic: string;
}

/** How an option region and its sub-dispatch work; only on schemas of role `envelope`. */
/** Kinds of one byte, and an option behind them. */
export interface UsualOptions {
  /** Big-endian value of the first `bits` bits: up to the last option's length. */
  readonly value: number;
  readonly bits: number;
  readonly kinds: readonly number[];
  /** Bytes of all of them. */
  readonly size: number;
}

export interface Envelope {
  /** The fields that every option of the family begins with, the parent envelope's first. */
  readonly fields: readonly FieldIR[];
  /** Table that the key field selects in. */
  readonly table: string;
  readonly keyField: string;
  /** Place of the key, in bits from the start of the option. */
  readonly keyBitOffset: number;
  readonly keyBits: number;
  /** Name of the length field; total bytes = raw × lengthUnit + lengthBias. */
  readonly lengthField: string;
  readonly lengthUnit: number;
  readonly lengthBias: number;
  /** Kinds that are one byte, without a length. */
  readonly single: readonly number[];
  /** Kinds that end the region; what follows is padding. */
  readonly end: readonly number[];
  /** A kind of `single` that fills a region up to the header's unit (NOP, Pad1). */
  readonly filler?: number;
  /** What most regions begin with, so that a reader who wants none of it can pass over it at once. */
  readonly usual?: UsualOptions;
  /** Names of the bits that {@link Context} speaks of. */
  readonly context?: Readonly<Record<string, number>>;
  /** Envelope that this one stands in (`mptcp.option` in `tcp.option`). */
  readonly parent?: string;
}

export interface Protocol {
  /** Filter name of the protocol, such as `tcp` or `tcp.options.mss`. */
  readonly filter: string;
  readonly title: string;
  /** True: opens a new layer number for `#`. */
  readonly layer: boolean;
  /** `message`: its bytes are not the header's alone, but run to the end of the data. */
  readonly extent?: "message";
}

/** A problem that has a filter name of its own (type FT_NONE). */
export interface NamedProblem {
  readonly code: ProblemCode;
  /** Key of the field at fault; any where absent. */
  readonly field?: string;
  readonly filter: string;
  readonly label: string;
}

export interface Layout {
  readonly kind: "layout";
  readonly id: string;
  readonly role: "header" | "option" | "envelope" | "metadata";
  readonly title: string;
  readonly spec: string;
  readonly description: string;
  readonly protocol?: Protocol;
  readonly matches: readonly Match[];
  readonly variants: readonly Variant[];
  /** Headers: total header bytes, where a field says so. */
  readonly headerLength?: Size;
  /** Options: one byte without a length (a kind listed in the envelope's `single`). */
  readonly single: boolean;
  /** Id of the enclosing envelope, for options and nested envelopes. */
  readonly within?: string;
  readonly envelope?: Envelope;
  readonly trailer?: Trailer;
  readonly problems?: readonly NamedProblem[];
  /** What the forms hold, where that was found out beforehand. */
  readonly outline?: Outline;
}

/** What a schema's forms hold and lead to, told without them. */
export interface Outline {
  /** Filter names of the forms' fields, and of what is behind them as a whole. */
  readonly names: readonly string[];
  /** Further ones: of fields behind the payload, of problems, of the trailer. */
  readonly further: readonly string[];
  /** Envelopes of the options in the forms. */
  readonly regions: readonly string[];
  /** The same of options behind the payload. */
  readonly regionsBehind: readonly string[];
  /** Of the names, those that tell the length of the payload. */
  readonly lengths?: readonly string[];
  /** Dissector tables that lead on; undefined where no form has a payload. */
  readonly tables?: readonly string[];
  /** Options: all forms begin with the very fields of each envelope around them, so that one can be read in place of another. */
  readonly isAlike?: boolean;
}

/** How bytes behind the payload's end are shown. */
export interface Trailer {
  readonly field: BytesField;
  /** Zero bytes that bring the frame to a minimum length (IEEE 802.3: 60 bytes without the check sequence). */
  readonly padding?: { readonly field: BytesField; readonly minimum: number };
  /** In frames of at least `minimum` bytes the last ones are taken for a frame check sequence. */
  readonly check?: { readonly field: UintField; readonly minimum: number };
}
