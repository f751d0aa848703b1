// Generated from schemas/tcp/ by `npm run generate`. Do not edit.
import type { Problem } from "../../src/plugin.ts";

/** One entry of a region of options, in wire order. */
interface OptionEntry {
  readonly id: string;
  readonly value?: Readonly<Record<string, unknown>>;
  readonly raw?: Uint8Array;
  readonly problems?: readonly Problem[];
}

/** Accurate ECN, order 0 (RFC 9768 section 3.2.3). Bytes that arrived with each ECN mark, modulo 2^24: ECT(0), CE, ECT(1); shorter forms leave out the last ones. */
export type TcpAccEcn0 =
  | TcpAccEcn0Three
  | TcpAccEcn0Two
  | TcpAccEcn0One
  | TcpAccEcn0Empty;

/** Accurate ECN, order 0, form `three` (RFC 9768 section 3.2.3). */
export interface TcpAccEcn0Three {
  readonly variant: "three";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** ECT(0) bytes: u24. */
  readonly ect0Bytes: number;
  /** CE bytes: u24. */
  readonly ceBytes: number;
  /** ECT(1) bytes: u24. */
  readonly ect1Bytes: number;
}

/** Accurate ECN, order 0, form `two` (RFC 9768 section 3.2.3). */
export interface TcpAccEcn0Two {
  readonly variant: "two";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** ECT(0) bytes: u24. */
  readonly ect0Bytes: number;
  /** CE bytes: u24. */
  readonly ceBytes: number;
}

/** Accurate ECN, order 0, form `one` (RFC 9768 section 3.2.3). */
export interface TcpAccEcn0One {
  readonly variant: "one";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** ECT(0) bytes: u24. */
  readonly ect0Bytes: number;
}

/** Accurate ECN, order 0, form `empty` (RFC 9768 section 3.2.3). */
export interface TcpAccEcn0Empty {
  readonly variant: "empty";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
}

/** Accurate ECN, order 1 (RFC 9768 section 3.2.3). Bytes that arrived with each ECN mark, modulo 2^24: ECT(1), CE, ECT(0); shorter forms leave out the last ones. */
export type TcpAccEcn1 =
  | TcpAccEcn1Three
  | TcpAccEcn1Two
  | TcpAccEcn1One
  | TcpAccEcn1Empty;

/** Accurate ECN, order 1, form `three` (RFC 9768 section 3.2.3). */
export interface TcpAccEcn1Three {
  readonly variant: "three";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** ECT(1) bytes: u24. */
  readonly ect1Bytes: number;
  /** CE bytes: u24. */
  readonly ceBytes: number;
  /** ECT(0) bytes: u24. */
  readonly ect0Bytes: number;
}

/** Accurate ECN, order 1, form `two` (RFC 9768 section 3.2.3). */
export interface TcpAccEcn1Two {
  readonly variant: "two";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** ECT(1) bytes: u24. */
  readonly ect1Bytes: number;
  /** CE bytes: u24. */
  readonly ceBytes: number;
}

/** Accurate ECN, order 1, form `one` (RFC 9768 section 3.2.3). */
export interface TcpAccEcn1One {
  readonly variant: "one";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** ECT(1) bytes: u24. */
  readonly ect1Bytes: number;
}

/** Accurate ECN, order 1, form `empty` (RFC 9768 section 3.2.3). */
export interface TcpAccEcn1Empty {
  readonly variant: "empty";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
}

/** TCP Alternate Checksum Data (RFC 1146). Historic: an alternate checksum that is longer than 16 bits. */
export interface TcpAltChecksumData {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Checksum: bytes (the rest). */
  readonly checksum: Uint8Array;
}

/** TCP Alternate Checksum Request (RFC 1146). Historic: number of the checksum algorithm that the sender wants. */
export interface TcpAltChecksumRequest {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Algorithm: u8. */
  readonly algorithm: number;
}

/** Authentication Option (RFC 5925 section 2.2). Message authentication code over the segment, and the keys in use and ready. */
export type TcpAo =
  | TcpAoMac
  | TcpAoBare;

