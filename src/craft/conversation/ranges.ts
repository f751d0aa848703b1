/** Which bytes of a stream have arrived: the cumulative acknowledgement, and what lies beyond it. */

export interface Range {
  /** First byte. */
  readonly left: number;
  /** First byte behind. */
  readonly right: number;
}

interface Block extends Range {
  readonly age: number;
}

export class ReceivedRanges {
  /** First byte that has not arrived: what an acknowledgement says. */
  next: number;
  #blocks: Block[] = [];
  #clock = 0;

  constructor(next: number) {
    this.next = next;
  }

  /** Bytes arrive; true if they were new, or in part. */
  add(left: number, right: number): boolean {
    if (right <= left || right <= this.next) return false;
    const covered = this.#blocks.some((block) => block.left <= left && right <= block.right);
    let merged: Range = { left: Math.max(left, this.next), right };
    const apart: Block[] = [];
    for (const block of this.#blocks) {
      if (block.right < merged.left || merged.right < block.left) apart.push(block);
      else merged = { left: Math.min(merged.left, block.left), right: Math.max(merged.right, block.right) };
    }
    if (merged.left <= this.next) {
      this.next = Math.max(this.next, merged.right);
      this.#blocks = apart;
    } else this.#blocks = [...apart, { ...merged, age: ++this.#clock }];
    return !covered;
  }

  /** Something has arrived beyond a hole. */
  get hasHoles(): boolean {
    return this.#blocks.length > 0;
  }

  /** Ranges beyond the hole, the one that changed last first (RFC 2018 section 4). */
  blocks(): readonly Range[] {
    return this.#blocks.toSorted((a, b) => b.age - a.age).map(({ left, right }) => ({ left, right }));
  }
}
