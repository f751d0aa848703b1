/** What the parts of the generated writer say to each other about one field. */
import type { Code, Name } from "../codegen/code.ts";
import type { Slot } from "./serializer-form.ts";

/** Where a field's value is once it was read. */
export interface Local {
  readonly slot: Slot;
  /** Bits that it takes when it is there; `bytes` for as many as the local is long; `items` for a list. */
  readonly width:
    | { readonly kind: "bits"; readonly bits: number }
    | { readonly kind: "wide"; readonly set: number; readonly clear: number; readonly flag: Code }
    | { readonly kind: "bytes" }
    | {
        readonly kind: "items";
        readonly sizes: readonly { readonly name: string; readonly bytes: number }[];
      };
  /** The number (up to 32 bits), the low 32 bits of a wide one, or the bytes. */
  readonly value: Code;
  /** High 32 bits of a wide number. */
  readonly high?: Code;
  /** True where it is there; undefined where it always is. */
  readonly present: Code | undefined;
  /** Statements that set a computed field once `size` is known; a checksum's are run behind the others, at the place in `c…`. */
  readonly settle?: Code;
  readonly checksum?: { readonly place: Name; readonly code: Code };
}