/** Authentication Option, form `mac` (RFC 5925 section 2.2). */
export interface TcpAoMac {
  readonly variant: "mac";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Key ID: u8. */
  readonly keyId: number;
  /** Receive next key ID: u8. */
  readonly receiveNextKeyId: number;
  /** MAC: bytes (the rest). */
  readonly mac: Uint8Array;
}

/** Authentication Option, form `bare` (RFC 5925 section 2.2). */
export interface TcpAoBare {
  readonly variant: "bare";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Key ID: u8. */
  readonly keyId: number;
  /** Receive next key ID: u8. */
  readonly receiveNextKeyId: number;
}

/** CC.ECHO (RFC 1644). Historic (T/TCP): the connection count of the other end, sent back. */
export interface TcpCcEcho {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Connection count: u32. */
  readonly count: number;
}

/** CC.NEW (RFC 1644). Historic (T/TCP): a connection count that is no greater than earlier ones. */
export interface TcpCcNew {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Connection count: u32. */
  readonly count: number;
}

/** CC (RFC 1644). Historic (T/TCP): the sender's connection count. */
export interface TcpCc {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Connection count: u32. */
  readonly count: number;
}

/** Corruption Experienced (CCSDS 714.0-B-2). The sender knows of corruption, as opposed to congestion, on the path. */
export interface TcpCorruption {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Data: bytes (the rest). */
  readonly data: Uint8Array;
}

/** Echo Reply (RFC 1072 section 4.1). Obsolete: the four bytes of an Echo option, sent back. */
export interface TcpEchoReply {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Echo value: u32. */
  readonly value: number;
}

/** Echo (RFC 1072 section 4.1). Obsolete: four bytes that the other end is to send back. */
export interface TcpEcho {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Echo value: u32. */
  readonly value: number;
}

/** Encryption Negotiation (RFC 8547 section 4.1). Suboptions that negotiate an encryption protocol below TCP. */
export interface TcpEno {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Suboptions: bytes (the rest). */
  readonly suboptions: Uint8Array;
}

/** End of Option List (RFC 9293 section 3.2). Ends the options; padding up to the end of the header follows. */
export interface TcpEol {
  /** Kind: u8. */
  readonly kind: number;
}

/** Accurate ECN (first experiment) (draft-ietf-tcpm-accurate-ecn-02). The first form of the AccECN option, 24-bit counters. */
export interface TcpExperimentalAccEcn {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Experiment identifier: u16. */
  readonly exid: number;
  /** Counters: bytes (the rest). */
  readonly counters: Uint8Array;
}

/** Accurate ECN, order 0 (experimental) (draft-ietf-tcpm-accurate-ecn-20). AccECN counters ECT(0), CE, ECT(1) before a kind was assigned. */
export type TcpExperimentalAccEcn0 =
  | TcpExperimentalAccEcn0Three
  | TcpExperimentalAccEcn0Two
  | TcpExperimentalAccEcn0One
  | TcpExperimentalAccEcn0Empty;

/** Accurate ECN, order 0 (experimental), form `three` (draft-ietf-tcpm-accurate-ecn-20). */
export interface TcpExperimentalAccEcn0Three {
  readonly variant: "three";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Experiment identifier: u16. */
  readonly exid: number;
  /** ECT(0) bytes: u24. */
  readonly ect0Bytes: number;
  /** CE bytes: u24. */
  readonly ceBytes: number;
  /** ECT(1) bytes: u24. */
  readonly ect1Bytes: number;
}

/** Accurate ECN, order 0 (experimental), form `two` (draft-ietf-tcpm-accurate-ecn-20). */
export interface TcpExperimentalAccEcn0Two {
  readonly variant: "two";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Experiment identifier: u16. */
  readonly exid: number;
  /** ECT(0) bytes: u24. */
  readonly ect0Bytes: number;
  /** CE bytes: u24. */
  readonly ceBytes: number;
}

