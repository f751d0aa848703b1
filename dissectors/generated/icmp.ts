// Generated from schemas/icmp/ by `npm run generate`. Do not edit.
import type { Problem } from "../../src/plugin.ts";

/** One entry of a region of options, in wire order. */
interface OptionEntry {
  readonly id: string;
  readonly value?: Readonly<Record<string, unknown>>;
  readonly raw?: Uint8Array;
  readonly problems?: readonly Problem[];
}

/** ICMP extension object (RFC 4884 section 8). Length with its own header, class, and a type whose bits some classes read one by one. */
export interface IcmpExtension {
  /** Length: u16; derived on writing if absent. */
  readonly length: number;
  /** Class: u8. */
  readonly class: number;
  /** Role: 2 bits. RFC 5837 section 4.2. */
  readonly role: number;
  /** Reserved: 2 bits. */
  readonly typeReserved: number;
  /** Interface index is there: flag. */
  readonly hasIndex: boolean;
  /** Address is there: flag. */
  readonly hasAddress: boolean;
  /** Name is there: flag. */
  readonly hasName: boolean;
  /** MTU is there: flag. */
  readonly hasMtu: boolean;
  /** Data: bytes (the rest). */
  readonly data: Uint8Array;
}

/** Internet Control Message Protocol (RFC 792). Errors about a datagram, which is quoted, and questions to a host. */
export type Icmp =
  | IcmpEcho
  | IcmpFragmentationNeeded
  | IcmpErrorWithLength
  | IcmpError
  | IcmpSourceQuench
  | IcmpRedirect
  | IcmpParameterProblemWithLength
  | IcmpParameterProblem
  | IcmpRouterAdvertisement
  | IcmpRouterSolicitation
  | IcmpTimestamp
  | IcmpInformation
  | IcmpAddressMask
  | IcmpExtendedEcho
  | IcmpExtendedEchoReply
  | IcmpOther;

/** Internet Control Message Protocol, form `echo` (RFC 792). */
export interface IcmpEcho {
  readonly variant: "echo";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Identifier: u16. */
  readonly identifier: number;
  /** Sequence: u16. */
  readonly sequence: number;
}

/** Internet Control Message Protocol, form `fragmentationNeeded` (RFC 1191 section 4). */
export interface IcmpFragmentationNeeded {
  readonly variant: "fragmentationNeeded";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Unused: bytes (2 bytes). */
  readonly unused: Uint8Array;
  /** Next-hop MTU: u16. */
  readonly mtu: number;
}

/** Internet Control Message Protocol, form `errorWithLength` (RFC 4884 section 4). */
export interface IcmpErrorWithLength {
  readonly variant: "errorWithLength";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Unused: bytes (1 byte). */
  readonly unused: Uint8Array;
  /** Quoted words: u8. RFC 4884 section 3. */
  readonly quotedWords: number;
  /** Unused2: bytes (2 bytes). */
  readonly unused2: Uint8Array;
}

/** Internet Control Message Protocol, form `error` (RFC 792). */
export interface IcmpError {
  readonly variant: "error";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Unused: bytes (4 bytes). */
  readonly unused: Uint8Array;
}

/** Internet Control Message Protocol, form `sourceQuench` (RFC 792). */
export interface IcmpSourceQuench {
  readonly variant: "sourceQuench";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Unused: u32; reserved: sent as 0. */
  readonly unused: number;
}

/** Internet Control Message Protocol, form `redirect` (RFC 792). */
export interface IcmpRedirect {
  readonly variant: "redirect";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Gateway: ipv4. */
  readonly gateway: string;
}

/** Internet Control Message Protocol, form `parameterProblemWithLength` (RFC 4884 section 4). */
export interface IcmpParameterProblemWithLength {
  readonly variant: "parameterProblemWithLength";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Pointer: u8. */
  readonly pointer: number;
  /** Quoted words: u8. RFC 4884 section 3. */
  readonly quotedWords: number;
  /** Unused: bytes (2 bytes). */
  readonly unused: Uint8Array;
}

/** Internet Control Message Protocol, form `parameterProblem` (RFC 792). */
export interface IcmpParameterProblem {
  readonly variant: "parameterProblem";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Pointer: u8. */
  readonly pointer: number;
  /** Unused: bytes (3 bytes). */
  readonly unused: Uint8Array;
}

