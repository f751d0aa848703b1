/** What dissection yields: layers of nodes in wire order. */
import type { Problem } from "../errors.ts";
import type { Occurrence, RawValue } from "./fields.ts";
import type { Frame } from "./frame.ts";
import type { FieldIR, Layout, Variant, View } from "./nodes.ts";

interface NodeCommon {
  /** Bits from the start of the frame, and bits taken; both 0 for generated values. */
  readonly bitOffset: number;
  readonly bitLength: number;
  /** Running number of the protocol for `#`. */
  readonly layer: number;
  readonly children: readonly TreeNode[];
}

/** A field with its value. Groups carry the integer (or bytes) that their bits make. */
export interface FieldNode extends NodeCommon {
  readonly kind: "field";
  readonly ir: FieldIR;
  /** Absent for lists and option regions (their children hold the values); a region's bytes are its value for `-e`. */
  readonly value: RawValue | undefined;
  /** Bytes on the wire, where the capture holds fewer (payload of a cut frame). */
  readonly wireLength?: number;
  /** State of a checksum, once it is known (see `Derive` of kind `status`). */
  readonly status?: number;
  /** Those of `ir.views` and `ir.under` whose guards hold here. */
  readonly views: readonly View[];
  readonly under: readonly View[];
}

/** One option, or one protocol inside another's tree. */
export interface OptionNode extends NodeCommon {
  readonly kind: "option";
  /** The schema that is registered for it: gives the node its protocol. */
  readonly layout: Layout;
  /** The schema whose fields the children are: an envelope's where the bytes fit no form of `layout`. */
  readonly id: string;
  /** Name of the variant that was read. */
  readonly variant: string;
}

/** A field that a tracker made. */
export interface GeneratedNode extends NodeCommon {
  readonly kind: "generated";
  readonly view: View;
  readonly value: RawValue;
}

/** Bytes that no schema claims: padding behind an end-of-options, a cut option, a trailer. */
export interface OpaqueNode extends NodeCommon {
  readonly kind: "opaque";
  readonly role: "padding" | "malformed" | "trailer" | "data";
}

/** A heading without a filter name, such as `Timestamps`. */
export interface TextNode extends NodeCommon {
  readonly kind: "text";
  readonly label: string;
}

export type TreeNode = FieldNode | OptionNode | GeneratedNode | OpaqueNode | TextNode;

/** One protocol layer of a frame. */
export interface Layer {
  readonly id: string;
  readonly layout: Layout;
  /** Filter name of the protocol. */
  readonly protocol: string;
  readonly title: string;
  readonly variant: string;
  /** The form that was read; undefined where none fits. */
  readonly form: Variant | undefined;
  /** Byte range of the header in the frame, and the end of the data that it was read from. */
  readonly start: number;
  readonly end: number;
  readonly bufferEnd: number;
  /** Running number among the layers of the same protocol, from 1. */
  readonly layer: number;
  readonly children: readonly TreeNode[];
  /** The payload with its filter names (`tcp.payload`, `tcp.len`); its bytes belong to the next layers. */
  readonly payloadNode?: FieldNode;
  /** Table and key that the layer was found under (`ethertype`, 0x0800); the first one's is `link.type`. */
  readonly table: string;
  readonly key: number;
  /** Bytes behind the payload that belong to no inner layer (Ethernet padding). */
  readonly trailer?: Uint8Array;
  /** The layer's bytes as they are, where they fit no form and `value` cannot hold them all. */
  readonly raw?: Uint8Array;
  /** The header as an object, made on first use: the form that `craft` takes. */
  readonly value: Readonly<Record<string, unknown>>;
}

/** Types of field values by filter name; the generated types merge in. */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface FieldValues {}

/** Type of what a filter name gives: addresses as text, times in nanoseconds; any value for names outside the built-in fields. */
export type FieldValueOf<Name extends string> = FieldValues extends { readonly [K in Name]: infer Value }
  ? Value
  : RawValue;

export interface Dissection {
  readonly frame: Frame;
  readonly layers: readonly Layer[];
  readonly problems: readonly Problem[];
  /**
   * Frames with the same one have the same layers, and the same nodes in them, with other values: what is made of these for one serves the
   * others. Undefined where the layers are this frame's own.
   */
  readonly shape?: object | undefined;
  /** First value of a field: addresses as text, times in nanoseconds. */
  get<Name extends string>(name: Name): FieldValueOf<Name> | undefined;
  /** All values, in wire order. */
  getAll<Name extends string>(name: Name): FieldValueOf<Name>[];
  /** What filters read. */
  occurrences(name: string): readonly Occurrence[];
}
