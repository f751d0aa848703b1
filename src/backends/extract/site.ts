/** Places in the walk where a wanted name occurs, and whoever does something there. */
import { type Code, EMPTY, type Name } from "../../codegen/code.ts";
import type { FieldIR, View } from "../../ir/nodes.ts";
import type { Place } from "./read.ts";

/** Bytes from one place to another; `end` is an index. */
export interface ByteRange {
  readonly start: Name | Code;
  readonly end: Name | Code;
  /** Bytes between them, where that is known beforehand. */
  readonly size?: number;
}

/** What generated code knows of a value. */
export type SiteValue =
  | { readonly kind: "number"; readonly number: Code }
  | { readonly kind: "wide"; readonly high: Code; readonly low: Code }
  | { readonly kind: "bytes"; readonly range: ByteRange }
  | { readonly kind: "label" };

/** A field's name at the place where the field was found. */
export interface ViewSite {
  readonly kind: "view";
  readonly filter: string;
  readonly view: View;
  readonly field: FieldIR;
  readonly place: Place;
  /** Bits that the field takes, or the index of the byte behind it. */
  readonly extent: number | Name;
  /** The number that was read for a guard or a key already. */
  readonly number?: Name | Code;
  /** Wide values whose width hangs on a flag: both halves, read already. */
  readonly halves?: { readonly high: Name; readonly low: Name };
  /** Items of a list. */
  readonly count?: Name | Code;
  /** Bytes on the wire, of a payload. */
  readonly wireLength?: Code;
}

/** A protocol's name: `seen` as soon as its header begins, `range` once its bytes are known. */
export interface ProtocolSite {
  readonly kind: "seen" | "range";
  readonly filter: string;
  /** The header. */
  readonly range?: ByteRange;
  /** From the header's first byte to the end of its data. */
  readonly buffer?: ByteRange;
  /** The protocol's running number, where numbers are kept and others may have been opened since. */
  readonly layer?: Name;
}

/** A value of the capture file's record. */
export interface MetaSite {
  readonly kind: "meta";
  readonly filter: string;
  readonly view: View;
  readonly field: FieldIR;
  readonly number: Code;
}

/** A value that a tracker gave, once the row has run. */
export interface ProvidedSite {
  readonly kind: "provided";
  readonly filter: string;
  readonly value: SiteValue;
}

export type Site = ViewSite | ProtocolSite | MetaSite | ProvidedSite;

/** Makes code for the occurrences of wanted names. */
export interface Consumer {
  wants(filter: string): boolean;
  /** Are the protocol's bytes wanted, not only that it is there? */
  wantsRange(filter: string): boolean;
  at(site: Site): Code;
  /** Code in place of all that is about an option where such names may occur; undefined where it is read. */
  instead?(names: readonly string[]): Code | undefined;
}

/** The same for some of the names alone. */
export function narrowed(consumer: Consumer, keeps: (filter: string) => boolean): Consumer {
  return {
    wants: (filter) => keeps(filter) && consumer.wants(filter),
    wantsRange: (filter) => keeps(filter) && consumer.wantsRange(filter),
    at: (site) => (keeps(site.filter) ? consumer.at(site) : EMPTY),
    instead: (names) => consumer.instead?.(names.filter(keeps)),
  };
}

/** Nothing is wanted: what is left is the check that a form fits. */
export const NOTHING_WANTED: Consumer = { wants: () => false, wantsRange: () => false, at: () => EMPTY };