/** Internet Control Message Protocol, form `routerAdvertisement` (RFC 1256 section 3). */
export interface IcmpRouterAdvertisement {
  readonly variant: "routerAdvertisement";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Address count: u8. */
  readonly addressCount: number;
  /** Address entry size (words): u8. */
  readonly entryWords: number;
  /** Lifetime: u16. */
  readonly lifetime: number;
  /** Routers: list of { address ipv4, preference i32 } (8 × addressCount bytes). */
  readonly routers: readonly { readonly address: string; readonly preference: number }[];
}

/** Internet Control Message Protocol, form `routerSolicitation` (RFC 1256 section 3). */
export interface IcmpRouterSolicitation {
  readonly variant: "routerSolicitation";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Reserved: u32; reserved: sent as 0. */
  readonly reserved: number;
}

/** Internet Control Message Protocol, form `timestamp` (RFC 792). */
export interface IcmpTimestamp {
  readonly variant: "timestamp";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Identifier: u16. */
  readonly identifier: number;
  /** Sequence: u16. */
  readonly sequence: number;
  /** Originate: u32. */
  readonly originate: number;
  /** Receive: u32. */
  readonly receive: number;
  /** Transmit: u32. */
  readonly transmit: number;
}

/** Internet Control Message Protocol, form `information` (RFC 792). */
export interface IcmpInformation {
  readonly variant: "information";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Identifier: u16. */
  readonly identifier: number;
  /** Sequence: u16. */
  readonly sequence: number;
}

/** Internet Control Message Protocol, form `addressMask` (RFC 950 appendix I). */
export interface IcmpAddressMask {
  readonly variant: "addressMask";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Identifier: u16. */
  readonly identifier: number;
  /** Sequence: u16. */
  readonly sequence: number;
  /** Address mask: ipv4. */
  readonly addressMask: string;
}

/** Internet Control Message Protocol, form `extendedEcho` (RFC 8335 section 2). */
export interface IcmpExtendedEcho {
  readonly variant: "extendedEcho";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Identifier: u16. */
  readonly identifier: number;
  /** Sequence: u8. */
  readonly sequence: number;
  /** Reserved: 7 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Local: flag. */
  readonly local: boolean;
}

/** Internet Control Message Protocol, form `extendedEchoReply` (RFC 8335 section 3). */
export interface IcmpExtendedEchoReply {
  readonly variant: "extendedEchoReply";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Identifier: u16. */
  readonly identifier: number;
  /** Sequence: u8. */
  readonly sequence: number;
  /** State: 3 bits. */
  readonly state: number;
  /** Reserved: 2 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Active: flag. */
  readonly active: boolean;
  /** Ipv4: flag. */
  readonly ipv4: boolean;
  /** Ipv6: flag. */
  readonly ipv6: boolean;
}

/** Internet Control Message Protocol, form `other` (RFC 792). */
export interface IcmpOther {
  readonly variant: "other";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Body: bytes (the rest). */
  readonly body: Uint8Array;
}

/** Advertisement interval (RFC 6275 section 7.3). Longest time between router advertisements, in milliseconds. */
export interface Icmpv6AdvertisementInterval {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Reserved: bytes (2 bytes). */
  readonly reserved: Uint8Array;
  /** Interval: u32. */
  readonly interval: number;
}

/** Cryptographically generated address (RFC 3971 section 5.1). What the sender's address was made from: a modifier, its prefix and a public key. */
export interface Icmpv6GeneratedAddress {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Bytes of padding: u8. */
  readonly padLength: number;
  /** Reserved: u8; reserved: sent as 0. */
  readonly reserved: number;
  /** Modifier: bytes (16 bytes). */
  readonly modifier: Uint8Array;
  /** Subnet prefix: bytes (8 bytes). */
  readonly prefix: Uint8Array;
  /** Collision count: bytes (1 byte). */
  readonly collisions: Uint8Array;
  /** Public key, extensions and padding: bytes (the rest). */
  readonly key: Uint8Array;
}

/** MTU (RFC 4861 section 4.6.4). The link's MTU. */
export interface Icmpv6Mtu {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Reserved: bytes (2 bytes). */
  readonly reserved: Uint8Array;
  /** MTU: u32. */
  readonly mtu: number;
}

/** Nonce (RFC 3971 section 5.3.2). Ties an answer to its question. */
export interface Icmpv6Nonce {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Nonce: bytes (the rest). */
  readonly nonce: Uint8Array;
}

/** Neighbour discovery option (RFC 4861 section 4.6). Type, and length in units of eight bytes. */
export interface Icmpv6Option {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Data: bytes (the rest). */
  readonly data: Uint8Array;
}

