// Generated from schemas/ip/ by `npm run generate`. Do not edit.
import type { Problem } from "../../src/plugin.ts";

/** One entry of a region of options, in wire order. */
interface OptionEntry {
  readonly id: string;
  readonly value?: Readonly<Record<string, unknown>>;
  readonly raw?: Uint8Array;
  readonly problems?: readonly Problem[];
}

/** Authentication Header (RFC 4302 section 2). Integrity check over the packet, without encryption. */
export interface Ah {
  /** Next header: u8; derived on writing if absent. */
  readonly nextHeader: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Reserved: bytes (2 bytes). */
  readonly reserved: Uint8Array;
  /** SPI: u32. */
  readonly spi: number;
  /** Sequence: u32. */
  readonly sequence: number;
  /** ICV: bytes (the rest). */
  readonly icv: Uint8Array;
}

/** Commercial security (draft-ietf-cipso-ipsecurity-01; FIPS 188). Sensitivity label: domain of interpretation, then tags; the first one is read. */
export type IpCipso =
  | IpCipsoLevel
  | IpCipsoOther;

/** Commercial security, form `level` (draft-ietf-cipso-ipsecurity-01; FIPS 188). */
export interface IpCipsoLevel {
  readonly variant: "level";
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** DOI: u32. */
  readonly doi: number;
  /** Tag type: u8. */
  readonly tagType: number;
  /** Tag length: u8. */
  readonly tagLength: number;
  /** Alignment: u8; reserved: sent as 0. */
  readonly alignment: number;
  /** Sensitivity level: u8. */
  readonly level: number;
  /** Categories: bytes (tagLength − 4 bytes). */
  readonly categories: Uint8Array;
  /** More tags: bytes (the rest). */
  readonly moreTags: Uint8Array;
}

/** Commercial security, form `other` (draft-ietf-cipso-ipsecurity-01; FIPS 188). */
export interface IpCipsoOther {
  readonly variant: "other";
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** DOI: u32. */
  readonly doi: number;
  /** Tag type: u8. */
  readonly tagType: number;
  /** Tag length: u8. */
  readonly tagLength: number;
  /** Tags: bytes (the rest). */
  readonly tags: Uint8Array;
}

/** Extended security (RFC 1108 section 3). Additional security information in a format of its own. */
export interface IpExtendedSecurity {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Format code: u8. */
  readonly formatCode: number;
  /** Information: bytes (the rest). */
  readonly information: Uint8Array;
}

/** Generic Routing Encapsulation (RFC 2784; RFC 2890; RFC 2637 section 4.1 (version 1)). Carries any protocol that has an Ethernet type; checksum, key and number if the flags say so. */
export type Gre =
  | GreStandard
  | GreEnhanced
  | GreOther;

/** Generic Routing Encapsulation, form `standard` (RFC 2784; RFC 2890; RFC 2637 section 4.1 (version 1)). */
export interface GreStandard {
  readonly variant: "standard";
  /** Checksum present: flag. */
  readonly checksumPresent: boolean;
  /** Routing present: flag. */
  readonly routingPresent: boolean;
  /** Key present: flag. */
  readonly keyPresent: boolean;
  /** Sequence present: flag. */
  readonly sequencePresent: boolean;
  /** Strict source route: flag. */
  readonly strictSourceRoute: boolean;
  /** Recursion: 3 bits. */
  readonly recursion: number;
  /** Reserved: 5 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Version: 3 bits. */
  readonly version: number;
  /** Protocol: u16; derived on writing if absent. */
  readonly protocol: number;
  /** Checksum: u16; if checksumPresent; derived on writing if absent. */
  readonly checksum?: number;
  /** Offset: u16; if checksumPresent. */
  readonly offset?: number;
  /** Key: u32; if keyPresent. */
  readonly key?: number;
  /** Sequence: u32; if sequencePresent. */
  readonly sequence?: number;
}

