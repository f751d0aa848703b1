/** Seeds for fuzzers and tests of other stacks: every form of the MPTCP options and common TCP ones, and named faults of each. */
import { concatBytes, toHex } from "../bytes/hex.ts";
import type { Engine, ParsedOption } from "../engine/api.ts";
import type { CraftInput } from "./input.ts";

export interface CorpusEntry {
  /** `mptcp.dss-28.short-by-one`: schema, length of the legal option, fault. */
  readonly name: string;
  readonly id: string;
  /** `none` for the legal option. */
  readonly fault: string;
  /** An option area, without padding. */
  readonly bytes: Uint8Array;
  /** Codes of the problems that subflow's parser reports. */
  readonly problems: readonly string[];
}

const KEY = "0x1122334455667788";
const PEER = "0x99aabbccddeeff00";
const HMAC20 = "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334";
const V6 = "2001:db8::1";

/** Legal forms, one for each length that RFC 8684 and RFC 6824 allow. */
const SEEDS: readonly string[] = [
  "mptcp.mpCapable{version=1,hmacSha}",
  `mptcp.mpCapable{version=1,hmacSha,senderKey=${KEY}}`,
  `mptcp.mpCapable{version=0,hmacSha,senderKey=${KEY}}`,
  `mptcp.mpCapable{version=1,hmacSha,senderKey=${KEY},receiverKey=${PEER}}`,
  `mptcp.mpCapable{version=1,hmacSha,senderKey=${KEY},receiverKey=${PEER},dataLevelLength=4}`,
  `mptcp.mpCapable{version=1,checksumRequired,hmacSha,senderKey=${KEY},receiverKey=${PEER},dataLevelLength=4,checksum=0x1234}`,
  "mptcp.mpJoin{variant=syn,addressId=1,token=0x01020304,nonce=0x05060708}",
  `mptcp.mpJoin{variant=synAck,addressId=1,truncatedHmac=${KEY},nonce=0x05060708}`,
  `mptcp.mpJoin{variant=ack,hmac=${HMAC20}}`,
  "mptcp.dss",
  "mptcp.dss{dataAck=1,dataAck8=false}",
  `mptcp.dss{dataAck=${KEY}}`,
  "mptcp.dss{dsn=1,dataSequenceNumber8=false,ssn=1,length=4}",
  "mptcp.dss{dsn=1,dataSequenceNumber8=false,ssn=1,length=4,checksum=0x1234}",
  `mptcp.dss{dataAck=1,dataAck8=false,dsn=1,dataSequenceNumber8=false,ssn=1,length=4}`,
  `mptcp.dss{dataAck=${KEY},dsn=1,dataSequenceNumber8=false,ssn=1,length=4}`,
  `mptcp.dss{dataAck=${KEY},dsn=1,dataSequenceNumber8=false,ssn=1,length=4,checksum=0x1234}`,
  `mptcp.dss{dataAck=${KEY},dsn=${PEER},ssn=1,length=4}`,
  `mptcp.dss{dataAck=${KEY},dsn=${PEER},ssn=1,length=4,checksum=0x1234,dataFin}`,
  `mptcp.addAddr{variant=ipv4,addressId=7,address=10.0.0.1,truncatedHmac=${KEY}}`,
  `mptcp.addAddr{variant=ipv4,addressId=7,address=10.0.0.1,port=80,truncatedHmac=${KEY}}`,
  "mptcp.addAddr{variant=ipv4Echo,addressId=7,address=10.0.0.1}",
  "mptcp.addAddr{variant=ipv4Echo,addressId=7,address=10.0.0.1,port=80}",
  "mptcp.addAddr{variant=ipv4V0,addressId=7,address=10.0.0.1}",
  `mptcp.addAddr{variant=ipv6,addressId=7,address="${V6}",truncatedHmac=${KEY}}`,
  `mptcp.addAddr{variant=ipv6,addressId=7,address="${V6}",port=80,truncatedHmac=${KEY}}`,
  `mptcp.addAddr{variant=ipv6Echo,addressId=7,address="${V6}"}`,
  `mptcp.addAddr{variant=ipv6Echo,addressId=7,address="${V6}",port=80}`,
  `mptcp.addAddr{variant=ipv6V0,addressId=7,address="${V6}"}`,
  "mptcp.removeAddr{addressIds=[7]}",
  "mptcp.removeAddr{addressIds=[7,8,9]}",
  "mptcp.mpPrio{variant=subflow,backup}",
  "mptcp.mpPrio{variant=address,backup,addressId=7}",
  `mptcp.mpFail{dsn=${KEY}}`,
  `mptcp.mpFastclose{receiverKey=${KEY}}`,
  "mptcp.mpTcprst{transient,reason=1}",
  "tcp.mss{mss=1460}",
  "tcp.windowScale{shift=7}",
  "tcp.sackPermitted",
  "tcp.timestamps{value=1,echoReply=2}",
  "tcp.sack{blocks=[{left=1,right=2}]}",
];