/** Prefix information (RFC 4861 section 4.6.2; RFC 6275 section 7.2). A prefix that is on the link or makes addresses. */
export interface Icmpv6Prefix {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Prefix length: u8. */
  readonly prefixLength: number;
  /** On link: flag. */
  readonly onLink: boolean;
  /** Autonomous: flag. */
  readonly autonomous: boolean;
  /** Router address: flag. */
  readonly routerAddress: boolean;
  /** Reserved bits: 5 bits; reserved: sent as 0. */
  readonly reservedBits: number;
  /** Valid lifetime: u32. */
  readonly validLifetime: number;
  /** Preferred lifetime: u32. */
  readonly preferredLifetime: number;
  /** Reserved: bytes (4 bytes). */
  readonly reserved: Uint8Array;
  /** Prefix: ipv6. */
  readonly prefix: string;
}

/** Recursive DNS servers (RFC 8106 section 5.1). Addresses of name servers. */
export interface Icmpv6RecursiveDns {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Reserved: bytes (2 bytes). */
  readonly reserved: Uint8Array;
  /** Lifetime: u32. */
  readonly lifetime: number;
  /** Servers: list of ipv6 (the rest). */
  readonly servers: readonly string[];
}

/** Redirected header (RFC 4861 section 4.6.3). Beginning of the packet that was redirected. */
export interface Icmpv6Redirected {
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Reserved: bytes (6 bytes). */
  readonly reserved: Uint8Array;
  /** Packet: bytes (the rest). */
  readonly packet: Uint8Array;
}

/** Source link-layer address (RFC 4861 section 4.6.1). Hardware address of the sender. */
export type Icmpv6SourceLink =
  | Icmpv6SourceLinkEthernet
  | Icmpv6SourceLinkEui64
  | Icmpv6SourceLinkOther;

/** Source link-layer address, form `ethernet` (RFC 4861 section 4.6.1). */
export interface Icmpv6SourceLinkEthernet {
  readonly variant: "ethernet";
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Link-layer address: ether. */
  readonly address: string;
}

/** Source link-layer address, form `eui64` (RFC 4944 section 8). */
export interface Icmpv6SourceLinkEui64 {
  readonly variant: "eui64";
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Link-layer address: bytes (8 bytes). */
  readonly address: Uint8Array;
  /** Padding: bytes (6 bytes). */
  readonly padding: Uint8Array;
}

/** Source link-layer address, form `other` (RFC 4861 section 4.6.1). */
export interface Icmpv6SourceLinkOther {
  readonly variant: "other";
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Link-layer address: bytes (the rest). */
  readonly address: Uint8Array;
}

/** Target link-layer address (RFC 4861 section 4.6.1). Hardware address of the target. */
export type Icmpv6TargetLink =
  | Icmpv6TargetLinkEthernet
  | Icmpv6TargetLinkEui64
  | Icmpv6TargetLinkOther;

/** Target link-layer address, form `ethernet` (RFC 4861 section 4.6.1). */
export interface Icmpv6TargetLinkEthernet {
  readonly variant: "ethernet";
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Link-layer address: ether. */
  readonly address: string;
}

/** Target link-layer address, form `eui64` (RFC 4944 section 8). */
export interface Icmpv6TargetLinkEui64 {
  readonly variant: "eui64";
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Link-layer address: bytes (8 bytes). */
  readonly address: Uint8Array;
  /** Padding: bytes (6 bytes). */
  readonly padding: Uint8Array;
}

/** Target link-layer address, form `other` (RFC 4861 section 4.6.1). */
export interface Icmpv6TargetLinkOther {
  readonly variant: "other";
  /** Type: u8. */
  readonly type: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Link-layer address: bytes (the rest). */
  readonly address: Uint8Array;
}

/** Internet Control Message Protocol v6 (RFC 4443; RFC 4861 section 4). Errors, echo, and neighbour discovery. */
export type Icmpv6 =
  | Icmpv6Echo
  | Icmpv6Error
  | Icmpv6PacketTooBig
  | Icmpv6ParameterProblem
  | Icmpv6MulticastListener
  | Icmpv6RouterSolicitation
  | Icmpv6RouterAdvertisement
  | Icmpv6NeighborSolicitation
  | Icmpv6NeighborAdvertisement
  | Icmpv6Redirect
  | Icmpv6MulticastReport
  | Icmpv6Other;