/** Accurate ECN, order 0 (experimental), form `one` (draft-ietf-tcpm-accurate-ecn-20). */
export interface TcpExperimentalAccEcn0One {
  readonly variant: "one";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Experiment identifier: u16. */
  readonly exid: number;
  /** ECT(0) bytes: u24. */
  readonly ect0Bytes: number;
}

/** Accurate ECN, order 0 (experimental), form `empty` (draft-ietf-tcpm-accurate-ecn-20). */
export interface TcpExperimentalAccEcn0Empty {
  readonly variant: "empty";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Experiment identifier: u16. */
  readonly exid: number;
}

/** Accurate ECN, order 1 (experimental) (draft-ietf-tcpm-accurate-ecn-20). AccECN counters ECT(1), CE, ECT(0) before a kind was assigned. */
export type TcpExperimentalAccEcn1 =
  | TcpExperimentalAccEcn1Three
  | TcpExperimentalAccEcn1Two
  | TcpExperimentalAccEcn1One
  | TcpExperimentalAccEcn1Empty;

/** Accurate ECN, order 1 (experimental), form `three` (draft-ietf-tcpm-accurate-ecn-20). */
export interface TcpExperimentalAccEcn1Three {
  readonly variant: "three";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Experiment identifier: u16. */
  readonly exid: number;
  /** ECT(1) bytes: u24. */
  readonly ect1Bytes: number;
  /** CE bytes: u24. */
  readonly ceBytes: number;
  /** ECT(0) bytes: u24. */
  readonly ect0Bytes: number;
}

/** Accurate ECN, order 1 (experimental), form `two` (draft-ietf-tcpm-accurate-ecn-20). */
export interface TcpExperimentalAccEcn1Two {
  readonly variant: "two";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Experiment identifier: u16. */
  readonly exid: number;
  /** ECT(1) bytes: u24. */
  readonly ect1Bytes: number;
  /** CE bytes: u24. */
  readonly ceBytes: number;
}

/** Accurate ECN, order 1 (experimental), form `one` (draft-ietf-tcpm-accurate-ecn-20). */
export interface TcpExperimentalAccEcn1One {
  readonly variant: "one";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Experiment identifier: u16. */
  readonly exid: number;
  /** ECT(1) bytes: u24. */
  readonly ect1Bytes: number;
}

/** Accurate ECN, order 1 (experimental), form `empty` (draft-ietf-tcpm-accurate-ecn-20). */
export interface TcpExperimentalAccEcn1Empty {
  readonly variant: "empty";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Experiment identifier: u16. */
  readonly exid: number;
}

/** Encryption Negotiation (experimental) (RFC 8547). Encryption negotiation before its own kind was assigned. */
export interface TcpExperimentalEno {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Experiment identifier: u16. */
  readonly exid: number;
  /** Suboptions: bytes (the rest). */
  readonly suboptions: Uint8Array;
}

/** Fast Open (experimental) (RFC 7413 section 4.1.1). Fast Open before its own kind was assigned. */
export type TcpExperimentalFastOpen =
  | TcpExperimentalFastOpenRequest
  | TcpExperimentalFastOpenCookie
  | TcpExperimentalFastOpenOddCookie;

/** Fast Open (experimental), form `request` (RFC 7413 section 4.1.1). */
export interface TcpExperimentalFastOpenRequest {
  readonly variant: "request";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Experiment identifier: u16. */
  readonly exid: number;
}

/** Fast Open (experimental), form `cookie` (RFC 7413 section 4.1.1). */
export interface TcpExperimentalFastOpenCookie {
  readonly variant: "cookie";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Experiment identifier: u16. */
  readonly exid: number;
  /** Fast Open cookie: bytes (the rest). */
  readonly cookie: Uint8Array;
}

/** Fast Open (experimental), form `oddCookie` (RFC 7413 section 4.1.1). Not allowed, but seen: a cookie is 4 to 16 bytes, an even number. */
export interface TcpExperimentalFastOpenOddCookie {
  readonly variant: "oddCookie";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Experiment identifier: u16. */
  readonly exid: number;
  /** Fast Open cookie: bytes (the rest). */
  readonly cookie: Uint8Array;
}

