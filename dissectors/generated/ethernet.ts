// Generated from schemas/ethernet/ by `npm run generate`. Do not edit.
/** Ethernet (IEEE 802.3-2022 section 3.1; RFC 894). Two MAC addresses and a number that is either the payload's protocol or its length. */
export type Ethernet =
  | EthernetEthernet2
  | EthernetIeee8023
  | EthernetInvalid;

/** Ethernet, form `ethernet2` (IEEE 802.3-2022 section 3.1; RFC 894). */
export interface EthernetEthernet2 {
  readonly variant: "ethernet2";
  /** Destination: ether. */
  readonly destination: string;
  /** Source: ether. */
  readonly source: string;
  /** Type: u16; derived on writing if absent. */
  readonly type: number;
}

/** Ethernet, form `ieee8023` (IEEE 802.3-2022 section 3.1; RFC 894). */
export interface EthernetIeee8023 {
  readonly variant: "ieee8023";
  /** Destination: ether. */
  readonly destination: string;
  /** Source: ether. */
  readonly source: string;
  /** Length: u16; derived on writing if absent. */
  readonly length: number;
}

/** Ethernet, form `invalid` (IEEE 802.3-2022 section 3.1; RFC 894). Not allowed, but seen: a value from 1501 to 1535 is neither a length nor a type. */
export interface EthernetInvalid {
  readonly variant: "invalid";
  /** Destination: ether. */
  readonly destination: string;
  /** Source: ether. */
  readonly source: string;
  /** Length or type: u16. */
  readonly lengthOrType: number;
}

/** 802.1ad service tag (IEEE 802.1Q-2022 section 9.6). Service VLAN tag of a provider; two in a row are read as one header. */
export type Ieee8021ad =
  | Ieee8021adDouble
  | Ieee8021adSingle;

/** 802.1ad service tag, form `double` (IEEE 802.1Q-2022 section 9.6). */
export interface Ieee8021adDouble {
  readonly variant: "double";
  /** Priority: 3 bits. */
  readonly priority: number;
  /** DEI: 1 bit. */
  readonly dropEligible: number;
  /** S-VID: 12 bits. */
  readonly serviceVlanId: number;
  /** Inner tag: u16. */
  readonly innerTag: number;
  /** Customer priority: 3 bits. */
  readonly customerPriority: number;
  /** DEI: 1 bit. */
  readonly customerDropEligible: number;
  /** C-VID: 12 bits. */
  readonly customerVlanId: number;
  /** Type: u16; derived on writing if absent. */
  readonly type: number;
}

/** 802.1ad service tag, form `single` (IEEE 802.1Q-2022 section 9.6). */
export interface Ieee8021adSingle {
  readonly variant: "single";
  /** Priority: 3 bits. */
  readonly priority: number;
  /** DEI: 1 bit. */
  readonly dropEligible: number;
  /** ID: 12 bits. */
  readonly vlanId: number;
  /** Type: u16; derived on writing if absent. */
  readonly type: number;
}

/** Logical Link Control (IEEE 802.2; RFC 1042 (SNAP)). What stands behind a length instead of a type; with SNAP it carries a type after all. */
export type Llc =
  | LlcSnap
  | LlcSnapPrivate
  | LlcUnnumbered
  | LlcNumbered;

/** Logical Link Control, form `snap` (IEEE 802.2; RFC 1042 (SNAP)). */
export interface LlcSnap {
  readonly variant: "snap";
  /** DSAP: u8. */
  readonly dsap: number;
  /** SSAP: u8. */
  readonly ssap: number;
  /** Control: u8. */
  readonly control: number;
  /** Organization code: u24. */
  readonly oui: number;
  /** Type: u16; derived on writing if absent. */
  readonly type: number;
}

/** Logical Link Control, form `snapPrivate` (IEEE 802.2; RFC 1042 (SNAP)). */
export interface LlcSnapPrivate {
  readonly variant: "snapPrivate";
  /** DSAP: u8. */
  readonly dsap: number;
  /** SSAP: u8. */
  readonly ssap: number;
  /** Control: u8. */
  readonly control: number;
  /** Organization code: u24. */
  readonly oui: number;
  /** Protocol ID: u16. */
  readonly protocolId: number;
}

/** Logical Link Control, form `unnumbered` (IEEE 802.2; RFC 1042 (SNAP)). */
export interface LlcUnnumbered {
  readonly variant: "unnumbered";
  /** DSAP: u8. */
  readonly dsap: number;
  /** SSAP: u8. */
  readonly ssap: number;
  /** Modifier: 6 bits. */
  readonly modifier: number;
  /** Frame type: 2 bits. */
  readonly frameType: number;
}

/** Logical Link Control, form `numbered` (IEEE 802.2; RFC 1042 (SNAP)). */
export interface LlcNumbered {
  readonly variant: "numbered";
  /** DSAP: u8. */
  readonly dsap: number;
  /** SSAP: u8. */
  readonly ssap: number;
  /** Control: bytes (2 bytes). */
  readonly numbers: Uint8Array;
}

/** 802.1Q VLAN tag (IEEE 802.1Q-2022 section 9.6). Customer VLAN tag: priority, drop eligibility and VLAN number, then the type or length of what it stands before. */
export type Vlan =
  | VlanEthernet2
  | VlanIeee8023;

/** 802.1Q VLAN tag, form `ethernet2` (IEEE 802.1Q-2022 section 9.6). */
export interface VlanEthernet2 {
  readonly variant: "ethernet2";
  /** Priority: 3 bits. */
  readonly priority: number;
  /** DEI: flag. */
  readonly dropEligible: boolean;
  /** ID: 12 bits. */
  readonly vlanId: number;
  /** Type: u16; derived on writing if absent. */
  readonly type: number;
}

/** 802.1Q VLAN tag, form `ieee8023` (IEEE 802.1Q-2022 section 9.6). */
export interface VlanIeee8023 {
  readonly variant: "ieee8023";
  /** Priority: 3 bits. */
  readonly priority: number;
  /** DEI: flag. */
  readonly dropEligible: boolean;
  /** ID: 12 bits. */
  readonly vlanId: number;
  /** Length: u16; derived on writing if absent. */
  readonly length: number;
}

/** Types of the ethernet schemas by id. */
export interface EthernetShapes {
  readonly "ethernet": Ethernet;
  readonly "ieee8021ad": Ieee8021ad;
  readonly "llc": Llc;
  readonly "vlan": Vlan;
}