/** Internet Control Message Protocol v6, form `echo` (RFC 4443 section 4). */
export interface Icmpv6Echo {
  readonly variant: "echo";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Identifier: u16. */
  readonly identifier: number;
  /** Sequence: u16. */
  readonly sequence: number;
}

/** Internet Control Message Protocol v6, form `error` (RFC 4443 section 3). */
export interface Icmpv6Error {
  readonly variant: "error";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Reserved: bytes (4 bytes). */
  readonly reserved: Uint8Array;
}

/** Internet Control Message Protocol v6, form `packetTooBig` (RFC 4443 section 3.2). */
export interface Icmpv6PacketTooBig {
  readonly variant: "packetTooBig";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** MTU: u32. */
  readonly mtu: number;
}

/** Internet Control Message Protocol v6, form `parameterProblem` (RFC 4443 section 3.4). */
export interface Icmpv6ParameterProblem {
  readonly variant: "parameterProblem";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Pointer: u32. */
  readonly pointer: number;
}

/** Internet Control Message Protocol v6, form `multicastListener` (RFC 2710 section 3). */
export interface Icmpv6MulticastListener {
  readonly variant: "multicastListener";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Maximum delay: u16. */
  readonly maximumDelay: number;
  /** Reserved: bytes (2 bytes). */
  readonly reserved: Uint8Array;
  /** Multicast address: ipv6. */
  readonly multicastAddress: string;
}

/** Internet Control Message Protocol v6, form `routerSolicitation` (RFC 4861 section 4.1). */
export interface Icmpv6RouterSolicitation {
  readonly variant: "routerSolicitation";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Reserved: bytes (4 bytes). */
  readonly reserved: Uint8Array;
  /** Options: options (the rest). */
  readonly options: readonly OptionEntry[];
}

/** Internet Control Message Protocol v6, form `routerAdvertisement` (RFC 4861 section 4.2). */
export interface Icmpv6RouterAdvertisement {
  readonly variant: "routerAdvertisement";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Hop limit: u8. */
  readonly hopLimit: number;
  /** Managed: flag. */
  readonly managed: boolean;
  /** Other configuration: flag. */
  readonly otherConfiguration: boolean;
  /** Home agent: flag. */
  readonly homeAgent: boolean;
  /** Preference: 2 bits. */
  readonly preference: number;
  /** Proxy: flag. */
  readonly proxy: boolean;
  /** Reserved: 2 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Router lifetime: u16. */
  readonly routerLifetime: number;
  /** Reachable time: u32. */
  readonly reachableTime: number;
  /** Retransmit timer: u32. */
  readonly retransmitTimer: number;
  /** Options: options (the rest). */
  readonly options: readonly OptionEntry[];
}

/** Internet Control Message Protocol v6, form `neighborSolicitation` (RFC 4861 section 4.3). */
export interface Icmpv6NeighborSolicitation {
  readonly variant: "neighborSolicitation";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Reserved: bytes (4 bytes). */
  readonly reserved: Uint8Array;
  /** Target: ipv6. */
  readonly target: string;
  /** Options: options (the rest). */
  readonly options: readonly OptionEntry[];
}

/** Internet Control Message Protocol v6, form `neighborAdvertisement` (RFC 4861 section 4.4). */
export interface Icmpv6NeighborAdvertisement {
  readonly variant: "neighborAdvertisement";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Router: flag. */
  readonly router: boolean;
  /** Solicited: flag. */
  readonly solicited: boolean;
  /** Override: flag. */
  readonly override: boolean;
  /** Reserved: 29 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Target: ipv6. */
  readonly target: string;
  /** Options: options (the rest). */
  readonly options: readonly OptionEntry[];
}

/** Internet Control Message Protocol v6, form `redirect` (RFC 4861 section 4.5). */
export interface Icmpv6Redirect {
  readonly variant: "redirect";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Reserved: bytes (4 bytes). */
  readonly reserved: Uint8Array;
  /** Target: ipv6. */
  readonly target: string;
  /** Destination: ipv6. */
  readonly destination: string;
  /** Options: options (the rest). */
  readonly options: readonly OptionEntry[];
}

/** Internet Control Message Protocol v6, form `multicastReport` (RFC 3810 section 5.2). */
export interface Icmpv6MulticastReport {
  readonly variant: "multicastReport";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Reserved: bytes (2 bytes). */
  readonly reserved: Uint8Array;
  /** Record count: u16. */
  readonly recordCount: number;
  /** Records: bytes (the rest). */
  readonly records: Uint8Array;
}

