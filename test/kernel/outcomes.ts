/**
 * Runs inside the namespace: sends every form and fault of the MPTCP options to the kernel's listener, each on a connection of its
 * own, and prints what the kernel does as a line of JSON.
 *
 * MP_CAPABLE of 4 and 12 bytes stands on a SYN, of 20 to 24 bytes on the third packet (with data from 22 bytes on); MP_JOIN of 12
 * bytes on a SYN beside an open connection, with its token; all others on an ACK of an open connection, followed by 10 bytes under a right mapping.
 */
import { addAddrHmac, dssChecksum, idsnOf, tokenOf } from "../../dissectors/mptcp-crypto.ts";
import { concatBytes, fromHex, toHex } from "../../src/bytes/hex.ts";
import { SEEDS } from "../../src/craft/corpus-seeds.ts";
import { createCraftInput } from "../../src/craft/input.ts";
import { type CorpusEntry, makeCorpus } from "../../src/testing/index.ts";
import { acknowledges, type Connection, capable, connect, dss, pattern, randomKey } from "./mptcp.ts";
import { PORT, SERVER, UDP } from "./namespace.ts";
import { type Ends, Flow, optionOf, type Segment, Wire } from "./wire.ts";

/** Milliseconds in which an answer has to come; silence is judged only after the longer time. */
const SHORT = 250;
const LONG = 2000;
let wait = SHORT;
/** Options that the kernel answers from a worker of its own. */
const LATE: ReadonlySet<string> = new Set(["mptcp.addAddr", "mptcp.mpFastclose", "mptcp.mpFail"]);
let ownPort = 42_000;
const ends = (): Ends => ({ address: "10.0.8.77", port: ++ownPort, server: SERVER, serverPort: PORT });

function resetText(segment: Segment): string {
  const reason = optionOf(segment, "mptcp.mpTcprst")?.["reason"];
  return reason === undefined ? "reset" : `reset, reason ${String(reason)}`;
}

/** What a segment tells about the connection; undefined to wait for another. */
function verdict(segment: Segment, dsn: bigint | undefined): string | undefined {
  if (segment.flags.rst) return resetText(segment);
  if (optionOf(segment, "mptcp.mpFail") !== undefined) return "MP_FAIL";
  if (dsn === undefined) return undefined;
  const option = optionOf(segment, "mptcp.dss");
  if (acknowledges(option, dsn)) return "goes on";
  return undefined;
}

/** MP_CAPABLE of a SYN (RFC 8684 section 3.1). */
const CAPABLE = Uint8Array.of(30, 4, 1, 1);
/** Constants of the corpus that stand for what only a live connection knows. */
const OWN = "1122334455667788";
const PEER = "99aabbccddeeff00";
const TOKEN = "01020304";

function hex64(value: bigint): string {
  return BigInt.asUintN(64, value).toString(16).padStart(16, "0");
}

function filled(bytes: Uint8Array, values: Readonly<Record<string, string>>): Uint8Array {
  let text = toHex(bytes);
  for (const [from, to] of Object.entries(values)) text = text.replaceAll(from, to);
  return fromHex(text) ?? bytes;
}

async function onSyn(wire: Wire, area: Uint8Array, join: boolean): Promise<string> {
  const open = join ? await established(wire) : undefined;
  const token = open === undefined ? TOKEN : tokenOf(open.peerKey, 1).toString(16).padStart(8, "0");
  const flow = new Flow(wire, { ...ends(), ...(join ? { address: "10.0.8.78" } : {}) });
  await flow.sendArea({ syn: true }, filled(area, { [TOKEN]: token }));
  const answer = await flow.expect(({ flags }) => flags.syn === true || flags.rst === true, wait);
  await open?.flow.send({ rst: true });
  if (answer === undefined) return "no answer";
  if (answer.flags.rst) return resetText(answer);
  await flow.send({ rst: true });
  const accepted = optionOf(answer, join ? "mptcp.mpJoin" : "mptcp.mpCapable") !== undefined;
  return accepted ? "accepted" : join ? "SYN/ACK without MP_JOIN" : "fallback to TCP";
}

async function onThird(wire: Wire, bytes: Uint8Array, withData: boolean): Promise<string> {
  const flow = new Flow(wire, ends());
  await flow.send({ syn: true }, [capable({})]);
  const answer = optionOf(await flow.expect(({ flags }) => flags.syn === true, wait), "mptcp.mpCapable");
  const peerKey = answer?.["senderKey"];
  if (typeof peerKey !== "bigint") return "no answer";
  const ownKey = randomKey();
  const size = withData ? 4 : 0;
  const first = idsnOf(ownKey, 1) + 1n;
  const checksum = dssChecksum(
    { dataSequenceNumber: BigInt.asUintN(64, first), subflowSequenceNumber: 1, dataLevelLength: 4 },
    pattern(0, 4),
  );
  const area = filled(bytes, {
    [OWN]: hex64(ownKey),
    [PEER]: hex64(peerKey),
    // Data-level length 4 and the corpus's checksum.
    "00041234": `0004${checksum.toString(16).padStart(4, "0")}`,
  });
  await flow.sendArea({ ack: true, psh: withData }, area, pattern(0, size));
  const ack = idsnOf(peerKey, 1) + 1n;
  const next = dss({ ack, dsn: first + BigInt(size), ssn: 1 + size, length: 10 });
  await flow.send({ ack: true, psh: true }, [next], pattern(size, 10));
  let seen: string | undefined;
  await flow.expect((segment) => {
    if (segment.flags.rst) seen = resetText(segment);
    else if (acknowledges(optionOf(segment, "mptcp.dss"), first + BigInt(size + 10))) seen = "accepted";
    return seen !== undefined;
  }, wait);
  await flow.send({ rst: true });
  return seen ?? "fallback to TCP";
}