/** Generic Routing Encapsulation, form `enhanced` (RFC 2784; RFC 2890; RFC 2637 section 4.1 (version 1)). */
export interface GreEnhanced {
  readonly variant: "enhanced";
  /** Checksum present: flag. */
  readonly checksumPresent: boolean;
  /** Routing present: flag. */
  readonly routingPresent: boolean;
  /** Key present: flag. */
  readonly keyPresent: boolean;
  /** Sequence present: flag. */
  readonly sequencePresent: boolean;
  /** Strict source route: flag. */
  readonly strictSourceRoute: boolean;
  /** Recursion: 3 bits. */
  readonly recursion: number;
  /** Ack present: flag. */
  readonly ackPresent: boolean;
  /** Reserved: 4 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Version: 3 bits. */
  readonly version: number;
  /** Protocol: u16; derived on writing if absent. */
  readonly protocol: number;
  /** Payload length: u16; if keyPresent. */
  readonly payloadLength?: number;
  /** Call ID: u16; if keyPresent. */
  readonly callId?: number;
  /** Sequence: u32; if sequencePresent. */
  readonly sequence?: number;
  /** Acknowledgment: u32; if ackPresent. */
  readonly acknowledgment?: number;
}

/** Generic Routing Encapsulation, form `other` (RFC 2784; RFC 2890; RFC 2637 section 4.1 (version 1)). */
export interface GreOther {
  readonly variant: "other";
  /** Checksum present: flag. */
  readonly checksumPresent: boolean;
  /** Routing present: flag. */
  readonly routingPresent: boolean;
  /** Key present: flag. */
  readonly keyPresent: boolean;
  /** Sequence present: flag. */
  readonly sequencePresent: boolean;
  /** Strict source route: flag. */
  readonly strictSourceRoute: boolean;
  /** Recursion: 3 bits. */
  readonly recursion: number;
  /** Reserved: 5 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Version: 3 bits. */
  readonly version: number;
  /** Protocol: u16; derived on writing if absent. */
  readonly protocol: number;
}

/** Internet Protocol Version 4 (RFC 791 section 3.1). Addresses, lifetime, fragmentation and the protocol of the payload. */
export interface Ipv4 {
  /** Version: 4 bits. */
  readonly version: number;
  /** Header length: 4 bits, 4 × raw; derived on writing if absent. */
  readonly headerLength: number;
  /** DSCP: 6 bits. */
  readonly dscp: number;
  /** ECN: 2 bits. RFC 3168 section 5. */
  readonly ecn: number;
  /** Total length: u16; derived on writing if absent. */
  readonly totalLength: number;
  /** Identification: u16. */
  readonly identification: number;
  /** Reserved bit: flag. */
  readonly reservedBit: boolean;
  /** Dont fragment: flag. */
  readonly dontFragment: boolean;
  /** More fragments: flag. */
  readonly moreFragments: boolean;
  /** Fragment Offset (units of 8 bytes): 13 bits. */
  readonly fragmentOffset: number;
  /** Time to live: u8. */
  readonly timeToLive: number;
  /** Protocol: u8; derived on writing if absent. */
  readonly protocol: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Source: ipv4. */
  readonly source: string;
  /** Destination: ipv4. */
  readonly destination: string;
  /** Options: options (the rest). */
  readonly options: readonly OptionEntry[];
}

/** Common architecture label (CALIPSO) (RFC 5570 section 5.1). Sensitivity label: domain of interpretation, level and compartments. */
export interface Ipv6Calipso {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Domain of interpretation: u32. */
  readonly doi: number;
  /** Words of the compartments' bits: u8. */
  readonly words: number;
  /** Sensitivity level: u8. */
  readonly level: number;
  /** CRC-16 of the option: u16. */
  readonly checksum: number;
  /** Bits of compartments: bytes (4 × words bytes). */
  readonly compartments: Uint8Array;
  /** Bytes behind what the option may have: bytes (the rest). */
  readonly unknown: Uint8Array;
}

/** Depth-first forwarding (RFC 6971 section 13). Finds loops where packets are sent back to try another way. */
export interface Ipv6DepthFirstForwarding {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Version: 2 bits. */
  readonly version: number;
  /** Duplicate: flag. */
  readonly duplicate: boolean;
  /** Returned: flag. */
  readonly returned: boolean;
  /** Reserved: 4 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Sequence number: u16. */
  readonly sequence: number;
}

/** IPv6 destination options (RFC 8200 section 4.6). Options for the receiver. */
export interface Ipv6DestinationOptions {
  /** Next header: u8; derived on writing if absent. */
  readonly nextHeader: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Options: options (the rest). */
  readonly options: readonly OptionEntry[];
}

/** Performance and diagnostic metrics (RFC 8250 section 3.2). Running numbers and times between packets, from which both ends' delays can be told. */
export interface Ipv6DiagnosticMetrics {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Scale of the time since the last packet was received: u8. */
  readonly scaleLastReceived: number;
  /** Scale of the time since the last packet was sent: u8. */
  readonly scaleLastSent: number;
  /** Number of this packet: u16. */
  readonly packet: number;
  /** Number of the packet received last: u16. */
  readonly lastReceived: number;
  /** Time since the last packet was received: u16. */
  readonly deltaLastReceived: number;
  /** Time since the last packet was sent: u16. */
  readonly deltaLastSent: number;
}

