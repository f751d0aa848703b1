// Generated from schemas/mptcp/ by `npm run generate`. Do not edit.
/** ADD_ADDR (RFC 8684 section 3.4.1). Announces another address of the sender. Length tells family, port and HMAC; a low nibble of 4 or 6 is version 0, which names the IP version there. */
export type MptcpAddAddr =
  | MptcpAddAddrIpv4
  | MptcpAddAddrIpv4Echo
  | MptcpAddAddrIpv4WithoutHmac
  | MptcpAddAddrIpv4EchoWithHmac
  | MptcpAddAddrIpv4V0
  | MptcpAddAddrIpv4Draft
  | MptcpAddAddrIpv6
  | MptcpAddAddrIpv6Echo
  | MptcpAddAddrIpv6WithoutHmac
  | MptcpAddAddrIpv6EchoWithHmac
  | MptcpAddAddrIpv6V0
  | MptcpAddAddrIpv6Draft;

/** ADD_ADDR, form `ipv4` (RFC 8684 section 3.4.1). */
export interface MptcpAddAddrIpv4 {
  readonly variant: "ipv4";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Reserved: 3 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Echo: flag. */
  readonly echo: boolean;
  /** Address ID: u8. */
  readonly addressId: number;
  /** Advertised IPv4 address: ipv4. */
  readonly address: string;
  /** Advertised port: u16; if bytes are left. */
  readonly port?: number;
  /** Truncated HMAC: u64. */
  readonly truncatedHmac: bigint;
}

/** ADD_ADDR, form `ipv4Echo` (RFC 8684 section 3.4.1). */
export interface MptcpAddAddrIpv4Echo {
  readonly variant: "ipv4Echo";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Reserved: 3 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Echo: flag. */
  readonly echo: boolean;
  /** Address ID: u8. */
  readonly addressId: number;
  /** Advertised IPv4 address: ipv4. */
  readonly address: string;
  /** Advertised port: u16; if bytes are left. */
  readonly port?: number;
}

/** ADD_ADDR, form `ipv4WithoutHmac` (RFC 8684 section 3.4.1). Not allowed, but seen: only an echo leaves out the HMAC (RFC 8684 section 3.4.1). */
export interface MptcpAddAddrIpv4WithoutHmac {
  readonly variant: "ipv4WithoutHmac";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Reserved: 3 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Echo: flag. */
  readonly echo: boolean;
  /** Address ID: u8. */
  readonly addressId: number;
  /** Advertised IPv4 address: ipv4. */
  readonly address: string;
  /** Advertised port: u16; if bytes are left. */
  readonly port?: number;
}

/** ADD_ADDR, form `ipv4EchoWithHmac` (RFC 8684 section 3.4.1). Not allowed, but seen: an echo carries no HMAC (RFC 8684 section 3.4.1). */
export interface MptcpAddAddrIpv4EchoWithHmac {
  readonly variant: "ipv4EchoWithHmac";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Reserved: 3 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Echo: flag. */
  readonly echo: boolean;
  /** Address ID: u8. */
  readonly addressId: number;
  /** Advertised IPv4 address: ipv4. */
  readonly address: string;
  /** Advertised port: u16; if bytes are left. */
  readonly port?: number;
  /** Truncated HMAC: u64. */
  readonly truncatedHmac: bigint;
}

/** ADD_ADDR, form `ipv4V0` (RFC 6824 section 3.4.1). */
export interface MptcpAddAddrIpv4V0 {
  readonly variant: "ipv4V0";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** IP version: 4 bits. */
  readonly ipVersion: number;
  /** Address ID: u8. */
  readonly addressId: number;
  /** Advertised IPv4 address: ipv4. */
  readonly address: string;
  /** Advertised port: u16; if bytes are left. */
  readonly port?: number;
}

/** ADD_ADDR, form `ipv4Draft` (RFC 8684 section 3.4.1). Not allowed, but seen: drafts of RFC 8684 had both the IP version and an HMAC. */
export interface MptcpAddAddrIpv4Draft {
  readonly variant: "ipv4Draft";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** IP version: 4 bits. */
  readonly ipVersion: number;
  /** Address ID: u8. */
  readonly addressId: number;
  /** Advertised IPv4 address: ipv4. */
  readonly address: string;
  /** Advertised port: u16; if bytes are left. */
  readonly port?: number;
  /** Truncated HMAC: u64. */
  readonly truncatedHmac: bigint;
}

