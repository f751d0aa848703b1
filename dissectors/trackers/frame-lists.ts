/** Frames that later ones refer to, for a second reading: what each was referred to by. */
import { BoundedMap, type Touchable } from "./bounded-map.ts";

/** Later frames that are kept for one. */
const MOST = 64;

interface List extends Touchable {
  readonly frames: number[];
}

export class FrameLists {
  readonly #lists: BoundedMap<number, List>;

  constructor(limit: number) {
    this.#lists = new BoundedMap(limit);
  }

  /** How many frames were dropped. */
  get forgotten(): number {
    return this.#lists.forgotten;
  }

  /** Frame `later` refers to frame `frame`. The first {@link MOST} are kept. */
  add(frame: number, later: number): void {
    const list = this.#lists.get(frame);
    if (list === undefined) this.#lists.set(frame, { frames: [later], touched: false });
    else if (list.frames.length < MOST) list.frames.push(later);
  }

  /** The frames that refer to a frame, in order. */
  of(frame: number): readonly number[] {
    return this.#lists.get(frame)?.frames ?? [];
  }
}