/** Duplicate detection of multicast forwarding (RFC 6621 section 6.1.1). Identifies packets that were seen before: by a number of a tagger, or by what makes their hash unique. */
export type Ipv6DuplicateDetection =
  | Ipv6DuplicateDetectionTagged
  | Ipv6DuplicateDetectionHash;

/** Duplicate detection of multicast forwarding, form `tagged` (RFC 6621 section 6.1.1). */
export interface Ipv6DuplicateDetectionTagged {
  readonly variant: "tagged";
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Hashed: flag. */
  readonly hashed: boolean;
  /** Tagger type: 3 bits. */
  readonly taggerType: number;
  /** Length of the tagger, less one: 4 bits. */
  readonly taggerLength: number;
  /** Tagger and identifier: bytes (the rest). */
  readonly identifier: Uint8Array;
}

/** Duplicate detection of multicast forwarding, form `hash` (RFC 6621 section 6.1.1). */
export interface Ipv6DuplicateDetectionHash {
  readonly variant: "hash";
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Hashed: flag. */
  readonly hashed: boolean;
  /** First bits of the hash assist value: 7 bits. */
  readonly assist: number;
  /** Rest of the hash assist value: bytes (the rest). */
  readonly assistRest: Uint8Array;
}

/** Experimental (RFC 4727 section 3.2). For experiments (types 0x1e, 0x3e, 0x5e and so on). */
export interface Ipv6Experimental {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Data: bytes (the rest). */
  readonly data: Uint8Array;
}

/** IPv6 fragment header (RFC 8200 section 4.5). Place of a fragment in the original packet. */
export interface Ipv6Fragment {
  /** Next header: u8; derived on writing if absent. */
  readonly nextHeader: number;
  /** Reserved: u8; reserved: sent as 0. */
  readonly reserved: number;
  /** Offset (units of 8 bytes): 13 bits. */
  readonly offset: number;
  /** Reserved bits: 2 bits; reserved: sent as 0. */
  readonly reservedBits: number;
  /** More fragments: flag. */
  readonly moreFragments: boolean;
  /** Identification: u32. */
  readonly identification: number;
}

/** Home address (RFC 6275 section 6.3). Home address of a mobile node. */
export interface Ipv6HomeAddress {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Address: ipv6. */
  readonly address: string;
}

/** IPv6 hop-by-hop options (RFC 8200 section 4.3). Options for every router on the way. */
export interface Ipv6HopByHop {
  /** Next header: u8; derived on writing if absent. */
  readonly nextHeader: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Options: options (the rest). */
  readonly options: readonly OptionEntry[];
}

/** ILNP nonce (RFC 6744 section 2). Ties packets of the Identifier-Locator Network Protocol to their session. */
export interface Ipv6IlnpNonce {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Nonce: bytes (the rest). */
  readonly nonce: Uint8Array;
}

/** In-situ telemetry (IOAM) (RFC 9486 section 3). What the nodes on the way write into the packet: traces (RFC 9197 section 4.4), proofs of transit, data for the far end. */
export type Ipv6Ioam =
  | Ipv6IoamTrace
  | Ipv6IoamOther;

