/** Layer numbers for `#`: a count for each protocol, and the number of the one opened last. */
export class Numbering {
  readonly #counts = new Map<string, number>();
  /** Wireshark does not restore the number when an inner dissector returns: what follows in the outer one carries it too. */
  current = 1;

  open(protocol: string): number {
    this.current = (this.#counts.get(protocol) ?? 0) + 1;
    this.#counts.set(protocol, this.current);
    return this.current;
  }
}