/** Internet Control Message Protocol v6, form `other` (RFC 4443; RFC 4861 section 4). */
export interface Icmpv6Other {
  readonly variant: "other";
  /** Type: u8. */
  readonly type: number;
  /** Code: u8. */
  readonly code: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Body: bytes (the rest). */
  readonly body: Uint8Array;
}

/** Interface identification (RFC 8335 section 2.1). The interface that an extended echo asks about. */
export type IcmpInterfaceIdentification =
  | IcmpInterfaceIdentificationName
  | IcmpInterfaceIdentificationIndex
  | IcmpInterfaceIdentificationIpv4
  | IcmpInterfaceIdentificationIpv6
  | IcmpInterfaceIdentificationAddress;

/** Interface identification, form `name` (RFC 8335 section 2.1). */
export interface IcmpInterfaceIdentificationName {
  readonly variant: "name";
  /** Length: u16; derived on writing if absent. */
  readonly length: number;
  /** Class: u8. */
  readonly class: number;
  /** Role: 2 bits. RFC 5837 section 4.2. */
  readonly role: number;
  /** Reserved: 2 bits. */
  readonly typeReserved: number;
  /** Interface index is there: flag. */
  readonly hasIndex: boolean;
  /** Address is there: flag. */
  readonly hasAddress: boolean;
  /** Name is there: flag. */
  readonly hasName: boolean;
  /** MTU is there: flag. */
  readonly hasMtu: boolean;
  /** Interface name: text (the rest). */
  readonly interfaceName: string;
}

/** Interface identification, form `index` (RFC 8335 section 2.1). */
export interface IcmpInterfaceIdentificationIndex {
  readonly variant: "index";
  /** Length: u16; derived on writing if absent. */
  readonly length: number;
  /** Class: u8. */
  readonly class: number;
  /** Role: 2 bits. RFC 5837 section 4.2. */
  readonly role: number;
  /** Reserved: 2 bits. */
  readonly typeReserved: number;
  /** Interface index is there: flag. */
  readonly hasIndex: boolean;
  /** Address is there: flag. */
  readonly hasAddress: boolean;
  /** Name is there: flag. */
  readonly hasName: boolean;
  /** MTU is there: flag. */
  readonly hasMtu: boolean;
  /** Index: u32. */
  readonly index: number;
}

/** Interface identification, form `ipv4` (RFC 8335 section 2.1). */
export interface IcmpInterfaceIdentificationIpv4 {
  readonly variant: "ipv4";
  /** Length: u16; derived on writing if absent. */
  readonly length: number;
  /** Class: u8. */
  readonly class: number;
  /** Role: 2 bits. RFC 5837 section 4.2. */
  readonly role: number;
  /** Reserved: 2 bits. */
  readonly typeReserved: number;
  /** Interface index is there: flag. */
  readonly hasIndex: boolean;
  /** Address is there: flag. */
  readonly hasAddress: boolean;
  /** Name is there: flag. */
  readonly hasName: boolean;
  /** MTU is there: flag. */
  readonly hasMtu: boolean;
  /** Address family: u16. */
  readonly family: number;
  /** Address length: u8. */
  readonly addressLength: number;
  /** Reserved: bytes (1 byte). */
  readonly reserved: Uint8Array;
  /** Address: ipv4. */
  readonly address: string;
}

/** Interface identification, form `ipv6` (RFC 8335 section 2.1). */
export interface IcmpInterfaceIdentificationIpv6 {
  readonly variant: "ipv6";
  /** Length: u16; derived on writing if absent. */
  readonly length: number;
  /** Class: u8. */
  readonly class: number;
  /** Role: 2 bits. RFC 5837 section 4.2. */
  readonly role: number;
  /** Reserved: 2 bits. */
  readonly typeReserved: number;
  /** Interface index is there: flag. */
  readonly hasIndex: boolean;
  /** Address is there: flag. */
  readonly hasAddress: boolean;
  /** Name is there: flag. */
  readonly hasName: boolean;
  /** MTU is there: flag. */
  readonly hasMtu: boolean;
  /** Address family: u16. */
  readonly family: number;
  /** Address length: u8. */
  readonly addressLength: number;
  /** Reserved: bytes (1 byte). */
  readonly reserved: Uint8Array;
  /** Address: ipv6. */
  readonly address: string;
}