/** In-situ telemetry (IOAM), form `trace` (RFC 9486 section 3). */
export interface Ipv6IoamTrace {
  readonly variant: "trace";
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Reserved: u8; reserved: sent as 0. */
  readonly reserved: number;
  /** IOAM option: u8. */
  readonly optionType: number;
  /** Namespace: u16. */
  readonly namespace: number;
  /** Words of a node's data: 5 bits. */
  readonly nodeLength: number;
  /** Overflow: flag. */
  readonly overflow: boolean;
  /** Loopback: flag. */
  readonly loopback: boolean;
  /** Active: flag. */
  readonly active: boolean;
  /** Flag reserved: flag. */
  readonly flagReserved: boolean;
  /** Words that are free: 7 bits. */
  readonly remaining: number;
  /** Hop limit and node: flag. */
  readonly bit0: boolean;
  /** Interfaces: flag. */
  readonly bit1: boolean;
  /** Seconds: flag. */
  readonly bit2: boolean;
  /** Fractions of a second: flag. */
  readonly bit3: boolean;
  /** Delay: flag. */
  readonly bit4: boolean;
  /** Data of the namespace: flag. */
  readonly bit5: boolean;
  /** Length of the queue: flag. */
  readonly bit6: boolean;
  /** Checksum complement: flag. */
  readonly bit7: boolean;
  /** Hop limit and node, wide: flag. */
  readonly bit8: boolean;
  /** Interfaces, wide: flag. */
  readonly bit9: boolean;
  /** Data of the namespace, wide: flag. */
  readonly bit10: boolean;
  /** Use of buffers: flag. */
  readonly bit11: boolean;
  /** Undefined bits: 10 bits. */
  readonly undefinedBits: number;
  /** Opaque data: flag. */
  readonly bit22: boolean;
  /** Type reserved: flag. */
  readonly typeReserved: boolean;
  /** Trace reserved: u8; reserved: sent as 0. */
  readonly traceReserved: number;
  /** Room for more nodes: bytes (4 × remaining bytes). */
  readonly free: Uint8Array;
  /** Data of nodes: bytes (the rest). */
  readonly nodes: Uint8Array;
}

/** In-situ telemetry (IOAM), form `other` (RFC 9486 section 3). */
export interface Ipv6IoamOther {
  readonly variant: "other";
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Reserved: u8; reserved: sent as 0. */
  readonly reserved: number;
  /** IOAM option: u8. */
  readonly optionType: number;
  /** Bytes behind what the option may have: bytes (the rest). */
  readonly unknown: Uint8Array;
}

/** Jumbo payload (RFC 2675 section 2). Length of a payload above 65535 bytes. */
export interface Ipv6Jumbo {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Payload length: u32. */
  readonly payloadLength: number;
}

/** Line identification (RFC 6788 section 7). Names the subscriber's line in tunneled router solicitations. */
export interface Ipv6LineIdentification {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Bytes of the line's name: u8. */
  readonly lineLength: number;
  /** Line: text (lineLength bytes). */
  readonly line: string;
  /** Bytes behind what the option may have: bytes (the rest). */
  readonly unknown: Uint8Array;
}

/** Minimum path MTU (RFC 9268 section 5). Smallest MTU on the way so far, and the one that the other side found. */
export interface Ipv6MinimumMtu {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Min-PMTU: u16. */
  readonly minimum: number;
  /** Rtn-PMTU (without its last bit): 15 bits. */
  readonly returned: number;
  /** R-Flag: flag. */
  readonly returnFlag: boolean;
}

/** Multicast forwarding in low-power networks (MPL) (RFC 7731 section 6.1). Numbers multicast packets of a seed, so that each is forwarded once. */
export type Ipv6MulticastForwarding =
  | Ipv6MulticastForwardingSource
  | Ipv6MulticastForwardingShort
  | Ipv6MulticastForwardingLong
  | Ipv6MulticastForwardingAddress;

/** Multicast forwarding in low-power networks (MPL), form `source` (RFC 7731 section 6.1). */
export interface Ipv6MulticastForwardingSource {
  readonly variant: "source";
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Length of the seed: 2 bits. */
  readonly seedLength: number;
  /** Largest: flag. */
  readonly largest: boolean;
  /** Version: flag. */
  readonly version: boolean;
  /** Reserved: 4 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Sequence: u8. */
  readonly sequence: number;
  /** Bytes behind what the option may have: bytes (the rest). */
  readonly unknown: Uint8Array;
}

/** Multicast forwarding in low-power networks (MPL), form `short` (RFC 7731 section 6.1). */
export interface Ipv6MulticastForwardingShort {
  readonly variant: "short";
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Length of the seed: 2 bits. */
  readonly seedLength: number;
  /** Largest: flag. */
  readonly largest: boolean;
  /** Version: flag. */
  readonly version: boolean;
  /** Reserved: 4 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Sequence: u8. */
  readonly sequence: number;
  /** Seed: bytes (2 bytes). */
  readonly seed: Uint8Array;
  /** Bytes behind what the option may have: bytes (the rest). */
  readonly unknown: Uint8Array;
}

/** Multicast forwarding in low-power networks (MPL), form `long` (RFC 7731 section 6.1). */
export interface Ipv6MulticastForwardingLong {
  readonly variant: "long";
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Length of the seed: 2 bits. */
  readonly seedLength: number;
  /** Largest: flag. */
  readonly largest: boolean;
  /** Version: flag. */
  readonly version: boolean;
  /** Reserved: 4 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Sequence: u8. */
  readonly sequence: number;
  /** Seed: bytes (8 bytes). */
  readonly seed: Uint8Array;
  /** Bytes behind what the option may have: bytes (the rest). */
  readonly unknown: Uint8Array;
}

