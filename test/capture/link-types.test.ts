import { expect, test } from "vitest";
import { encapType, linkTypeInfo, linkTypeName, linkTypes } from "../../src/capture/link-types.ts";
import { counting, join, pcap } from "./build.ts";
import { hasTshark, installed, run, scratchFile } from "./tools.ts";

test("names and Wireshark's numbers of common link types", () => {
  const known = [
    [0, "NULL", 15],
    [1, "ETHERNET", 1],
    [9, "PPP", 4],
    [12, "RAW", 7],
    [14, "RAW", 7],
    [101, "RAW", 7],
    [108, "LOOP", 174],
    [113, "LINUX_SLL", 25],
    [149, "USER2", 47],
    [228, "IPV4", 129],
    [229, "IPV6", 130],
    [258, "PKTAP", 171],
    [276, "LINUX_SLL2", 210],
  ] as const;
  expect(known.map(([number]) => [number, linkTypeName(number), encapType(number)])).toEqual(known);
  expect([linkTypeName(9999), encapType(9999), linkTypeInfo(9999)]).toEqual(["LINKTYPE_9999", 0, undefined]);
});

test.skipIf(!hasTshark || !installed("capinfos"))("Wireshark agrees", () => {
  // some need a pseudo-header that makes sense: it is the name that capinfos gives for a file without packets
  for (const { number, encap, encapName } of linkTypes().filter((_, index) => index % 9 === 0)) {
    if (encap === 0) continue;
    const path = scratchFile("a.pcap", pcap([join([0x45], counting(199))], { linkType: number }));
    expect(run("tshark", "-r", path, "-T", "fields", "-e", "frame.encap_type").trim()).toBe(String(encap));
    expect(run("capinfos", "-T", "-r", "-E", path).trim().split("\t").at(-1)).toBe(encapName);
  }
});
