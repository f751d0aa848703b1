// Generated from schemas/link/ by `npm run generate`. Do not edit.
/** OpenBSD loopback (LINKTYPE_LOOP). The address family as a number in network byte order. */
export interface Loopback {
  /** Family: u32; derived on writing if absent. */
  readonly family: number;
}

/** BSD loopback (LINKTYPE_NULL). The address family as a number in the byte order of the machine that captured. */
export type Null =
  | NullLittle
  | NullBig
  | NullType
  | NullOther;

/** BSD loopback, form `little` (LINKTYPE_NULL). */
export interface NullLittle {
  readonly variant: "little";
  /** Family: u32, little-endian; derived on writing if absent. */
  readonly family: number;
}

/** BSD loopback, form `big` (LINKTYPE_NULL). */
export interface NullBig {
  readonly variant: "big";
  /** Family: u32; derived on writing if absent. */
  readonly family: number;
}

/** BSD loopback, form `type` (LINKTYPE_NULL). */
export interface NullType {
  readonly variant: "type";
  /** Type: u32; derived on writing if absent. */
  readonly type: number;
}

/** BSD loopback, form `other` (LINKTYPE_NULL). */
export interface NullOther {
  readonly variant: "other";
  /** Family: u32. */
  readonly family: number;
}

/** PKTAP (Apple XNU net/pktap.h). Interface and process that a packet belongs to, as macOS tells it, before the packet with its own link-layer header. */
export interface Pktap {
  /** Header length: u32, little-endian; derived on writing if absent. */
  readonly headerLength: number;
  /** Record type: u32, little-endian. */
  readonly recordType: number;
  /** DLT: u32, little-endian; derived on writing if absent. */
  readonly linkType: number;
  /** Interface name: text (24 bytes). */
  readonly interfaceName: string;
  /** Flags: u32, little-endian. */
  readonly flags: number;
  /** Protocol family: u32, little-endian. */
  readonly protocolFamily: number;
  /** Link header length: u32, little-endian. */
  readonly linkHeaderLength: number;
  /** Link trailer length: u32, little-endian. */
  readonly linkTrailerLength: number;
  /** Process ID: u32, little-endian. */
  readonly processId: number;
  /** Command: text (20 bytes). */
  readonly command: string;
  /** Service class: u32, little-endian. */
  readonly serviceClass: number;
  /** Interface type: u16, little-endian. */
  readonly interfaceType: number;
  /** Interface unit: u16, little-endian. */
  readonly interfaceUnit: number;
  /** Effective process ID: u32, little-endian. */
  readonly effectiveProcessId: number;
  /** Effective command: text (20 bytes). */
  readonly effectiveCommand: string;
  /** Rest: bytes (the rest). */
  readonly rest: Uint8Array;
}

/** Point-to-Point Protocol (RFC 1661 sections 2, 6.5; RFC 1662 section 3.1). The protocol of the payload, with or without HDLC's address and control bytes; in one byte where it is odd and the peers agreed on that. */
export type Ppp =
  | PppHdlcCompressed
  | PppHdlc
  | PppCompressed
  | PppPlain;

/** Point-to-Point Protocol, form `hdlcCompressed` (RFC 1661 sections 2, 6.5; RFC 1662 section 3.1). */
export interface PppHdlcCompressed {
  readonly variant: "hdlcCompressed";
  /** Address: u8. */
  readonly address: number;
  /** Control: u8. */
  readonly control: number;
  /** Protocol: 7 bits, 2 × raw + 1; derived on writing if absent. RFC 1661 section 6.5. */
  readonly protocol: number;
  /** Protocol in one byte: 1 bit. */
  readonly odd: number;
}

/** Point-to-Point Protocol, form `hdlc` (RFC 1661 sections 2, 6.5; RFC 1662 section 3.1). */
export interface PppHdlc {
  readonly variant: "hdlc";
  /** Address: u8. */
  readonly address: number;
  /** Control: u8. */
  readonly control: number;
  /** Protocol: u16; derived on writing if absent. */
  readonly protocol: number;
}

/** Point-to-Point Protocol, form `compressed` (RFC 1661 sections 2, 6.5; RFC 1662 section 3.1). */
export interface PppCompressed {
  readonly variant: "compressed";
  /** Protocol: 7 bits, 2 × raw + 1; derived on writing if absent. RFC 1661 section 6.5. */
  readonly protocol: number;
  /** Protocol in one byte: 1 bit. */
  readonly odd: number;
}