/** ADD_ADDR, form `ipv6` (RFC 8684 section 3.4.1). */
export interface MptcpAddAddrIpv6 {
  readonly variant: "ipv6";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Reserved: 3 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Echo: flag. */
  readonly echo: boolean;
  /** Address ID: u8. */
  readonly addressId: number;
  /** Advertised IPv6 address: ipv6. */
  readonly address: string;
  /** Advertised port: u16; if bytes are left. */
  readonly port?: number;
  /** Truncated HMAC: u64. */
  readonly truncatedHmac: bigint;
}

/** ADD_ADDR, form `ipv6Echo` (RFC 8684 section 3.4.1). */
export interface MptcpAddAddrIpv6Echo {
  readonly variant: "ipv6Echo";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Reserved: 3 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Echo: flag. */
  readonly echo: boolean;
  /** Address ID: u8. */
  readonly addressId: number;
  /** Advertised IPv6 address: ipv6. */
  readonly address: string;
  /** Advertised port: u16; if bytes are left. */
  readonly port?: number;
}

/** ADD_ADDR, form `ipv6WithoutHmac` (RFC 8684 section 3.4.1). Not allowed, but seen: only an echo leaves out the HMAC (RFC 8684 section 3.4.1). */
export interface MptcpAddAddrIpv6WithoutHmac {
  readonly variant: "ipv6WithoutHmac";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Reserved: 3 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Echo: flag. */
  readonly echo: boolean;
  /** Address ID: u8. */
  readonly addressId: number;
  /** Advertised IPv6 address: ipv6. */
  readonly address: string;
  /** Advertised port: u16; if bytes are left. */
  readonly port?: number;
}

/** ADD_ADDR, form `ipv6EchoWithHmac` (RFC 8684 section 3.4.1). Not allowed, but seen: an echo carries no HMAC (RFC 8684 section 3.4.1). */
export interface MptcpAddAddrIpv6EchoWithHmac {
  readonly variant: "ipv6EchoWithHmac";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Reserved: 3 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Echo: flag. */
  readonly echo: boolean;
  /** Address ID: u8. */
  readonly addressId: number;
  /** Advertised IPv6 address: ipv6. */
  readonly address: string;
  /** Advertised port: u16; if bytes are left. */
  readonly port?: number;
  /** Truncated HMAC: u64. */
  readonly truncatedHmac: bigint;
}

/** ADD_ADDR, form `ipv6V0` (RFC 6824 section 3.4.1). */
export interface MptcpAddAddrIpv6V0 {
  readonly variant: "ipv6V0";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** IP version: 4 bits. */
  readonly ipVersion: number;
  /** Address ID: u8. */
  readonly addressId: number;
  /** Advertised IPv6 address: ipv6. */
  readonly address: string;
  /** Advertised port: u16; if bytes are left. */
  readonly port?: number;
}

/** ADD_ADDR, form `ipv6Draft` (RFC 8684 section 3.4.1). Not allowed, but seen: drafts of RFC 8684 had both the IP version and an HMAC. */
export interface MptcpAddAddrIpv6Draft {
  readonly variant: "ipv6Draft";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** IP version: 4 bits. */
  readonly ipVersion: number;
  /** Address ID: u8. */
  readonly addressId: number;
  /** Advertised IPv6 address: ipv6. */
  readonly address: string;
  /** Advertised port: u16; if bytes are left. */
  readonly port?: number;
  /** Truncated HMAC: u64. */
  readonly truncatedHmac: bigint;
}

/** DSS (RFC 8684 section 3.3). Data Sequence Signal: acknowledges data of the connection, and maps bytes of the subflow to it. */
export interface MptcpDss {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Reserved: 4 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Reserved flags: 3 bits; reserved: sent as 0. */
  readonly reservedFlags: number;
  /** DATA_FIN: flag. */
  readonly dataFin: boolean;
  /** Data sequence number is 8 bytes: flag. */
  readonly dataSequenceNumber8: boolean;
  /** Mapping present: flag. */
  readonly mappingPresent: boolean;
  /** Data ACK is 8 bytes: flag. */
  readonly dataAck8: boolean;
  /** Data ACK present: flag. */
  readonly dataAckPresent: boolean;
  /** Data ACK: u64 if dataAck8, else u32; if dataAckPresent. RFC 8684 section 3.3.2. */
  readonly dataAck?: bigint;
  /** Data sequence number: u64 if dataSequenceNumber8, else u32; if mappingPresent. */
  readonly dataSequenceNumber?: bigint;
  /** Subflow sequence number: u32; if mappingPresent. */
  readonly subflowSequenceNumber?: number;
  /** Data-level length: u16; if mappingPresent. */
  readonly dataLevelLength?: number;
  /** Checksum: u16; if mappingPresent, if bytes are left. RFC 8684 section 3.3.1. */
  readonly checksum?: number;
}

