/**
 * Link-layer header types. Numbers and names are those of the tcpdump.org registry (LINKTYPE_ values); `encap` is the
 * number that `frame.encap_type` of Wireshark 4.0 shows for them, and `encapName` the short name that capinfos prints.
 */
export interface LinkType {
  /** LINKTYPE_ value of the tcpdump.org registry. */
  readonly number: number;
  /** Registry name without `LINKTYPE_`; pcap files hold 12 and 14 as well for what the registry numbers 101. */
  readonly name: string;
  /** Wireshark's own number; 0 where Wireshark 4.0 knows none. */
  readonly encap: number;
  readonly encapName: string;
}

type Row = readonly [number: number, name: string, encap: number, encapName: string];

// biome-ignore format: one row a line
const rows: readonly Row[] = [
  [0, "NULL", 15, "null"],
  [1, "ETHERNET", 1, "ether"],
  [2, "EXP_ETHERNET", 184, "xeth"],
  [3, "AX25", 148, "ax25"],
  [4, "PRONET", 0, "unknown"],
  [5, "CHAOS", 0, "unknown"],
  [6, "IEEE802_5", 2, "tr"],
  [7, "ARCNET_BSD", 8, "arcnet"],
  [8, "SLIP", 3, "slip"],
  [9, "PPP", 4, "ppp"],
  [10, "FDDI", 6, "fddi-swapped"],
  [12, "RAW", 7, "rawip"],
  [14, "RAW", 7, "rawip"],
  [50, "PPP_HDLC", 4, "ppp"],
  [51, "PPP_ETHER", 139, "pppoes"],
  [99, "SYMANTEC_FIREWALL", 61, "symantec"],
  [100, "ATM_RFC1483", 10, "atm-rfc1483"],
  [101, "RAW", 7, "rawip"],
  [104, "C_HDLC", 28, "chdlc"],
  [105, "IEEE802_11", 20, "ieee-802-11"],
  [107, "FRELAY", 26, "frelay"],
  [108, "LOOP", 174, "loop"],
  [109, "ENC", 38, "enc"],
  [112, "NETBSD_HDLC", 28, "chdlc"],
  [113, "LINUX_SLL", 25, "linux-sll"],
  [114, "LTALK", 30, "ltalk"],
  [117, "PFLOG", 39, "pflog"],
  [119, "IEEE802_11_PRISM", 21, "ieee-802-11-prism"],
  [122, "IP_OVER_FC", 18, "ip-over-fc"],
  [123, "SUNATM", 13, "atm-pdus"],
  [127, "IEEE802_11_RADIOTAP", 23, "ieee-802-11-radiotap"],
  [128, "TZSP", 37, "tzsp"],
  [129, "ARCNET_LINUX", 9, "arcnet_linux"],
  [138, "APPLE_IP_OVER_IEEE1394", 62, "ap1394"],
  [139, "MTP2_WITH_PHDR", 75, "mtp2-with-phdr"],
  [140, "MTP2", 42, "mtp2"],
  [141, "MTP3", 43, "mtp3"],
  [142, "SCCP", 101, "sccp"],
  [143, "DOCSIS", 33, "docsis"],
  [144, "LINUX_IRDA", 0, "unknown"],
  [147, "USER0", 45, "user0"],
  [148, "USER1", 46, "user1"],
  [149, "USER2", 47, "user2"],
  [150, "USER3", 48, "user3"],
  [151, "USER4", 49, "user4"],
  [152, "USER5", 50, "user5"],
  [153, "USER6", 51, "user6"],
  [154, "USER7", 52, "user7"],
  [155, "USER8", 53, "user8"],
  [156, "USER9", 54, "user9"],
  [157, "USER10", 55, "user10"],
  [158, "USER11", 56, "user11"],
  [159, "USER12", 57, "user12"],
  [160, "USER13", 58, "user13"],
  [161, "USER14", 59, "user14"],
  [162, "USER15", 60, "user15"],
  [163, "IEEE802_11_AVS", 24, "ieee-802-11-avs"],
  [165, "BACNET_MS_TP", 63, "bacnet-ms-tp"],
  [166, "PPP_PPPD", 0, "unknown"],
  [169, "GPRS_LLC", 66, "gprs-llc"],
  [170, "GPF_T", 178, "gfp-t"],
  [171, "GPF_F", 179, "gfp-f"],
  [177, "LINUX_LAPD", 88, "linux-lapd"],
  [182, "MFR", 0, "unknown"],
  [187, "BLUETOOTH_HCI_H4", 41, "bluetooth-h4"],
  [189, "USB_LINUX", 95, "usb-linux"],
  [192, "PPI", 97, "ppi"],
  [195, "IEEE802_15_4_WITHFCS", 104, "wpan"],
  [196, "SITA", 100, "sita-wan"],
  [197, "ERF", 98, "erf"],
  [201, "BLUETOOTH_HCI_H4_WITH_PHDR", 99, "bluetooth-h4-linux"],
  [202, "AX25_KISS", 147, "ax25-kiss"],
  [203, "LAPD", 131, "lapd"],
  [204, "PPP_WITH_DIR", 19, "ppp-with-direction"],
  [205, "C_HDLC_WITH_DIR", 0, "unknown"],
  [206, "FRELAY_WITH_DIR", 0, "unknown"],
  [207, "LAPB_WITH_DIR", 0, "unknown"],
  [209, "I2C_LINUX", 112, "i2c-linux"],
  [210, "FLEXRAY", 106, "flexray"],
  [211, "MOST", 108, "most"],
  [212, "LIN", 107, "lin"],
  [215, "IEEE802_15_4_NONASK_PHY", 113, "wpan-nonask-phy"],
  [220, "USB_LINUX_MMAPPED", 115, "usb-linux-mmap"],
  [224, "FC_2", 121, "fc2"],
  [225, "FC_2_WITH_FRAME_DELIMS", 122, "fc2sof"],
  [226, "IPNET", 124, "ipnet"],
  [227, "CAN_SOCKETCAN", 125, "socketcan"],
  [228, "IPV4", 129, "rawip4"],
  [229, "IPV6", 130, "rawip6"],
  [230, "IEEE802_15_4_NOFCS", 127, "wpan-nofcs"],
  [231, "DBUS", 146, "dbus"],
  [235, "DVB_CI", 132, "dvbci"],
  [236, "MUX27010", 133, "mux27010"],
  [237, "STANAG_5066_D_PDU", 157, "s5066-dpdu"],
  [239, "NFLOG", 141, "nflog"],
  [240, "NETANALYZER", 135, "netanalyzer"],
  [241, "NETANALYZER_TRANSPARENT", 136, "netanalyzer-transparent"],
  [242, "IPOIB", 180, "ip-ib"],
  [243, "MPEG_2_TS", 138, "mp2ts"],
  [244, "NG40", 0, "unknown"],
  [245, "NFC_LLCP", 140, "nfc-llcp"],
  [247, "INFINIBAND", 0, "unknown"],
  [248, "SCTP", 149, "sctp"],
  [249, "USBPCAP", 152, "usb-usbpcap"],
  [250, "RTAC_SERIAL", 153, "rtac-serial"],
  [251, "BLUETOOTH_LE_LL", 154, "bluetooth-le-ll"],
  [252, "WIRESHARK_UPPER_PDU", 155, "wireshark-upper-pdu"],
  [253, "NETLINK", 158, "netlink"],
  [254, "BLUETOOTH_LINUX_MONITOR", 159, "bluetooth-linux-monitor"],
  [255, "BLUETOOTH_BREDR_BB", 160, "bluetooth-bredr-bb-rf"],
  [256, "BLUETOOTH_LE_LL_WITH_PHDR", 161, "bluetooth-le-ll-rf"],
  [257, "PROFIBUS_DL", 0, "unknown"],
  [258, "PKTAP", 171, "pktap"],
  [259, "EPON", 172, "epon"],
  [260, "IPMI_HPM_2", 173, "ipmi-trace"],
  [261, "ZWAVE_R1_R2", 0, "unknown"],
  [262, "ZWAVE_R3", 0, "unknown"],
  [263, "WATTSTOPPER_DLM", 0, "unknown"],
  [264, "ISO_14443", 177, "iso14443"],
  [265, "RDS", 0, "unknown"],
  [266, "USB_DARWIN", 182, "usb-darwin"],
  [268, "SDLC", 36, "sdlc"],
  [270, "LORATAP", 183, "loratap"],
  [271, "VSOCK", 185, "vsock"],
  [272, "NORDIC_BLE", 186, "nordic_ble"],
  [273, "DOCSIS31_XRA31", 199, "docsis31_xra31"],
  [274, "ETHERNET_MPACKET", 198, "ether-mpacket"],
  [275, "DISPLAYPORT_AUX", 200, "dpauxmon"],
  [276, "LINUX_SLL2", 210, "linux-sll2"],
  [278, "OPENVIZSLA", 0, "unknown"],
  [279, "EBHSCR", 204, "ebhscr"],
  [280, "VPP_DISPATCH", 205, "vpp"],
  [281, "DSA_TAG_BRCM", 0, "unknown"],
  [282, "DSA_TAG_BRCM_PREPEND", 0, "unknown"],
  [283, "IEEE802_15_4_TAP", 206, "wpan-tap"],
  [284, "DSA_TAG_DSA", 0, "unknown"],
  [285, "DSA_TAG_EDSA", 0, "unknown"],
  [286, "ELEE", 0, "unknown"],
  [287, "Z_WAVE_SERIAL", 211, "zwave-serial"],
  [288, "USB_2_0", 208, "usb-20"],
  [289, "ATSC_ALP", 0, "unknown"],
  [290, "ETW", 212, "etw"],
  [292, "ZBOSS_NCP", 214, "zbncp"],
  [293, "USB_2_0_LOW_SPEED", 215, "usb-20-low"],
  [294, "USB_2_0_FULL_SPEED", 216, "usb-20-full"],
  [295, "USB_2_0_HIGH_SPEED", 217, "usb-20-high"],
];

let known: ReadonlyMap<number, LinkType> | undefined;

/** Made when it is first asked for. */
function byNumber(): ReadonlyMap<number, LinkType> {
  known ??= new Map(
    rows.map(([number, name, encap, encapName]) => [
      number,
      Object.freeze({ number, name, encap, encapName }),
    ]),
  );
  return known;
}

/** What is known of a link type, or undefined: frames of unknown types are delivered all the same. */
export function linkTypeInfo(linkType: number): LinkType | undefined {
  return byNumber().get(linkType);
}

/** Registry name such as `ETHERNET`; `LINKTYPE_<number>` where none is known. */
export function linkTypeName(linkType: number): string {
  return byNumber().get(linkType)?.name ?? `LINKTYPE_${linkType}`;
}

/** Value of `frame.encap_type`: Ethernet 1, raw IP 7, null 15, Linux cooked 25 and 210; 0 (unknown) for the rest. */
export function encapType(linkType: number): number {
  return byNumber().get(linkType)?.encap ?? 0;
}

/** All known link types in order of their numbers. */
export function linkTypes(): readonly LinkType[] {
  return [...byNumber().values()];
}