/** Point-to-Point Protocol, form `plain` (RFC 1661 sections 2, 6.5; RFC 1662 section 3.1). */
export interface PppPlain {
  readonly variant: "plain";
  /** Protocol: u16; derived on writing if absent. */
  readonly protocol: number;
}

/** PPP over Ethernet session (RFC 2516 section 4). Session number and length before a PPP frame. */
export interface Pppoe {
  /** Version: 4 bits. */
  readonly version: number;
  /** Type: 4 bits. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Session ID: u16. */
  readonly sessionId: number;
  /** Payload length: u16; derived on writing if absent. */
  readonly payloadLength: number;
}

/** Raw IP (LINKTYPE_RAW). A frame that begins with an IP header; its first four bits tell which one. This header takes no bytes. */
export interface Raw {
}

/** Linux cooked capture v1 (LINKTYPE_LINUX_SLL). What Linux gives in place of the link-layer header when a capture is made on all interfaces at once. */
export type Sll =
  | SllEther
  | SllEtherLink
  | SllIpv4
  | SllIpv4Link
  | SllNone
  | SllNoneLink
  | SllOther
  | SllOtherLink;

/** Linux cooked capture v1, form `ether` (LINKTYPE_LINUX_SLL). */
export interface SllEther {
  readonly variant: "ether";
  /** Packet type: u16. */
  readonly packetType: number;
  /** Link-layer address type: u16. */
  readonly hardwareType: number;
  /** Link-layer address length: u16. */
  readonly addressLength: number;
  /** Source: ether. */
  readonly source: string;
  /** Unused: bytes (2 bytes). */
  readonly unused: Uint8Array;
  /** Protocol: u16; derived on writing if absent. */
  readonly protocol: number;
}

/** Linux cooked capture v1, form `etherLink` (LINKTYPE_LINUX_SLL). */
export interface SllEtherLink {
  readonly variant: "etherLink";
  /** Packet type: u16. */
  readonly packetType: number;
  /** Link-layer address type: u16. */
  readonly hardwareType: number;
  /** Link-layer address length: u16. */
  readonly addressLength: number;
  /** Source: ether. */
  readonly source: string;
  /** Unused: bytes (2 bytes). */
  readonly unused: Uint8Array;
  /** Link protocol: u16; derived on writing if absent. */
  readonly linkProtocol: number;
}

/** Linux cooked capture v1, form `ipv4` (LINKTYPE_LINUX_SLL). */
export interface SllIpv4 {
  readonly variant: "ipv4";
  /** Packet type: u16. */
  readonly packetType: number;
  /** Link-layer address type: u16. */
  readonly hardwareType: number;
  /** Link-layer address length: u16. */
  readonly addressLength: number;
  /** Source: ipv4. */
  readonly source: string;
  /** Unused: bytes (4 bytes). */
  readonly unused: Uint8Array;
  /** Protocol: u16; derived on writing if absent. */
  readonly protocol: number;
}

/** Linux cooked capture v1, form `ipv4Link` (LINKTYPE_LINUX_SLL). */
export interface SllIpv4Link {
  readonly variant: "ipv4Link";
  /** Packet type: u16. */
  readonly packetType: number;
  /** Link-layer address type: u16. */
  readonly hardwareType: number;
  /** Link-layer address length: u16. */
  readonly addressLength: number;
  /** Source: ipv4. */
  readonly source: string;
  /** Unused: bytes (4 bytes). */
  readonly unused: Uint8Array;
  /** Link protocol: u16; derived on writing if absent. */
  readonly linkProtocol: number;
}

/** Linux cooked capture v1, form `none` (LINKTYPE_LINUX_SLL). */
export interface SllNone {
  readonly variant: "none";
  /** Packet type: u16. */
  readonly packetType: number;
  /** Link-layer address type: u16. */
  readonly hardwareType: number;
  /** Link-layer address length: u16. */
  readonly addressLength: number;
  /** Unused: bytes (8 bytes). */
  readonly unused: Uint8Array;
  /** Protocol: u16; derived on writing if absent. */
  readonly protocol: number;
}

/** Linux cooked capture v1, form `noneLink` (LINKTYPE_LINUX_SLL). */
export interface SllNoneLink {
  readonly variant: "noneLink";
  /** Packet type: u16. */
  readonly packetType: number;
  /** Link-layer address type: u16. */
  readonly hardwareType: number;
  /** Link-layer address length: u16. */
  readonly addressLength: number;
  /** Unused: bytes (8 bytes). */
  readonly unused: Uint8Array;
  /** Link protocol: u16; derived on writing if absent. */
  readonly linkProtocol: number;
}