/** MP_CAPABLE (RFC 8684 section 3.1). Opens a Multipath TCP connection: version, keys and, in version 1, the mapping of the first data. */
export type MptcpMpCapable =
  | MptcpMpCapableSyn
  | MptcpMpCapableSynAck
  | MptcpMpCapableAck
  | MptcpMpCapableData
  | MptcpMpCapableDataChecksum
  | MptcpMpCapableSynV0
  | MptcpMpCapableAckV0
  | MptcpMpCapableSynWithoutKeyV0
  | MptcpMpCapableDataV0
  | MptcpMpCapableDataChecksumV0;

/** MP_CAPABLE, form `syn` (RFC 8684 section 3.1). */
export interface MptcpMpCapableSyn {
  readonly variant: "syn";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Version: 4 bits. */
  readonly version: number;
  /** Checksum required: flag. */
  readonly checksumRequired: boolean;
  /** Extensibility: flag. */
  readonly extensibility: boolean;
  /** No more subflows to this address and port: flag. */
  readonly noMoreSubflows: boolean;
  /** Reserved: 4 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** HMAC-SHA: flag. */
  readonly hmacSha: boolean;
}

/** MP_CAPABLE, form `synAck` (RFC 8684 section 3.1). */
export interface MptcpMpCapableSynAck {
  readonly variant: "synAck";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Version: 4 bits. */
  readonly version: number;
  /** Checksum required: flag. */
  readonly checksumRequired: boolean;
  /** Extensibility: flag. */
  readonly extensibility: boolean;
  /** No more subflows to this address and port: flag. */
  readonly noMoreSubflows: boolean;
  /** Reserved: 4 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** HMAC-SHA: flag. */
  readonly hmacSha: boolean;
  /** Sender's key: u64. */
  readonly senderKey: bigint;
}

/** MP_CAPABLE, form `ack` (RFC 8684 section 3.1). */
export interface MptcpMpCapableAck {
  readonly variant: "ack";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Version: 4 bits. */
  readonly version: number;
  /** Checksum required: flag. */
  readonly checksumRequired: boolean;
  /** Extensibility: flag. */
  readonly extensibility: boolean;
  /** No more subflows to this address and port: flag. */
  readonly noMoreSubflows: boolean;
  /** Reserved: 4 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** HMAC-SHA: flag. */
  readonly hmacSha: boolean;
  /** Sender's key: u64. */
  readonly senderKey: bigint;
  /** Receiver's key: u64. */
  readonly receiverKey: bigint;
}

/** MP_CAPABLE, form `data` (RFC 8684 section 3.1). */
export interface MptcpMpCapableData {
  readonly variant: "data";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Version: 4 bits. */
  readonly version: number;
  /** Checksum required: flag. */
  readonly checksumRequired: boolean;
  /** Extensibility: flag. */
  readonly extensibility: boolean;
  /** No more subflows to this address and port: flag. */
  readonly noMoreSubflows: boolean;
  /** Reserved: 4 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** HMAC-SHA: flag. */
  readonly hmacSha: boolean;
  /** Sender's key: u64. */
  readonly senderKey: bigint;
  /** Receiver's key: u64. */
  readonly receiverKey: bigint;
  /** Data-level length: u16. */
  readonly dataLevelLength: number;
}

/** MP_CAPABLE, form `dataChecksum` (RFC 8684 section 3.1). */
export interface MptcpMpCapableDataChecksum {
  readonly variant: "dataChecksum";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Version: 4 bits. */
  readonly version: number;
  /** Checksum required: flag. */
  readonly checksumRequired: boolean;
  /** Extensibility: flag. */
  readonly extensibility: boolean;
  /** No more subflows to this address and port: flag. */
  readonly noMoreSubflows: boolean;
  /** Reserved: 4 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** HMAC-SHA: flag. */
  readonly hmacSha: boolean;
  /** Sender's key: u64. */
  readonly senderKey: bigint;
  /** Receiver's key: u64. */
  readonly receiverKey: bigint;
  /** Data-level length: u16. */
  readonly dataLevelLength: number;
  /** Checksum: u16. */
  readonly checksum: number;
}