/** Multicast forwarding in low-power networks (MPL), form `address` (RFC 7731 section 6.1). */
export interface Ipv6MulticastForwardingAddress {
  readonly variant: "address";
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Length of the seed: 2 bits. */
  readonly seedLength: number;
  /** Largest: flag. */
  readonly largest: boolean;
  /** Version: flag. */
  readonly version: boolean;
  /** Reserved: 4 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Sequence: u8. */
  readonly sequence: number;
  /** Seed: bytes (16 bytes). */
  readonly seed: Uint8Array;
  /** Bytes behind what the option may have: bytes (the rest). */
  readonly unknown: Uint8Array;
}

/** IPv6 option (RFC 8200 section 4.2). Type and length of an option in a hop-by-hop or destination options header; the top bits tell what to do when it is unknown. */
export interface Ipv6Option {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Data: bytes (the rest). */
  readonly data: Uint8Array;
}

/** PadN (RFC 8200 section 4.2). Two or more bytes of padding. */
export interface Ipv6PadN {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Padding: bytes (the rest). */
  readonly padding: Uint8Array;
}

/** Pad1 (RFC 8200 section 4.2). One byte of padding. */
export interface Ipv6Pad1 {
  /** Type: u8. */
  readonly type: number;
  /** Pad: bytes (0 bytes). */
  readonly pad: Uint8Array;
}

/** Quick-Start (RFC 4782 section 3.2). Asks routers for a starting rate, or reports the approved one. */
export type Ipv6QuickStart =
  | Ipv6QuickStartRequest
  | Ipv6QuickStartReport
  | Ipv6QuickStartOther;

/** Quick-Start, form `request` (RFC 4782 section 3.2). */
export interface Ipv6QuickStartRequest {
  readonly variant: "request";
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Function: 4 bits. */
  readonly function: number;
  /** Rate: 4 bits. */
  readonly rate: number;
  /** QS TTL: u8. */
  readonly ttl: number;
  /** Nonce: 30 bits. */
  readonly nonce: number;
  /** Reserved: 2 bits; reserved: sent as 0. */
  readonly reserved: number;
}

/** Quick-Start, form `report` (RFC 4782 section 3.2). */
export interface Ipv6QuickStartReport {
  readonly variant: "report";
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Function: 4 bits. */
  readonly function: number;
  /** Rate: 4 bits. */
  readonly rate: number;
  /** Unused: u8. */
  readonly unused: number;
  /** Nonce: 30 bits. */
  readonly nonce: number;
  /** Reserved: 2 bits; reserved: sent as 0. */
  readonly reserved: number;
}

/** Quick-Start, form `other` (RFC 4782 section 3.2). */
export interface Ipv6QuickStartOther {
  readonly variant: "other";
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Function: 4 bits. */
  readonly function: number;
  /** Rate: 4 bits. */
  readonly rate: number;
  /** Data: bytes (the rest). */
  readonly data: Uint8Array;
}

/** Router alert (RFC 2711 section 2.1). Asks routers to look at the packet more closely. */
export interface Ipv6RouterAlert {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Value: u16. */
  readonly value: number;
}

/** IPv6 routing header (RFC 8200 section 4.4). Nodes to visit on the way; the forms differ by type. */
export type Ipv6Routing =
  | Ipv6RoutingSource
  | Ipv6RoutingMobile
  | Ipv6RoutingSegment
  | Ipv6RoutingOther;

/** IPv6 routing header, form `source` (RFC 2460 section 4.4; deprecated by RFC 5095). */
export interface Ipv6RoutingSource {
  readonly variant: "source";
  /** Next header: u8; derived on writing if absent. */
  readonly nextHeader: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Type: u8. */
  readonly type: number;
  /** Segments left: u8. */
  readonly segmentsLeft: number;
  /** Reserved: bytes (4 bytes). */
  readonly reserved: Uint8Array;
  /** Addresses: list of ipv6 (the rest). */
  readonly addresses: readonly string[];
}

