// Generated from schemas/arp/ by `npm run generate`. Do not edit.
/** Address Resolution Protocol (RFC 826). Asks for, or tells, the hardware address that belongs to a protocol address. */
export type Arp =
  | ArpEthernetIpv4
  | ArpIpv4
  | ArpEthernet
  | ArpOther;

/** Address Resolution Protocol, form `ethernetIpv4` (RFC 826). */
export interface ArpEthernetIpv4 {
  readonly variant: "ethernetIpv4";
  /** Hardware type: u16. */
  readonly hardwareType: number;
  /** Protocol type: u16. */
  readonly protocolType: number;
  /** Hardware size: u8. */
  readonly hardwareSize: number;
  /** Protocol size: u8. */
  readonly protocolSize: number;
  /** Operation: u16. */
  readonly operation: number;
  /** Sender MAC address: ether. */
  readonly senderMac: string;
  /** Sender IP address: ipv4. */
  readonly senderIp: string;
  /** Target MAC address: ether. */
  readonly targetMac: string;
  /** Target IP address: ipv4. */
  readonly targetIp: string;
}

/** Address Resolution Protocol, form `ipv4` (RFC 826). */
export interface ArpIpv4 {
  readonly variant: "ipv4";
  /** Hardware type: u16. */
  readonly hardwareType: number;
  /** Protocol type: u16. */
  readonly protocolType: number;
  /** Hardware size: u8. */
  readonly hardwareSize: number;
  /** Protocol size: u8. */
  readonly protocolSize: number;
  /** Operation: u16. */
  readonly operation: number;
  /** Sender hardware: bytes (hardwareSize bytes). */
  readonly senderHardware: Uint8Array;
  /** Sender IP address: ipv4. */
  readonly senderIp: string;
  /** Target hardware: bytes (hardwareSize bytes). */
  readonly targetHardware: Uint8Array;
  /** Target IP address: ipv4. */
  readonly targetIp: string;
}

/** Address Resolution Protocol, form `ethernet` (RFC 826). */
export interface ArpEthernet {
  readonly variant: "ethernet";
  /** Hardware type: u16. */
  readonly hardwareType: number;
  /** Protocol type: u16. */
  readonly protocolType: number;
  /** Hardware size: u8. */
  readonly hardwareSize: number;
  /** Protocol size: u8. */
  readonly protocolSize: number;
  /** Operation: u16. */
  readonly operation: number;
  /** Sender MAC address: ether. */
  readonly senderMac: string;
  /** Sender protocol: bytes (protocolSize bytes). */
  readonly senderProtocol: Uint8Array;
  /** Target MAC address: ether. */
  readonly targetMac: string;
  /** Target protocol: bytes (protocolSize bytes). */
  readonly targetProtocol: Uint8Array;
}

/** Address Resolution Protocol, form `other` (RFC 826). */
export interface ArpOther {
  readonly variant: "other";
  /** Hardware type: u16. */
  readonly hardwareType: number;
  /** Protocol type: u16. */
  readonly protocolType: number;
  /** Hardware size: u8. */
  readonly hardwareSize: number;
  /** Protocol size: u8. */
  readonly protocolSize: number;
  /** Operation: u16. */
  readonly operation: number;
  /** Sender hardware: bytes (hardwareSize bytes). */
  readonly senderHardware: Uint8Array;
  /** Sender protocol: bytes (protocolSize bytes). */
  readonly senderProtocol: Uint8Array;
  /** Target hardware: bytes (hardwareSize bytes). */
  readonly targetHardware: Uint8Array;
  /** Target protocol: bytes (protocolSize bytes). */
  readonly targetProtocol: Uint8Array;
}

/** Types of the arp schemas by id. */
export interface ArpShapes {
  readonly "arp": Arp;
}