/** Interface identification, form `address` (RFC 8335 section 2.1). */
export interface IcmpInterfaceIdentificationAddress {
  readonly variant: "address";
  /** Length: u16; derived on writing if absent. */
  readonly length: number;
  /** Class: u8. */
  readonly class: number;
  /** Role: 2 bits. RFC 5837 section 4.2. */
  readonly role: number;
  /** Reserved: 2 bits. */
  readonly typeReserved: number;
  /** Interface index is there: flag. */
  readonly hasIndex: boolean;
  /** Address is there: flag. */
  readonly hasAddress: boolean;
  /** Name is there: flag. */
  readonly hasName: boolean;
  /** MTU is there: flag. */
  readonly hasMtu: boolean;
  /** Address family: u16. */
  readonly family: number;
  /** Address length: u8. */
  readonly addressLength: number;
  /** Reserved: bytes (1 byte). */
  readonly reserved: Uint8Array;
  /** Address: bytes (the rest). */
  readonly address: Uint8Array;
}

/** Interface information (RFC 5837 section 4). The interface that the packet came in on, or would have left by. */
export interface IcmpInterfaceInformation {
  /** Length: u16; derived on writing if absent. */
  readonly length: number;
  /** Class: u8. */
  readonly class: number;
  /** Role: 2 bits. RFC 5837 section 4.2. */
  readonly role: number;
  /** Reserved: 2 bits. */
  readonly typeReserved: number;
  /** Interface index is there: flag. */
  readonly hasIndex: boolean;
  /** Address is there: flag. */
  readonly hasAddress: boolean;
  /** Name is there: flag. */
  readonly hasName: boolean;
  /** MTU is there: flag. */
  readonly hasMtu: boolean;
  /** Index: u32; if hasIndex. */
  readonly index?: number;
  /** Address family: u16; if hasAddress. */
  readonly family?: number;
  /** Reserved: bytes (2 bytes); if hasAddress. */
  readonly reserved?: Uint8Array;
  /** Ipv4: ipv4; if hasAddress, family = 1. */
  readonly ipv4?: string;
  /** Ipv6: ipv6; if hasAddress, family = 2. */
  readonly ipv6?: string;
  /** Name length: u8; if hasName. */
  readonly nameLength?: number;
  /** Interface name: text (nameLength − 1 bytes); if hasName. */
  readonly interfaceName?: string;
  /** MTU: u32; if hasMtu. */
  readonly mtu?: number;
}

/** MPLS label stack (RFC 4950 section 3). Labels that the packet had when it was dropped. */
export interface IcmpMplsLabels {
  /** Length: u16; derived on writing if absent. */
  readonly length: number;
  /** Class: u8. */
  readonly class: number;
  /** Role: 2 bits. RFC 5837 section 4.2. */
  readonly role: number;
  /** Reserved: 2 bits. */
  readonly typeReserved: number;
  /** Interface index is there: flag. */
  readonly hasIndex: boolean;
  /** Address is there: flag. */
  readonly hasAddress: boolean;
  /** Name is there: flag. */
  readonly hasName: boolean;
  /** MTU is there: flag. */
  readonly hasMtu: boolean;
  /** Labels: list of { label 20 bits, class 3 bits, bottom flag, ttl u8 } (the rest). */
  readonly labels: readonly { readonly label: number; readonly class: number; readonly bottom: boolean; readonly ttl: number }[];
}

/** Types of the icmp schemas by id. */
export interface IcmpShapes {
  readonly "icmp.extension": IcmpExtension;
  readonly "icmp": Icmp;
  readonly "icmpv6.advertisementInterval": Icmpv6AdvertisementInterval;
  readonly "icmpv6.generatedAddress": Icmpv6GeneratedAddress;
  readonly "icmpv6.mtu": Icmpv6Mtu;
  readonly "icmpv6.nonce": Icmpv6Nonce;
  readonly "icmpv6.option": Icmpv6Option;
  readonly "icmpv6.prefix": Icmpv6Prefix;
  readonly "icmpv6.recursiveDns": Icmpv6RecursiveDns;
  readonly "icmpv6.redirected": Icmpv6Redirected;
  readonly "icmpv6.sourceLink": Icmpv6SourceLink;
  readonly "icmpv6.targetLink": Icmpv6TargetLink;
  readonly "icmpv6": Icmpv6;
  readonly "icmp.interfaceIdentification": IcmpInterfaceIdentification;
  readonly "icmp.interfaceInformation": IcmpInterfaceInformation;
  readonly "icmp.mplsLabels": IcmpMplsLabels;
}
