/** Addresses of a connection by their identifiers: announced, confirmed, used, removed (RFC 8684 section 3.4). */
import type { AddressAnalysis, Side } from "./types.ts";

/** An identifier may be given again after its removal; addresses that are kept of one connection. */
const MOST = 1024;

type Mutable = { -readonly [K in keyof AddressAnalysis]: AddressAnalysis[K] } & { streams: number[] };

export class AddressBook {
  readonly #records: Mutable[] = [];
  /** Addresses that were not kept. */
  dropped = 0;

  /** ADD_ADDR of `side`; sent again until it is confirmed. */
  announce(side: Side, id: number, address: string, port: number | undefined, frame: number): void {
    const record = this.#current(side, id, address);
    record.address = address;
    record.port = port ?? record.port;
    record.announcedIn ??= frame;
    record.announcements++;
  }

  /** The other side sent the ADD_ADDR back. */
  confirm(side: Side, id: number, address: string, frame: number): void {
    const record = this.#latest(side, id) ?? this.#begin(side, id);
    record.address ??= address;
    record.confirmedIn ??= frame;
  }

  /** A subflow begins or ends at the address. */
  use(side: Side, id: number, address: string, stream: number): void {
    const record = this.#current(side, id, undefined);
    record.address ??= address;
    if (!record.streams.includes(stream)) record.streams.push(stream);
  }

  /** REMOVE_ADDR of `side`. */
  remove(side: Side, id: number, frame: number): void {
    const record = this.#latest(side, id) ?? this.#begin(side, id);
    record.removedIn ??= frame;
  }

  #latest(side: Side, id: number): Mutable | undefined {
    return this.#records.findLast((one) => one.side === side && one.id === id);
  }

  /** The identifier's address, or a new one where it was removed or announced with another address. */
  #current(side: Side, id: number, address: string | undefined): Mutable {
    const latest = this.#latest(side, id);
    const another = address !== undefined && latest?.announcedIn !== undefined && latest.address !== address;
    return latest === undefined || latest.removedIn !== undefined || another ? this.#begin(side, id) : latest;
  }

  #begin(side: Side, id: number): Mutable {
    const record: Mutable = {
      side,
      id,
      address: undefined,
      port: undefined,
      announcedIn: undefined,
      announcements: 0,
      confirmedIn: undefined,
      streams: [],
      removedIn: undefined,
    };
    if (this.#records.length < MOST) this.#records.push(record);
    else this.dropped++;
    return record;
  }

  /** `turned`: the other's sides are the other way round. */
  takeOver(other: AddressBook, turned: boolean): void {
    for (const record of other.#records)
      this.#records.push(turned ? { ...record, side: record.side === 0 ? 1 : 0 } : record);
  }

  /** By side and identifier, in the order in which they came up. */
  get result(): readonly AddressAnalysis[] {
    return this.#records.toSorted((a, b) => a.side - b.side || a.id - b.id);
  }
}