/** Shared Memory Communications (RFC 7609 appendix A). The sender can do Shared Memory Communications; the identifier has 32 bits ("SMCR" in EBCDIC). */
export interface TcpExperimentalSmc {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Experiment identifier: u16. */
  readonly exid: number;
  /** Rest of the identifier: u16. */
  readonly magic: number;
}

/** ACK Rate Request (draft-ietf-tcpm-ack-rate-request-02). How many segments the sender of the option wants acknowledged by one ACK; on a SYN the option without a rate tells that it is understood. */
export type TcpExperimentalTarr =
  | TcpExperimentalTarrRate
  | TcpExperimentalTarrSupport;

/** ACK Rate Request, form `rate` (draft-ietf-tcpm-ack-rate-request-02). */
export interface TcpExperimentalTarrRate {
  readonly variant: "rate";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Experiment identifier: u16. */
  readonly exid: number;
  /** ACK rate: 7 bits. */
  readonly rate: number;
  /** Reserved: 1 bit. */
  readonly reserved: number;
}

/** ACK Rate Request, form `support` (draft-ietf-tcpm-ack-rate-request-02). */
export interface TcpExperimentalTarrSupport {
  readonly variant: "support";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Experiment identifier: u16. */
  readonly exid: number;
}

/** Experimental TCP option (RFC 6994 section 3). Kinds 253 and 254, shared by experiments that a 16-bit or 32-bit identifier tells apart. */
export interface TcpExperimental {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Experiment identifier: u16. */
  readonly exid: number;
  /** Data: bytes (the rest). */
  readonly data: Uint8Array;
}

/** Fast Open Cookie (RFC 7413 section 4.1.1). A cookie that lets data ride on the SYN, or the request for one. */
export type TcpFastOpen =
  | TcpFastOpenRequest
  | TcpFastOpenCookie
  | TcpFastOpenOddCookie;

/** Fast Open Cookie, form `request` (RFC 7413 section 4.1.1). */
export interface TcpFastOpenRequest {
  readonly variant: "request";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
}

/** Fast Open Cookie, form `cookie` (RFC 7413 section 4.1.1). */
export interface TcpFastOpenCookie {
  readonly variant: "cookie";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Fast Open cookie: bytes (the rest). */
  readonly cookie: Uint8Array;
}

/** Fast Open Cookie, form `oddCookie` (RFC 7413 section 4.1.1). Not allowed, but seen: a cookie is 4 to 16 bytes, an even number. */
export interface TcpFastOpenOddCookie {
  readonly variant: "oddCookie";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Fast Open cookie: bytes (the rest). */
  readonly cookie: Uint8Array;
}

/** MD5 Signature (RFC 2385 section 3.0). Digest over pseudo-header, header, data and a shared secret; obsoleted by TCP-AO. */
export interface TcpMd5 {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Digest: bytes (16 bytes). */
  readonly digest: Uint8Array;
}

/** Maximum Segment Size (RFC 9293 section 3.2). The largest segment that the sender is ready to receive. */
export interface TcpMss {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** MSS value: u16. */
  readonly mss: number;
}

/** No-Operation (RFC 9293 section 3.2). One byte of padding between options. */
export interface TcpNop {
  /** Kind: u8. */
  readonly kind: number;
}

/** TCP option (RFC 9293 section 3.1). Kind and length; End of Option List and No-Operation are one byte. What no schema claims is kept as data. Most segments begin with what is usual: two No-Operations before the timestamps (RFC 7323 appendix A). */
export interface TcpOption {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Data: bytes (the rest). */
  readonly data: Uint8Array;
}

/** Partial Order Connection Permitted (RFC 1693). Historic: the sender can do partial ordering. */
export interface TcpPartialOrderPermitted {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
}

/** Partial Order Service Profile (RFC 1693). Historic: whether the segment begins and ends a service profile. */
export interface TcpPartialOrderProfile {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Start: flag. */
  readonly start: boolean;
  /** End: flag. */
  readonly end: boolean;
  /** Filler: 6 bits; reserved: sent as 0. */
  readonly filler: number;
}