/** IPv6 routing header, form `mobile` (RFC 6275 section 6.4). */
export interface Ipv6RoutingMobile {
  readonly variant: "mobile";
  /** Next header: u8; derived on writing if absent. */
  readonly nextHeader: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Type: u8. */
  readonly type: number;
  /** Segments left: u8. */
  readonly segmentsLeft: number;
  /** Reserved: bytes (4 bytes). */
  readonly reserved: Uint8Array;
  /** Home address: ipv6. */
  readonly homeAddress: string;
}

/** IPv6 routing header, form `segment` (RFC 8754 section 2). */
export interface Ipv6RoutingSegment {
  readonly variant: "segment";
  /** Next header: u8; derived on writing if absent. */
  readonly nextHeader: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Type: u8. */
  readonly type: number;
  /** Segments left: u8. */
  readonly segmentsLeft: number;
  /** Last entry: u8. */
  readonly lastEntry: number;
  /** Flags: u8. */
  readonly flags: number;
  /** Tag: bytes (2 bytes). */
  readonly tag: Uint8Array;
  /** Addresses: list of ipv6 (16 × lastEntry + 16 bytes). */
  readonly addresses: readonly string[];
  /** Tlvs: bytes (the rest). */
  readonly tlvs: Uint8Array;
}

/** IPv6 routing header, form `other` (RFC 8200 section 4.4). */
export interface Ipv6RoutingOther {
  readonly variant: "other";
  /** Next header: u8; derived on writing if absent. */
  readonly nextHeader: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Type: u8. */
  readonly type: number;
  /** Segments left: u8. */
  readonly segmentsLeft: number;
  /** Data: bytes (the rest). */
  readonly data: Uint8Array;
}

/** Routing for low-power networks (RPL) (RFC 6553 section 3). Tells routers of a low-power network of loops and of the sender's rank. */
export interface Ipv6Rpl {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Down: flag. */
  readonly down: boolean;
  /** Rank error: flag. */
  readonly rankError: boolean;
  /** Forwarding error: flag. */
  readonly forwardingError: boolean;
  /** Reserved: 5 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** RPL instance: u8. */
  readonly instance: number;
  /** Rank of the sender: u16. */
  readonly senderRank: number;
  /** Bytes behind what the option may have: bytes (the rest). */
  readonly unknown: Uint8Array;
}

/** Tunnel encapsulation limit (RFC 2473 section 4.1.1). How many more tunnels may be entered. */
export interface Ipv6TunnelLimit {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Limit: u8. */
  readonly limit: number;
}

/** Tunnel payload forwarding information (IANA: Destination Options, type 0x41). Tells the end of a tunnel what to do with the payload. */
export interface Ipv6TunnelPayloadForwarding {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Information for the tunnel's end: u32. */
  readonly information: number;
}

/** Internet Protocol Version 6 (RFC 8200 section 3). The fixed header of 40 bytes; extension headers follow as layers of their own. */
export interface Ipv6 {
  /** Version: 4 bits. */
  readonly version: number;
  /** DSCP: 6 bits. */
  readonly dscp: number;
  /** ECN: 2 bits. */
  readonly ecn: number;
  /** Flow label: 20 bits. RFC 6437. */
  readonly flowLabel: number;
  /** Payload length: u16; derived on writing if absent. */
  readonly payloadLength: number;
  /** Next header: u8; derived on writing if absent. */
  readonly nextHeader: number;
  /** Hop limit: u8. */
  readonly hopLimit: number;
  /** Source: ipv6. */
  readonly source: string;
  /** Destination: ipv6. */
  readonly destination: string;
}

/** Loose source route (RFC 791 section 3.1). Addresses that the datagram has to visit, other routers in between allowed. */
export interface IpLooseRoute {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Pointer: u8. */
  readonly pointer: number;
  /** Recorded: list of ipv4 (pointer − 4 bytes). */
  readonly recorded: readonly string[];
  /** Route: list of ipv4 (the rest). */
  readonly route: readonly string[];
}

/** MTU probe (RFC 1063). Smallest MTU on the way so far; obsolete. */
export interface IpMtuProbe {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** MTU: u16. */
  readonly mtu: number;
}

/** MTU reply (RFC 1063). The MTU that a probe found; obsolete. */
export interface IpMtuReply {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** MTU: u16. */
  readonly mtu: number;
}

/** End of options list (RFC 791 section 3.1). Ends the options; what follows is padding. */
export interface IpOptionEnd {
  /** Type: u8. */
  readonly type: number;
}

/** No operation (RFC 791 section 3.1). Aligns the next option. */
export interface IpOptionNop {
  /** Type: u8. */
  readonly type: number;
}

