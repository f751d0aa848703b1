// Generated from schemas/udp/ by `npm run generate`. Do not edit.
/** User Datagram Protocol (RFC 768). Ports, length and a checksum that IPv4 may leave out. */
export interface Udp {
  /** Source port: u16. */
  readonly sourcePort: number;
  /** Destination port: u16. */
  readonly destinationPort: number;
  /** Length: u16; derived on writing if absent. */
  readonly length: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
}

/** Types of the udp schemas by id. */
export interface UdpShapes {
  readonly "udp": Udp;
}
