/**
 * Runs inside the namespace: talks to the kernel's MPTCP listener with bytes that subflow wrote, and prints a line of JSON for each
 * check. Every wait is bounded.
 */
import { spawnSync } from "node:child_process";
import { createHash, randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { addAddrHmac, joinAckHmac, joinSynAckHmac, tokenOf } from "../../dissectors/mptcp-crypto.ts";
import { acknowledges, type Connection, connect, dss, pattern } from "./mptcp.ts";
import { PORT, SERVER, UDP } from "./namespace.ts";
import { type Ends, Flow, optionOf, Wire } from "./wire.ts";

const [FIRST, SECOND] = ["10.0.8.77", "10.0.8.78"];
let ownPort = 40_000;
const ends = (address: string): Ends => ({ address, port: ++ownPort, server: SERVER, serverPort: PORT });
const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

function check(name: string, good: boolean, detail: unknown = ""): void {
  const text = JSON.stringify({ name, good, detail: String(detail) });
  process.stdout.write(`${text}\n`);
}

/** The kernel's own view of its connections. */
function view(): string {
  return spawnSync("ss", ["-Mtni"], { encoding: "utf8", timeout: 5000 }).stdout;
}

function monitor(): string {
  return readFileSync(process.env["SUBFLOW_MONITOR"] ?? "", "utf8");
}

/** What `ss` and the monitor show is a snapshot of a running kernel: they are looked at until it holds, or for so many milliseconds. */
async function shows(name: string, look: () => string, wanted: string | RegExp, wait = 4000): Promise<void> {
  const deadline = Date.now() + wait;
  for (;;) {
    const text = look();
    const good = typeof wanted === "string" ? text.includes(wanted) : wanted.test(text);
    if (good || Date.now() > deadline) return check(name, good, good ? "" : text);
    await sleep(50);
  }
}

interface Nonces {
  readonly own: number;
  readonly peer: number;
}

const secretsOf = ({ ownKey, peerKey }: Connection, { own, peer }: Nonces) => ({
  ownKey,
  peerKey,
  ownNonce: own,
  peerNonce: peer,
});

/** A second subflow; `wrong` breaks one thing on purpose. */
async function join(wire: Wire, connection: Connection, wrong?: "token" | "hmac") {
  const flow = new Flow(wire, ends(SECOND));
  const own = randomInt(2 ** 32);
  const token = tokenOf(connection.peerKey, 1) ^ (wrong === "token" ? 1 : 0);
  const value = { variant: "syn", addressId: 5, token: token >>> 0, nonce: own };
  await flow.send({ syn: true }, [{ id: "mptcp.mpJoin", value }]);
  if (wrong === "token")
    return { flow, answer: undefined, end: await flow.expect(({ flags }) => flags.rst === true, 3000) };
  const answer = optionOf(await flow.expect(({ flags }) => flags.syn === true), "mptcp.mpJoin");
  const nonces = { own, peer: Number(answer?.["nonce"] ?? 0) };
  const hmac = joinAckHmac(secretsOf(connection, nonces), 1);
  if (wrong === "hmac") hmac[0] = (hmac[0] ?? 0) ^ 1;
  await flow.send({ ack: true }, [{ id: "mptcp.mpJoin", value: { variant: "ack", hmac } }]);
  const end = await flow.expect(
    ({ flags }) => (wrong === "hmac" ? flags.rst === true : flags.ack === true && !flags.rst && !flags.syn),
    3000,
  );
  const right = joinSynAckHmac(
    { ownKey: connection.peerKey, peerKey: connection.ownKey, ownNonce: nonces.peer, peerNonce: own },
    1,
  );
  return { flow, answer, end, verified: answer?.["truncatedHmac"] === right };
}

async function twoSubflows(wire: Wire, connection: Connection): Promise<void> {
  const { flow, first, peerFirst } = connection;
  await flow.send(
    { ack: true, psh: true },
    [dss({ ack: peerFirst, dsn: first, ssn: 1, length: 100 })],
    pattern(0, 100),
  );
  const acked = await flow.expect(({ options }) => options.some((one) => one.id === "mptcp.dss"));
  check(
    "100 bytes under a mapping get their DATA_ACK",
    acknowledges(optionOf(acked, "mptcp.dss"), first + 100n),
  );
  // ss writes numbers without leading zeros.
  const token = tokenOf(connection.peerKey, 1).toString(16);
  await shows("ss shows the token that we compute from the server's key", view, `token:${token}`);
  await shows("ss shows rcv_nxt = our IDSN + 101", view, `rcv_nxt:${(first + 100n).toString(16)}`);

  const joined = await join(wire, connection);
  check("MP_JOIN with the right token is answered by MP_JOIN", joined.answer?.["variant"] === "synAck");
  check("the kernel's truncated HMAC is the one that we compute", joined.verified === true);
  check("the third packet is acknowledged", joined.end !== undefined);
  await shows("ss shows the second subflow with our Address ID", view, `(id:5)/${token}`);
  await shows("ss counts one further subflow", view, "subflows:1 ");

  // The later half first, with numbers of 4 bytes; then the hole is filled on the first subflow.
  await joined.flow.send(
    { ack: true, psh: true },
    [dss({ ack: peerFirst, dsn: first + 150n, ssn: 1, length: 50, short: true })],
    pattern(150, 50),
  );
  await sleep(200);
  await flow.send(
    { ack: true, psh: true },
    [dss({ ack: peerFirst, dsn: first + 100n, ssn: 101, length: 50 })],
    pattern(100, 50),
  );
  const reply = await flow.expect(({ payload }) => payload.length > 0);
  const digest = createHash("sha256").update(pattern(0, 200)).digest("hex");
  const text = new TextDecoder().decode(reply?.payload);
  check(
    "data out of order over two subflows arrive in order: the digest of all 200 bytes comes back",
    text.startsWith(digest),
    text,
  );
  const mapping = optionOf(reply, "mptcp.dss");
  const dsn = mapping?.["dataSequenceNumber"];
  check(
    "the answer is mapped from the server's IDSN + 1",
    dsn === (mapping?.["dataSequenceNumber8"] === true ? peerFirst : peerFirst & 0xffff_ffffn),
  );
  const got = peerFirst + BigInt(reply?.payload.length ?? 0);
  const ack = dss({ ack: got });
  await flow.send({ ack: true }, [ack]);
  await joined.flow.send({ ack: true }, [ack]);
  await announcements(connection, joined.flow, got);
  await refusals(wire, connection);
  await ending(flow, joined.flow, first + 200n, got);
}

async function announcements(connection: Connection, second: Flow, got: bigint): Promise<void> {
  const { flow, ownKey, peerKey } = connection;
  const address = "10.0.9.9";
  const announce = (addressId: number, wrong: bigint) => {
    const announced = { ownKey, peerKey, addressId, address: Uint8Array.of(10, 0, 9, 9), port: 0 };
    const value = { variant: "ipv4", addressId, address, truncatedHmac: addAddrHmac(announced) ^ wrong };
    return [dss({ ack: got }), { id: "mptcp.addAddr", value }];
  };
  const echo = (wait: number) =>
    flow.expect(({ options }) => options.some((one) => one.id === "mptcp.addAddr"), wait);
  await flow.send({ ack: true }, announce(9, 0n));
  check(
    "ADD_ADDR with the right HMAC is echoed",
    optionOf(await echo(3000), "mptcp.addAddr")?.["echo"] === true,
  );
  await flow.send({ ack: true }, announce(8, 1n));
  check("ADD_ADDR with a wrong HMAC is not", (await echo(700)) === undefined);
  await flow.send({ ack: true }, [dss({ ack: got }), { id: "mptcp.removeAddr", value: { addressIds: [9] } }]);
  await second.send({ ack: true }, [
    dss({ ack: got }),
    { id: "mptcp.mpPrio", value: { variant: "subflow", backup: true } },
  ]);
  await shows("ip mptcp monitor reports the announced address", monitor, /ANNOUNCED.*rem_?id=9/);
  await shows("ip mptcp monitor reports REMOVE_ADDR", monitor, /REMOVED.*rem_?id=9/);
  await shows("ip mptcp monitor reports MP_PRIO with the backup flag", monitor, /SF_PRIO.*backup=1/);
}

async function refusals(wire: Wire, connection: Connection): Promise<void> {
  // RFC 8684 section 3.6: 1 is an MPTCP-specific error, 3 prohibited by the administrator.
  const reasonOf = (end: Parameters<typeof optionOf>[0]): unknown =>
    optionOf(end, "mptcp.mpTcprst")?.["reason"];
  const unknown = await join(wire, connection, "token");
  check(
    "MP_JOIN with an unknown token is reset, reason 1",
    unknown.end !== undefined && reasonOf(unknown.end) === 1,
    reasonOf(unknown.end),
  );
  const wrong = await join(wire, connection, "hmac");
  check(
    "MP_JOIN with a wrong HMAC is reset, reason 1 or 3",
    wrong.end !== undefined && /^[13]$/.test(String(reasonOf(wrong.end))),
    reasonOf(wrong.end),
  );
}

async function ending(flow: Flow, second: Flow, dsn: bigint, got: bigint): Promise<void> {
  await flow.send({ ack: true }, [dss({ ack: got, dsn, length: 1, fin: true })]);
  const answer = await flow.expect((segment) => optionOf(segment, "mptcp.dss")?.["dataFin"] === true, 3000);
  check("DATA_FIN is answered by the kernel's DATA_FIN", answer !== undefined);
  const last = dss({ ack: got + 1n });
  await flow.send({ ack: true }, [last]);
  check(
    "after both DATA_FINs the kernel sends a FIN",
    (await flow.expect(({ flags }) => flags.fin === true, 3000)) !== undefined,
  );
  for (const one of [flow, second]) await one.send({ fin: true, ack: true }, [last]);
}

async function fastClose(wire: Wire): Promise<void> {
  const connection = await connect(wire, ends(FIRST));
  check("a second connection is accepted", connection !== undefined);
  if (connection === undefined) return;
  const { flow, first, peerFirst, peerKey } = connection;
  await flow.send(
    { ack: true, psh: true },
    [dss({ ack: peerFirst, dsn: first, ssn: 1, length: 10 })],
    pattern(0, 10),
  );
  await flow.expect((segment) => optionOf(segment, "mptcp.dss") !== undefined, 3000);
  await flow.send({ ack: true }, [{ id: "mptcp.mpFastclose", value: { receiverKey: peerKey } }]);
  check(
    "MP_FASTCLOSE with the server's key resets the connection",
    (await flow.expect(({ flags }) => flags.rst === true, 3000)) !== undefined,
  );
}

async function checksums(wire: Wire): Promise<void> {
  const connection = await connect(wire, ends(FIRST), true);
  check("a connection that asks for checksums is accepted", connection !== undefined);
  if (connection === undefined) return;
  const { flow, first, peerFirst } = connection;
  const data = pattern(0, 101);
  await flow.send(
    { ack: true, psh: true },
    [dss({ ack: peerFirst, dsn: first, ssn: 1, length: 101, checksumOf: data })],
    data,
  );
  const acked = await flow.expect((segment) => optionOf(segment, "mptcp.dss") !== undefined, 3000);
  check(
    "data with the right checksum get their DATA_ACK",
    acknowledges(optionOf(acked, "mptcp.dss"), first + 101n),
  );
  const wrong = dss({
    ack: peerFirst,
    dsn: first + 101n,
    ssn: 102,
    length: 20,
    checksumOf: new Uint8Array(20),
  });
  await flow.send({ ack: true, psh: true }, [wrong], pattern(101, 20));
  const failed = await flow.expect((segment) => optionOf(segment, "mptcp.mpFail") !== undefined, 3000);
  const dsn = optionOf(failed, "mptcp.mpFail")?.["dataSequenceNumber"];
  check("data with a wrong checksum are answered by MP_FAIL with their DSN", dsn === first + 101n, dsn);
  await flow.send({ rst: true });
}

const wire = await Wire.open(UDP.node, UDP.socat);
const connection = await connect(wire, ends(FIRST));
check("SYN with MP_CAPABLE is answered by MP_CAPABLE with the server's key", connection !== undefined);
if (connection !== undefined) await twoSubflows(wire, connection);
await fastClose(wire);
await checksums(wire);
wire.close();