/** IPv4 option (RFC 791 section 3.1). Type (copied flag, class, number) and length of an IPv4 option. */
export interface IpOption {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Data: bytes (the rest). */
  readonly data: Uint8Array;
}

/** Quick-Start (RFC 4782 section 3.1). Asks routers for a starting rate, or reports the approved one. */
export type IpQuickStart =
  | IpQuickStartRequest
  | IpQuickStartReport
  | IpQuickStartOther;

/** Quick-Start, form `request` (RFC 4782 section 3.1). */
export interface IpQuickStartRequest {
  readonly variant: "request";
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Function: 4 bits. */
  readonly function: number;
  /** Rate: 4 bits. */
  readonly rate: number;
  /** QS TTL: u8. */
  readonly ttl: number;
  /** Nonce: 30 bits. */
  readonly nonce: number;
  /** Reserved: 2 bits; reserved: sent as 0. */
  readonly reserved: number;
}

/** Quick-Start, form `report` (RFC 4782 section 3.1). */
export interface IpQuickStartReport {
  readonly variant: "report";
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Function: 4 bits. */
  readonly function: number;
  /** Rate: 4 bits. */
  readonly rate: number;
  /** Unused: u8. */
  readonly unused: number;
  /** Nonce: 30 bits. */
  readonly nonce: number;
  /** Reserved: 2 bits; reserved: sent as 0. */
  readonly reserved: number;
}

/** Quick-Start, form `other` (RFC 4782 section 3.1). */
export interface IpQuickStartOther {
  readonly variant: "other";
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Function: 4 bits. */
  readonly function: number;
  /** Rate: 4 bits. */
  readonly rate: number;
  /** Data: bytes (the rest). */
  readonly data: Uint8Array;
}

/** Record route (RFC 791 section 3.1). Routers write their addresses here; the pointer (from 1) tells where the next one goes. */
export interface IpRecordRoute {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Pointer: u8. */
  readonly pointer: number;
  /** Recorded: list of ipv4 (pointer − 4 bytes). */
  readonly recorded: readonly string[];
  /** Free: list of ipv4 (the rest). */
  readonly free: readonly string[];
}

/** Router alert (RFC 2113 section 2.1). Asks routers to look at the datagram more closely. */
export interface IpRouterAlert {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Value: u16. */
  readonly value: number;
}

/** Security (RFC 791 section 3.1; RFC 1108 section 2). Classification and protection authorities of a datagram. */
export type IpSecurity =
  | IpSecurityRfc791
  | IpSecurityBasic;

/** Security, form `rfc791` (RFC 791 section 3.1). */
export interface IpSecurityRfc791 {
  readonly variant: "rfc791";
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Security: u16. */
  readonly security: number;
  /** Compartments: u16. */
  readonly compartments: number;
  /** Handling: text (2 bytes). */
  readonly handling: string;
  /** Transmission control: text (3 bytes). */
  readonly transmissionControl: string;
}

/** Security, form `basic` (RFC 1108 section 2). */
export interface IpSecurityBasic {
  readonly variant: "basic";
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Classification: u8. */
  readonly classification: number;
  /** Authorities: list of { authority group of genser, siopEsi, sci, nsa, doe, unassigned, moreOctets } (the rest). */
  readonly authorities: readonly { readonly genser: boolean; readonly siopEsi: boolean; readonly sci: boolean; readonly nsa: boolean; readonly doe: boolean; readonly unassigned: number; readonly moreOctets: boolean }[];
}

/** Stream identifier (RFC 791 section 3.1). SATNET stream; deprecated by RFC 6814. */
export interface IpStreamId {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Stream ID: u16. */
  readonly streamId: number;
}

/** Strict source route (RFC 791 section 3.1). Addresses that the datagram has to visit, one directly behind the other. */
export interface IpStrictRoute {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Pointer: u8. */
  readonly pointer: number;
  /** Recorded: list of ipv4 (pointer − 4 bytes). */
  readonly recorded: readonly string[];
  /** Route: list of ipv4 (the rest). */
  readonly route: readonly string[];
}

/** Internet timestamp (RFC 791 section 3.1). Routers write the time (milliseconds since midnight UT), with their addresses if asked to. */
export type IpTimestamp =
  | IpTimestampTimes
  | IpTimestampAddressed
  | IpTimestampOther;

