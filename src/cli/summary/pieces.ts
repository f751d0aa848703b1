/** Lines in pieces: text, and what may differ between frames of one shape. */
import type { RawValue } from "../../ir/fields.ts";
import type { Putter } from "../../ir/format-bytes.ts";
import type { Frame } from "../../ir/frame.ts";

/** How a part is told of other frames of the shape. */
export interface PartSlot {
  /** What its text hangs on; undefined where that is more than one value. */
  readonly key: (frame: Frame) => RawValue | undefined;
  readonly text: (frame: Frame, key: RawValue | undefined) => string;
  readonly put?: Putter | undefined;
  /** Bits of the frame that it hangs on, if it hangs on nothing else. */
  readonly from?: { readonly bitOffset: number; readonly bitLength: number } | undefined;
}

export interface Part {
  /** Its text in the frame that it was made of. */
  readonly now: string;
  readonly slot: () => PartSlot;
}

export type Piece = string | Part;

export function lineOf(pieces: readonly Piece[]): string {
  let line = "";
  for (const piece of pieces) line += typeof piece === "string" ? piece : piece.now;
  return line;
}

/** The line in other frames of the shape. */
export function lineMaker(pieces: readonly Piece[]): (frame: Frame) => string {
  const makers = pieces.map((piece) => {
    if (typeof piece === "string") return (): string => piece;
    const { key, text } = piece.slot();
    return (frame: Frame): string => text(frame, key(frame));
  });
  return (frame) => {
    let line = "";
    for (const make of makers) line += make(frame);
    return line;
  };
}