/** Linux cooked capture v1, form `other` (LINKTYPE_LINUX_SLL). */
export interface SllOther {
  readonly variant: "other";
  /** Packet type: u16. */
  readonly packetType: number;
  /** Link-layer address type: u16. */
  readonly hardwareType: number;
  /** Link-layer address length: u16. */
  readonly addressLength: number;
  /** Source: bytes (8 bytes). */
  readonly source: Uint8Array;
  /** Protocol: u16; derived on writing if absent. */
  readonly protocol: number;
}

/** Linux cooked capture v1, form `otherLink` (LINKTYPE_LINUX_SLL). */
export interface SllOtherLink {
  readonly variant: "otherLink";
  /** Packet type: u16. */
  readonly packetType: number;
  /** Link-layer address type: u16. */
  readonly hardwareType: number;
  /** Link-layer address length: u16. */
  readonly addressLength: number;
  /** Source: bytes (8 bytes). */
  readonly source: Uint8Array;
  /** Link protocol: u16; derived on writing if absent. */
  readonly linkProtocol: number;
}

/** Linux cooked capture v2 (LINKTYPE_LINUX_SLL2). As version 1, with the index of the interface. */
export type Sll2 =
  | Sll2Ether
  | Sll2Ipv4
  | Sll2None
  | Sll2Other;

/** Linux cooked capture v2, form `ether` (LINKTYPE_LINUX_SLL2). */
export interface Sll2Ether {
  readonly variant: "ether";
  /** Protocol: u16; derived on writing if absent. */
  readonly protocol: number;
  /** Reserved: u16; reserved: sent as 0. */
  readonly reserved: number;
  /** Interface index: u32. */
  readonly interfaceIndex: number;
  /** Link-layer address type: u16. */
  readonly hardwareType: number;
  /** Packet type: u8. */
  readonly packetType: number;
  /** Link-layer address length: u8. */
  readonly addressLength: number;
  /** Source: ether. */
  readonly source: string;
  /** Unused: bytes (2 bytes). */
  readonly unused: Uint8Array;
}

/** Linux cooked capture v2, form `ipv4` (LINKTYPE_LINUX_SLL2). */
export interface Sll2Ipv4 {
  readonly variant: "ipv4";
  /** Protocol: u16; derived on writing if absent. */
  readonly protocol: number;
  /** Reserved: u16; reserved: sent as 0. */
  readonly reserved: number;
  /** Interface index: u32. */
  readonly interfaceIndex: number;
  /** Link-layer address type: u16. */
  readonly hardwareType: number;
  /** Packet type: u8. */
  readonly packetType: number;
  /** Link-layer address length: u8. */
  readonly addressLength: number;
  /** Source: ipv4. */
  readonly source: string;
  /** Unused: bytes (4 bytes). */
  readonly unused: Uint8Array;
}

/** Linux cooked capture v2, form `none` (LINKTYPE_LINUX_SLL2). */
export interface Sll2None {
  readonly variant: "none";
  /** Protocol: u16; derived on writing if absent. */
  readonly protocol: number;
  /** Reserved: u16; reserved: sent as 0. */
  readonly reserved: number;
  /** Interface index: u32. */
  readonly interfaceIndex: number;
  /** Link-layer address type: u16. */
  readonly hardwareType: number;
  /** Packet type: u8. */
  readonly packetType: number;
  /** Link-layer address length: u8. */
  readonly addressLength: number;
  /** Unused: bytes (8 bytes). */
  readonly unused: Uint8Array;
}

/** Linux cooked capture v2, form `other` (LINKTYPE_LINUX_SLL2). */
export interface Sll2Other {
  readonly variant: "other";
  /** Protocol: u16; derived on writing if absent. */
  readonly protocol: number;
  /** Reserved: u16; reserved: sent as 0. */
  readonly reserved: number;
  /** Interface index: u32. */
  readonly interfaceIndex: number;
  /** Link-layer address type: u16. */
  readonly hardwareType: number;
  /** Packet type: u8. */
  readonly packetType: number;
  /** Link-layer address length: u8. */
  readonly addressLength: number;
  /** Source: bytes (8 bytes). */
  readonly source: Uint8Array;
}

/** Types of the link schemas by id. */
export interface LinkShapes {
  readonly "loopback": Loopback;
  readonly "null": Null;
  readonly "pktap": Pktap;
  readonly "ppp": Ppp;
  readonly "pppoe": Pppoe;
  readonly "raw": Raw;
  readonly "sll": Sll;
  readonly "sll2": Sll2;
}