/** Internet timestamp, form `times` (RFC 791 section 3.1). */
export interface IpTimestampTimes {
  readonly variant: "times";
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Pointer: u8. */
  readonly pointer: number;
  /** Overflow: 4 bits. */
  readonly overflow: number;
  /** Flag: 4 bits. */
  readonly flag: number;
  /** Timestamps: list of u32 (the rest). */
  readonly timestamps: readonly number[];
}

/** Internet timestamp, form `addressed` (RFC 791 section 3.1). */
export interface IpTimestampAddressed {
  readonly variant: "addressed";
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Pointer: u8. */
  readonly pointer: number;
  /** Overflow: 4 bits. */
  readonly overflow: number;
  /** Flag: 4 bits. */
  readonly flag: number;
  /** Entries: list of { address ipv4, timestamp u32 } (the rest). */
  readonly entries: readonly { readonly address: string; readonly timestamp: number }[];
}

/** Internet timestamp, form `other` (RFC 791 section 3.1). */
export interface IpTimestampOther {
  readonly variant: "other";
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Pointer: u8. */
  readonly pointer: number;
  /** Overflow: 4 bits. */
  readonly overflow: number;
  /** Flag: 4 bits. */
  readonly flag: number;
  /** Data: bytes (the rest). */
  readonly data: Uint8Array;
}

/** Traceroute (RFC 1393 section 2.2). Makes routers report each hop; deprecated by RFC 6814. */
export interface IpTraceroute {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Identifier: u16. */
  readonly identifier: number;
  /** Outbound hops: u16. */
  readonly outboundHops: number;
  /** Return hops: u16. */
  readonly returnHops: number;
  /** Originator: ipv4. */
  readonly originator: string;
}

/** Types of the ip schemas by id. */
export interface IpShapes {
  readonly "ah": Ah;
  readonly "ip.cipso": IpCipso;
  readonly "ip.extendedSecurity": IpExtendedSecurity;
  readonly "gre": Gre;
  readonly "ipv4": Ipv4;
  readonly "ipv6.calipso": Ipv6Calipso;
  readonly "ipv6.depthFirstForwarding": Ipv6DepthFirstForwarding;
  readonly "ipv6.destinationOptions": Ipv6DestinationOptions;
  readonly "ipv6.diagnosticMetrics": Ipv6DiagnosticMetrics;
  readonly "ipv6.duplicateDetection": Ipv6DuplicateDetection;
  readonly "ipv6.experimental": Ipv6Experimental;
  readonly "ipv6.fragment": Ipv6Fragment;
  readonly "ipv6.homeAddress": Ipv6HomeAddress;
  readonly "ipv6.hopByHop": Ipv6HopByHop;
  readonly "ipv6.ilnpNonce": Ipv6IlnpNonce;
  readonly "ipv6.ioam": Ipv6Ioam;
  readonly "ipv6.jumbo": Ipv6Jumbo;
  readonly "ipv6.lineIdentification": Ipv6LineIdentification;
  readonly "ipv6.minimumMtu": Ipv6MinimumMtu;
  readonly "ipv6.multicastForwarding": Ipv6MulticastForwarding;
  readonly "ipv6.option": Ipv6Option;
  readonly "ipv6.padN": Ipv6PadN;
  readonly "ipv6.pad1": Ipv6Pad1;
  readonly "ipv6.quickStart": Ipv6QuickStart;
  readonly "ipv6.routerAlert": Ipv6RouterAlert;
  readonly "ipv6.routing": Ipv6Routing;
  readonly "ipv6.rpl": Ipv6Rpl;
  readonly "ipv6.tunnelLimit": Ipv6TunnelLimit;
  readonly "ipv6.tunnelPayloadForwarding": Ipv6TunnelPayloadForwarding;
  readonly "ipv6": Ipv6;
  readonly "ip.looseRoute": IpLooseRoute;
  readonly "ip.mtuProbe": IpMtuProbe;
  readonly "ip.mtuReply": IpMtuReply;
  readonly "ip.optionEnd": IpOptionEnd;
  readonly "ip.optionNop": IpOptionNop;
  readonly "ip.option": IpOption;
  readonly "ip.quickStart": IpQuickStart;
  readonly "ip.recordRoute": IpRecordRoute;
  readonly "ip.routerAlert": IpRouterAlert;
  readonly "ip.security": IpSecurity;
  readonly "ip.streamId": IpStreamId;
  readonly "ip.strictRoute": IpStrictRoute;
  readonly "ip.timestamp": IpTimestamp;
  readonly "ip.traceroute": IpTraceroute;
}