/** Quick-Start Response (RFC 4782 section 4.2). The rate that the routers on the path agreed to. */
export interface TcpQuickStart {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Reserved: 4 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Rate: 4 bits. */
  readonly rate: number;
  /** TTL difference: u8. */
  readonly ttlDifference: number;
  /** Nonce: 30 bits. */
  readonly nonce: number;
  /** Reserved nonce: 2 bits; reserved: sent as 0. */
  readonly reservedNonce: number;
}

/** Record Boundary (CCSDS 714.0-B-2). The segment ends a record of the application. */
export interface TcpRecordBoundary {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Data: bytes (the rest). */
  readonly data: Uint8Array;
}

/** Riverbed Probe (IANA TCP Option Kind Numbers). Deployed without assignment: WAN optimizers that look for each other. Only forms of version 1 are known. */
export type TcpRiverbedProbe =
  | TcpRiverbedProbeQuery
  | TcpRiverbedProbeResponse
  | TcpRiverbedProbeOther;

/** Riverbed Probe, form `query` (IANA TCP Option Kind Numbers). */
export interface TcpRiverbedProbeQuery {
  readonly variant: "query";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Type: 4 bits. */
  readonly type: number;
  /** Version: 4 bits. */
  readonly version: number;
  /** Reserved: u8. */
  readonly reserved: number;
  /** Prober: ipv4. */
  readonly prober: string;
  /** Application version: u16. */
  readonly applicationVersion: number;
  /** Data: bytes (the rest). */
  readonly data: Uint8Array;
}

/** Riverbed Probe, form `response` (IANA TCP Option Kind Numbers). */
export interface TcpRiverbedProbeResponse {
  readonly variant: "response";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Type: 4 bits. */
  readonly type: number;
  /** Version: 4 bits. */
  readonly version: number;
  /** Reserved: u8. */
  readonly reserved: number;
  /** Prober: ipv4. */
  readonly prober: string;
  /** Proxy: ipv4. */
  readonly proxy: string;
  /** Proxy port: u16. */
  readonly proxyPort: number;
  /** Data: bytes (the rest). */
  readonly data: Uint8Array;
}

/** Riverbed Probe, form `other` (IANA TCP Option Kind Numbers). */
export interface TcpRiverbedProbeOther {
  readonly variant: "other";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Data: bytes (the rest). */
  readonly data: Uint8Array;
}

/** Riverbed Transparency (IANA TCP Option Kind Numbers). Deployed without assignment: the addresses of the WAN optimizers behind a transparent connection. */
export type TcpRiverbedTransparency =
  | TcpRiverbedTransparencyAddresses
  | TcpRiverbedTransparencyOther;

/** Riverbed Transparency, form `addresses` (IANA TCP Option Kind Numbers). */
export interface TcpRiverbedTransparencyAddresses {
  readonly variant: "addresses";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Reserved high: 5 bits. */
  readonly reservedHigh: number;
  /** Firewall reset probe: flag. */
  readonly firewallResetProbe: boolean;
  /** Firewall reset inner: flag. */
  readonly firewallResetInner: boolean;
  /** Firewall reset: flag. */
  readonly firewallReset: boolean;
  /** Reserved middle: 5 bits. */
  readonly reservedMiddle: number;
  /** Reserved checksum: flag. */
  readonly reservedChecksum: boolean;
  /** Out of band: flag. */
  readonly outOfBand: boolean;
  /** Port transparency: flag. */
  readonly portTransparency: boolean;
  /** Source: ipv4. */
  readonly source: string;
  /** Destination: ipv4. */
  readonly destination: string;
  /** Source port: u16. */
  readonly sourcePort: number;
  /** Destination port: u16. */
  readonly destinationPort: number;
}

/** Riverbed Transparency, form `other` (IANA TCP Option Kind Numbers). */
export interface TcpRiverbedTransparencyOther {
  readonly variant: "other";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Data: bytes (the rest). */
  readonly data: Uint8Array;
}