/** MP_CAPABLE, form `synV0` (RFC 6824 section 3.1). */
export interface MptcpMpCapableSynV0 {
  readonly variant: "synV0";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Version: 4 bits. */
  readonly version: number;
  /** Checksum required: flag. */
  readonly checksumRequired: boolean;
  /** Extensibility: flag. */
  readonly extensibility: boolean;
  /** No more subflows to this address and port: flag. */
  readonly noMoreSubflows: boolean;
  /** Reserved: 4 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** HMAC-SHA: flag. */
  readonly hmacSha: boolean;
  /** Sender's key: u64. */
  readonly senderKey: bigint;
}

/** MP_CAPABLE, form `ackV0` (RFC 6824 section 3.1). */
export interface MptcpMpCapableAckV0 {
  readonly variant: "ackV0";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Version: 4 bits. */
  readonly version: number;
  /** Checksum required: flag. */
  readonly checksumRequired: boolean;
  /** Extensibility: flag. */
  readonly extensibility: boolean;
  /** No more subflows to this address and port: flag. */
  readonly noMoreSubflows: boolean;
  /** Reserved: 4 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** HMAC-SHA: flag. */
  readonly hmacSha: boolean;
  /** Sender's key: u64. */
  readonly senderKey: bigint;
  /** Receiver's key: u64. */
  readonly receiverKey: bigint;
}

/** MP_CAPABLE, form `synWithoutKeyV0` (RFC 8684 section 3.1). Not allowed, but seen: version 0 sends its key on the SYN (RFC 6824 section 3.1). */
export interface MptcpMpCapableSynWithoutKeyV0 {
  readonly variant: "synWithoutKeyV0";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Version: 4 bits. */
  readonly version: number;
  /** Checksum required: flag. */
  readonly checksumRequired: boolean;
  /** Extensibility: flag. */
  readonly extensibility: boolean;
  /** No more subflows to this address and port: flag. */
  readonly noMoreSubflows: boolean;
  /** Reserved: 4 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** HMAC-SHA: flag. */
  readonly hmacSha: boolean;
}

/** MP_CAPABLE, form `dataV0` (RFC 8684 section 3.1). Not allowed, but seen: version 0 has no form with data (RFC 6824 section 3.1). */
export interface MptcpMpCapableDataV0 {
  readonly variant: "dataV0";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Version: 4 bits. */
  readonly version: number;
  /** Checksum required: flag. */
  readonly checksumRequired: boolean;
  /** Extensibility: flag. */
  readonly extensibility: boolean;
  /** No more subflows to this address and port: flag. */
  readonly noMoreSubflows: boolean;
  /** Reserved: 4 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** HMAC-SHA: flag. */
  readonly hmacSha: boolean;
  /** Sender's key: u64. */
  readonly senderKey: bigint;
  /** Receiver's key: u64. */
  readonly receiverKey: bigint;
  /** Data-level length: u16. */
  readonly dataLevelLength: number;
}

/** MP_CAPABLE, form `dataChecksumV0` (RFC 8684 section 3.1). Not allowed, but seen: version 0 has no form with data (RFC 6824 section 3.1). */
export interface MptcpMpCapableDataChecksumV0 {
  readonly variant: "dataChecksumV0";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Version: 4 bits. */
  readonly version: number;
  /** Checksum required: flag. */
  readonly checksumRequired: boolean;
  /** Extensibility: flag. */
  readonly extensibility: boolean;
  /** No more subflows to this address and port: flag. */
  readonly noMoreSubflows: boolean;
  /** Reserved: 4 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** HMAC-SHA: flag. */
  readonly hmacSha: boolean;
  /** Sender's key: u64. */
  readonly senderKey: bigint;
  /** Receiver's key: u64. */
  readonly receiverKey: bigint;
  /** Data-level length: u16. */
  readonly dataLevelLength: number;
  /** Checksum: u16. */
  readonly checksum: number;
}

/** MP_EXPERIMENTAL (RFC 8684 section 7.2). For private experiments; the bytes behind the subtype have no common form. */
export interface MptcpMpExperimental {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Nibble: 4 bits. */
  readonly nibble: number;
  /** Data: bytes (the rest). */
  readonly data: Uint8Array;
}

/** MP_FAIL (RFC 8684 section 3.7). A mapping failed its checksum: the sequence number where the data went wrong. */
export interface MptcpMpFail {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Reserved: 12 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Data sequence number: u64. */
  readonly dataSequenceNumber: bigint;
}