/** A connection on which both sides have heard the other. */
async function established(wire: Wire): Promise<Connection | undefined> {
  // The listener forks for each connection: one that comes too soon gets another try.
  const connection = (await connect(wire, ends())) ?? (await connect(wire, ends()));
  if (connection === undefined) return undefined;
  const { flow, first, peerFirst } = connection;
  const mapping = dss({ ack: peerFirst, dsn: first, ssn: 1, length: 10 });
  await flow.send({ ack: true, psh: true }, [mapping], pattern(0, 10));
  await flow.expect((segment) => acknowledges(optionOf(segment, "mptcp.dss"), first + 10n), 1000);
  return connection;
}

/** What stands for the corpus's key: the server's key, a DATA_ACK, or the HMAC of the announcement. */
function keyOf(entry: CorpusEntry, { ownKey, peerKey, peerFirst }: Connection): string {
  if (entry.id === "mptcp.mpFastclose") return hex64(peerKey);
  if (entry.id !== "mptcp.addAddr") return hex64(peerFirst);
  const v6 = /-(?:28|30)(?:-|\.)/.test(entry.name);
  const address = v6
    ? Uint8Array.of(0x20, 1, 13, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)
    : Uint8Array.of(10, 0, 0, 1);
  const port = /-(?:18|30)(?:-|\.)/.test(entry.name) ? 80 : 0;
  return hex64(addAddrHmac({ ownKey, peerKey, addressId: 7, address, port }));
}

async function onConnection(wire: Wire, entry: CorpusEntry): Promise<string> {
  const connection = await established(wire);
  if (connection === undefined) return "no connection";
  const { flow, first, peerFirst } = connection;
  const rst = entry.id === "mptcp.mpTcprst";
  await flow.sendArea({ ack: true, rst }, filled(entry.bytes, { [OWN]: keyOf(entry, connection) }));
  const at = dss({ ack: peerFirst, dsn: first + 10n, ssn: 11, length: 10 });
  if (!rst) await flow.send({ ack: true, psh: true }, [at], pattern(10, 10));
  let seen: string | undefined;
  let echoed = false;
  await flow.expect((segment) => {
    if (optionOf(segment, "mptcp.addAddr") !== undefined) echoed = true;
    const now = verdict(segment, first + 20n);
    if (seen === undefined || seen === "goes on") seen = now ?? seen;
    // An echo or a reset may come behind the DATA_ACK.
    return seen !== undefined && (seen !== "goes on" || !LATE.has(entry.id) || echoed);
  }, wait);
  await flow.send({ rst: true });
  if (rst && seen === undefined) return "connection closed";
  return `${seen ?? "no DATA_ACK"}${echoed ? ", echoed" : ""}`;
}

/** On a busy machine an answer may come late. */
async function outcome(wire: Wire, entry: CorpusEntry): Promise<string> {
  wait = SHORT;
  const seen = await attempt(wire, entry);
  if (!seen.startsWith("no ")) return seen;
  wait = LONG;
  return attempt(wire, entry);
}

function attempt(wire: Wire, entry: CorpusEntry): Promise<string> {
  const legal = Number(/-(\d+)/.exec(entry.name)?.[1]);
  // In the wrong segment: what belongs on a SYN comes later, what comes later stands on a SYN, behind an MP_CAPABLE where it fits.
  if (entry.fault === "wrong-context") {
    if (entry.tcpFlags !== 0x02) return onConnection(wire, entry);
    const first = entry.id === "mptcp.mpCapable" || entry.bytes.length > 36 ? new Uint8Array(0) : CAPABLE;
    return onSyn(wire, concatBytes([first, entry.bytes]), false);
  }
  if (entry.id === "mptcp.mpCapable") {
    if (legal <= 12) return onSyn(wire, entry.bytes, false);
    return onThird(wire, entry.bytes, legal >= 22);
  }
  if (entry.id === "mptcp.mpJoin" && legal === 12) return onSyn(wire, entry.bytes, true);
  return onConnection(wire, entry);
}

const wire = await Wire.open(UDP.node, UDP.socat);
const entries = makeCorpus(await createCraftInput().options(SEEDS));
for (const entry of entries.filter(({ id }) => id.startsWith("mptcp."))) {
  const line = { name: entry.name, problems: entry.problems, outcome: await outcome(wire, entry) };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
// A last sign of life: the listener survived all of it.
const alive = await connect(wire, ends());
process.stdout.write(`${JSON.stringify({ alive: alive !== undefined, key: randomKey() !== 0n })}\n`);
wire.close();