/** SACK Permitted (RFC 2018 section 2). The sender understands selective acknowledgments. */
export interface TcpSackPermitted {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
}

/** Selective Acknowledgment (RFC 2018 section 3). Blocks of data that arrived beyond the cumulative acknowledgment, as absolute sequence numbers; the first may report a duplicate (RFC 2883). */
export interface TcpSack {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** SACK blocks: list of { left u32, right u32 } (the rest). */
  readonly blocks: readonly { readonly left: number; readonly right: number }[];
}

/** SCPS Capabilities (CCSDS 714.0-B-2). Capabilities of the Space Communications Protocol Specification; longer forms carry extended bindings. */
export type TcpScps =
  | TcpScpsCapabilities
  | TcpScpsExtended;

/** SCPS Capabilities, form `capabilities` (CCSDS 714.0-B-2). */
export interface TcpScpsCapabilities {
  readonly variant: "capabilities";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Partial reliability (BETS): flag. */
  readonly bets: boolean;
  /** Short form of SNACK: flag. */
  readonly snack1: boolean;
  /** Long form of SNACK: flag. */
  readonly snack2: boolean;
  /** Header compression: flag. */
  readonly compression: boolean;
  /** Network layer timestamps: flag. */
  readonly networkTimestamps: boolean;
  /** Reserved: 3 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Connection ID: u8. */
  readonly connectionId: number;
}

/** SCPS Capabilities, form `extended` (CCSDS 714.0-B-2). */
export interface TcpScpsExtended {
  readonly variant: "extended";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Bindings: bytes (the rest). */
  readonly bindings: Uint8Array;
}

/** Selective Negative Acknowledgment (CCSDS 714.0-B-2). A hole in the data that arrived, in units of the maximum segment size, and a bit vector of further holes. */
export type TcpSnack =
  | TcpSnackHole
  | TcpSnackHoles;

/** Selective Negative Acknowledgment, form `hole` (CCSDS 714.0-B-2). */
export interface TcpSnackHole {
  readonly variant: "hole";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Offset: u16. */
  readonly offset: number;
  /** Size: u16. */
  readonly size: number;
}

/** Selective Negative Acknowledgment, form `holes` (CCSDS 714.0-B-2). */
export interface TcpSnackHoles {
  readonly variant: "holes";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Offset: u16. */
  readonly offset: number;
  /** Size: u16. */
  readonly size: number;
  /** Vector: bytes (the rest). */
  readonly vector: Uint8Array;
}

/** SNAP (IANA TCP Option Kind Numbers). Assigned in 1999; no specification was published. */
export interface TcpSnap {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Data: bytes (the rest). */
  readonly data: Uint8Array;
}

/** Transmission Control Protocol (RFC 9293 section 3.1). Ports, sequence numbers, flags, window and options of a TCP segment. */
export interface Tcp {
  /** Source port: u16. */
  readonly sourcePort: number;
  /** Destination port: u16. */
  readonly destinationPort: number;
  /** Sequence number: u32. */
  readonly sequenceNumber: number;
  /** Acknowledgment number: u32. */
  readonly acknowledgmentNumber: number;
  /** Header length: 4 bits, 4 × raw; derived on writing if absent. */
  readonly headerLength: number;
  /** Reserved: 3 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Accurate ECN: flag. RFC 9768 section 3.1. */
  readonly ae: boolean;
  /** Congestion window reduced: flag. RFC 3168 section 6.1. */
  readonly cwr: boolean;
  /** ECN-Echo: flag. RFC 3168 section 6.1. */
  readonly ece: boolean;
  /** Urgent: flag. */
  readonly urg: boolean;
  /** Acknowledgment: flag. */
  readonly ack: boolean;
  /** Push: flag. */
  readonly psh: boolean;
  /** Reset: flag. */
  readonly rst: boolean;
  /** Syn: flag. */
  readonly syn: boolean;
  /** Fin: flag. */
  readonly fin: boolean;
  /** Window: u16. */
  readonly window: number;
  /** Checksum: u16; derived on writing if absent. */
  readonly checksum: number;
  /** Urgent pointer: u16. */
  readonly urgentPointer: number;
  /** Options: options (the rest). */
  readonly options: readonly OptionEntry[];
}