/** MP_FASTCLOSE (RFC 8684 section 3.5). Closes the whole connection at once; the receiver's key proves the right. */
export interface MptcpMpFastclose {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Reserved: 12 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Receiver's key: u64. */
  readonly receiverKey: bigint;
}

/** MP_JOIN (RFC 8684 section 3.2). Adds a subflow to a connection; token and HMAC tie it to the keys. */
export type MptcpMpJoin =
  | MptcpMpJoinSyn
  | MptcpMpJoinSynAck
  | MptcpMpJoinAck;

/** MP_JOIN, form `syn` (RFC 8684 section 3.2). */
export interface MptcpMpJoinSyn {
  readonly variant: "syn";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Reserved: 3 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Backup: flag. */
  readonly backup: boolean;
  /** Address ID: u8. */
  readonly addressId: number;
  /** Receiver's token: u32. */
  readonly token: number;
  /** Sender's random number: u32. */
  readonly nonce: number;
}

/** MP_JOIN, form `synAck` (RFC 8684 section 3.2). */
export interface MptcpMpJoinSynAck {
  readonly variant: "synAck";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Reserved: 3 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Backup: flag. */
  readonly backup: boolean;
  /** Address ID: u8. */
  readonly addressId: number;
  /** Sender's truncated HMAC: u64. */
  readonly truncatedHmac: bigint;
  /** Sender's random number: u32. */
  readonly nonce: number;
}

/** MP_JOIN, form `ack` (RFC 8684 section 3.2). */
export interface MptcpMpJoinAck {
  readonly variant: "ack";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Reserved: 12 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Sender's HMAC: bytes (20 bytes). */
  readonly hmac: Uint8Array;
}

/** MP_PRIO (RFC 8684 section 3.3.8). Changes whether a subflow is a backup; version 0 may name the subflows by an address. */
export type MptcpMpPrio =
  | MptcpMpPrioSubflow
  | MptcpMpPrioAddress;

/** MP_PRIO, form `subflow` (RFC 8684 section 3.3.8). */
export interface MptcpMpPrioSubflow {
  readonly variant: "subflow";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Reserved: 3 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Backup: flag. */
  readonly backup: boolean;
}

/** MP_PRIO, form `address` (RFC 6824 section 3.3.8). */
export interface MptcpMpPrioAddress {
  readonly variant: "address";
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Reserved: 3 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Backup: flag. */
  readonly backup: boolean;
  /** Address ID: u8. */
  readonly addressId: number;
}

/** MP_TCPRST (RFC 8684 section 3.6). Why a subflow is reset, and whether that may be only for now. */
export interface MptcpMpTcprst {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Flag U: flag. */
  readonly flagU: boolean;
  /** Flag V: flag. */
  readonly flagV: boolean;
  /** Flag W: flag. */
  readonly flagW: boolean;
  /** Transient: flag. */
  readonly transient: boolean;
  /** Reason: u8. */
  readonly reason: number;
}

/** Multipath TCP option (RFC 8684 section 3). TCP option 30; a subtype of 4 bits tells the message. Unassigned subtypes are kept as data. */
export interface MptcpOption {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Nibble: 4 bits. */
  readonly nibble: number;
  /** Data: bytes (the rest). */
  readonly data: Uint8Array;
}

/** REMOVE_ADDR (RFC 8684 section 3.4.2). Takes back addresses by their identifiers. */
export interface MptcpRemoveAddr {
  /** Kind: u8. */
  readonly kind: number;
  /** Length: u8; derived on writing if absent. */
  readonly length: number;
  /** Subtype: 4 bits. */
  readonly subtype: number;
  /** Reserved: 4 bits; reserved: sent as 0. */
  readonly reserved: number;
  /** Address IDs: list of u8 (the rest). */
  readonly addressIds: readonly number[];
}

/** Types of the mptcp schemas by id. */
export interface MptcpShapes {
  readonly "mptcp.addAddr": MptcpAddAddr;
  readonly "mptcp.dss": MptcpDss;
  readonly "mptcp.mpCapable": MptcpMpCapable;
  readonly "mptcp.mpExperimental": MptcpMpExperimental;
  readonly "mptcp.mpFail": MptcpMpFail;
  readonly "mptcp.mpFastclose": MptcpMpFastclose;
  readonly "mptcp.mpJoin": MptcpMpJoin;
  readonly "mptcp.mpPrio": MptcpMpPrio;
  readonly "mptcp.mpTcprst": MptcpMpTcprst;
  readonly "mptcp.option": MptcpOption;
  readonly "mptcp.removeAddr": MptcpRemoveAddr;
}