type Fault = (option: Uint8Array) => Uint8Array | undefined;

function withLength(length: number): Fault {
  return (option) => {
    const changed = option.slice();
    if (option.length < 2) return undefined;
    changed[1] = length;
    return changed;
  };
}

/** What can be wrong with any option of kind, length and data. */
const FAULTS: Readonly<Record<string, Fault>> = {
  none: (option) => option,
  "length-0": withLength(0),
  "length-1": withLength(1),
  "length-2": withLength(2),
  "past-the-header": withLength(255),
  "short-by-one": (option) =>
    option.length < 3 ? undefined : withLength(option.length - 1)(option.slice(0, -1)),
  "long-by-one": (option) => withLength(option.length + 1)(concatBytes([option, Uint8Array.of(0)])),
  "length-over-data": (option) => withLength(option.length + 1)(option),
  "length-under-data": (option) => (option.length < 3 ? undefined : withLength(option.length - 1)(option)),
  cut: (option) => (option.length < 4 ? undefined : option.slice(0, option.length >> 1)),
  duplicate: (option) => (option.length > 20 ? undefined : concatBytes([option, option])),
  "reserved-bits": (option) => {
    const changed = option.slice();
    // Low nibble of the third byte of MPTCP options without a flag there.
    if (option[0] !== 30 || option.length < 3 || ![2, 4, 6, 7].includes((option[2] ?? 0) >> 4))
      return undefined;
    changed[2] = (changed[2] ?? 0) | 0x0f;
    return changed;
  },
  "unknown-subtype": (option) => {
    const changed = option.slice();
    if (option[0] !== 30 || option.length < 3) return undefined;
    changed[2] = ((changed[2] ?? 0) & 0x0f) | 0xa0;
    return changed;
  },
  "wrong-version": (option) => {
    const changed = option.slice();
    if (option[0] !== 30 || (option[2] ?? 0) >> 4 !== 0) return undefined;
    changed[2] = 0x0f;
    return changed;
  },
  "flags-against-length": (option) => {
    const changed = option.slice();
    // DSS: the width flags and presence flags are turned over (RFC 8684 section 3.3).
    if (option[0] !== 30 || (option[2] ?? 0) >> 4 !== 2) return undefined;
    changed[3] = (changed[3] ?? 0) ^ 0x0f;
    return changed;
  },
};

/** All seeds with all faults that apply to them, the legal option first; each name once. */
export async function makeCorpus(input: CraftInput, engine: Engine): Promise<readonly CorpusEntry[]> {
  const entries = new Map<string, CorpusEntry>();
  for (const seed of SEEDS) {
    const { id, bytes } = await input.option(seed);
    for (const [fault, apply] of Object.entries(FAULTS)) {
      const broken = apply(bytes);
      if (broken === undefined || broken.length > 40) continue;
      let name = `${id}-${bytes.length}.${fault}`;
      for (let count = 2; entries.has(name); count++) name = `${id}-${bytes.length}-${count}.${fault}`;
      const problems = engine
        .parseOptions(broken)
        .flatMap((option: ParsedOption) => (option.problems ?? []).map((one) => one.code));
      const malformed = engine.parseOptions(broken).some((option) => option.id === "malformed")
        ? ["malformed"]
        : [];
      entries.set(name, {
        name,
        id,
        fault,
        bytes: broken,
        problems: [...new Set([...problems, ...malformed])],
      });
    }
  }
  return [...entries.values()];
}

/** Manifest of a corpus, as JSON has it. */
export function manifestOf(entries: readonly CorpusEntry[]): unknown {
  return entries.map(({ name, id, fault, bytes, problems }) => ({
    file: `${name}.bin`,
    id,
    fault,
    length: bytes.length,
    hex: toHex(bytes),
    problems,
  }));
}