/** Timestamps (RFC 7323 section 3.2). The sender's clock, and the clock value of the peer that it echoes. */
export interface TcpTimestamps {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Timestamp value: u32. */
  readonly value: number;
  /** Timestamp echo reply: u32. */
  readonly echoReply: number;
}

/** Trailer Checksum (IANA TCP Option Kind Numbers). Assigned before 1994; no specification was published. */
export interface TcpTrailerChecksum {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Checksum: u8. */
  readonly checksum: number;
}

/** User Timeout (RFC 5482 section 3.3). How long data may stay unacknowledged before the connection is closed. */
export interface TcpUserTimeout {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Granularity: flag. */
  readonly minutes: boolean;
  /** Timeout: 15 bits. */
  readonly timeout: number;
}

/** Window Scale (RFC 7323 section 2.2). Bits by which every later window of the sender is shifted; receivers take more than 14 as 14. */
export interface TcpWindowScale {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Shift count: u8. */
  readonly shift: number;
}

/** Types of the tcp schemas by id. */
export interface TcpShapes {
  readonly "tcp.accEcn0": TcpAccEcn0;
  readonly "tcp.accEcn1": TcpAccEcn1;
  readonly "tcp.altChecksumData": TcpAltChecksumData;
  readonly "tcp.altChecksumRequest": TcpAltChecksumRequest;
  readonly "tcp.ao": TcpAo;
  readonly "tcp.ccEcho": TcpCcEcho;
  readonly "tcp.ccNew": TcpCcNew;
  readonly "tcp.cc": TcpCc;
  readonly "tcp.corruption": TcpCorruption;
  readonly "tcp.echoReply": TcpEchoReply;
  readonly "tcp.echo": TcpEcho;
  readonly "tcp.eno": TcpEno;
  readonly "tcp.eol": TcpEol;
  readonly "tcp.experimentalAccEcn": TcpExperimentalAccEcn;
  readonly "tcp.experimentalAccEcn0": TcpExperimentalAccEcn0;
  readonly "tcp.experimentalAccEcn1": TcpExperimentalAccEcn1;
  readonly "tcp.experimentalEno": TcpExperimentalEno;
  readonly "tcp.experimentalFastOpen": TcpExperimentalFastOpen;
  readonly "tcp.experimentalSmc": TcpExperimentalSmc;
  readonly "tcp.experimentalTarr": TcpExperimentalTarr;
  readonly "tcp.experimental": TcpExperimental;
  readonly "tcp.fastOpen": TcpFastOpen;
  readonly "tcp.md5": TcpMd5;
  readonly "tcp.mss": TcpMss;
  readonly "tcp.nop": TcpNop;
  readonly "tcp.option": TcpOption;
  readonly "tcp.partialOrderPermitted": TcpPartialOrderPermitted;
  readonly "tcp.partialOrderProfile": TcpPartialOrderProfile;
  readonly "tcp.quickStart": TcpQuickStart;
  readonly "tcp.recordBoundary": TcpRecordBoundary;
  readonly "tcp.riverbedProbe": TcpRiverbedProbe;
  readonly "tcp.riverbedTransparency": TcpRiverbedTransparency;
  readonly "tcp.sackPermitted": TcpSackPermitted;
  readonly "tcp.sack": TcpSack;
  readonly "tcp.scps": TcpScps;
  readonly "tcp.snack": TcpSnack;
  readonly "tcp.snap": TcpSnap;
  readonly "tcp": Tcp;
  readonly "tcp.timestamps": TcpTimestamps;
  readonly "tcp.trailerChecksum": TcpTrailerChecksum;
  readonly "tcp.userTimeout": TcpUserTimeout;
  readonly "tcp.windowScale": TcpWindowScale;
}
