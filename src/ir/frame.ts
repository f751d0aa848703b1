/** One captured frame, as every reader delivers it and every dissector takes it. */
export interface Frame {
  /** The captured bytes, from the link-layer header on. May be a view of a buffer that the next frame reuses. */
  readonly data: Uint8Array;
  /** 1-based position in its capture. */
  readonly number: number;
  /** Nanoseconds since the Unix epoch; undefined for a pcapng Simple Packet Block, which carries no time. */
  readonly timestamp: bigint | undefined;
  /** Bytes in the file, `data.length`. */
  readonly capturedLength: number;
  /** Bytes on the wire. */
  readonly originalLength: number;
  /** LINKTYPE_ value (tcpdump.org registry). */
  readonly linkType: number;
  /** Index of the pcapng interface within its section; undefined for pcap. */
  readonly interfaceId?: number | undefined;
  /** 1-based pcapng section; undefined for pcap. */
  readonly sectionNumber?: number | undefined;
  readonly interfaceName?: string | undefined;
  readonly interfaceDescription?: string | undefined;
  /** pcapng comments of this packet, in file order. */
  readonly comments?: readonly string[] | undefined;
  /** pcapng packet flags word. */
  readonly flags?: number | undefined;
  /** pcapng options of this packet, in file order: integers little-endian, whatever the file's byte order. */
  readonly options?: readonly { readonly code: number; readonly value: Uint8Array }[] | undefined;
  /** Where the record's data begin in the (uncompressed) file. */
  readonly fileOffset?: number | undefined;
}

/**
 * Bytes as a frame of their own: number 1, captured whole, at the epoch.
 *
 * @param linkType - LINKTYPE_ value: 1 (the default) is Ethernet, 101 raw IP.
 * @example engine.dissect(frameOf(bytes)).get("tcp.srcport")
 */
export function frameOf(data: Uint8Array, linkType = 1): Frame {
  const size = data.length;
  return { data, number: 1, timestamp: 0n, capturedLength: size, originalLength: size, linkType };
}
