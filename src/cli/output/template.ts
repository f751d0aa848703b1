/** The text of frames whose trees are alike: what is the same in all of them is kept as a whole, the rest is filled in. */
import type { Shown } from "./shown.ts";

/** What differs from frame to frame. */
export type Slot = (shown: Shown) => string;

/** A sum of strings is put together anew each time that it is written; the copy of it is not. */
export function flat(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}

/** Collects the pieces of a template. Texts are latin1. */
export class Recorder {
  /** The texts before each slot, and behind the last one. */
  readonly #texts: string[] = [""];
  readonly #slots: Slot[] = [];

  text(text: string): void {
    const last = this.#texts.length - 1;
    this.#texts[last] = `${this.#texts[last]}${text}`;
  }

  slot(slot: Slot): void {
    this.#slots.push(slot);
    this.#texts.push("");
  }

  /** What was collected, as one slot. */
  finish(): Slot {
    const slots = this.#slots;
    const [first = "", ...behind] = this.#texts.map(flat);
    return (shown) => {
      let text = first;
      for (let index = 0; index < slots.length; index++) {
        text += (slots[index] as Slot)(shown); // below the length
        text += behind[index] as string; // one behind each
      }
      return text;
    };
  }
}
