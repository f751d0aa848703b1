/**
 * TCP by hand over raw IP: Node sends datagrams to socat, which puts each into a TUN device. No packet of it leaves the network
 * namespace, and no kernel owns the addresses that we send from, so nothing answers for us.
 */
import { createSocket, type Socket } from "node:dgram";
import { createEngine, type Dissection, type Engine, type ParsedOption } from "../../src/index.ts";

/** LINKTYPE_RAW. */
const RAW = 101;
export const engine: Engine = createEngine();

export interface Flags {
  readonly syn?: boolean;
  readonly ack?: boolean;
  readonly psh?: boolean;
  readonly fin?: boolean;
  readonly rst?: boolean;
}

/** What came back: the fields that checks look at. */
export interface Segment {
  readonly dissection: Dissection;
  readonly flags: Flags;
  readonly payload: Uint8Array;
  /** MPTCP options, parsed. */
  readonly options: readonly ParsedOption[];
}

export class Wire {
  readonly #socket: Socket;
  readonly #port: number;
  #queue: Uint8Array[] = [];
  #wake: () => void = () => {};

  private constructor(socket: Socket, port: number) {
    this.#socket = socket;
    this.#port = port;
    socket.on("message", (message) => {
      this.#queue.push(new Uint8Array(message));
      this.#wake();
    });
  }

  /** @param port - where socat listens for UDP on the loopback device. */
  static async open(own: number, port: number): Promise<Wire> {
    const socket = createSocket("udp4");
    await new Promise<void>((resolve) => socket.bind(own, "127.0.0.1", resolve));
    return new Wire(socket, port);
  }

  send(packet: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.send(packet, this.#port, "127.0.0.1", (error) =>
        error === null ? resolve() : reject(error),
      );
    });
  }

  /** The next packet, or undefined after so many milliseconds. */
  async receive(wait: number): Promise<Uint8Array | undefined> {
    const deadline = Date.now() + wait;
    while (this.#queue.length === 0 && Date.now() < deadline) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadline - Date.now());
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.#queue.shift();
  }

  close(): void {
    this.#socket.close();
  }
}

function toSegment(data: Uint8Array): Segment | undefined {
  const size = data.length;
  const dissection = engine.dissect({
    data,
    number: 1,
    timestamp: undefined,
    capturedLength: size,
    originalLength: size,
    linkType: RAW,
  });
  const tcp = dissection.layers.find((layer) => layer.id === "tcp");
  if (tcp === undefined) return undefined;
  const list = tcp.value["options"];
  const options = (Array.isArray(list) ? list : []).filter((one: ParsedOption) =>
    one.id.startsWith("mptcp."),
  );
  return { dissection, flags: tcp.value as Flags, payload: data.subarray(tcp.end, tcp.bufferEnd), options };
}

export interface Ends {
  readonly address: string;
  readonly port: number;
  readonly server: string;
  readonly serverPort: number;
}

/** One TCP connection of ours: numbers are kept, segments are written by `engine.craft`. */
export class Flow {
  readonly #wire: Wire;
  readonly #ends: Ends;
  readonly isn: number;
  next: number;
  received = 0;

  constructor(wire: Wire, ends: Ends) {
    this.#wire = wire;
    this.#ends = ends;
    this.isn = Math.floor(Math.random() * 2 ** 32);
    this.next = this.isn;
  }

  async send(
    flags: Flags,
    options: readonly ParsedOption[] = [],
    payload: Uint8Array = new Uint8Array(0),
  ): Promise<void> {
    const area = engine.serializeOptions(options);
    await this.sendArea(flags, area, payload);
  }

  /** With an option area of whatever bytes. */
  async sendArea(flags: Flags, area: Uint8Array, payload: Uint8Array = new Uint8Array(0)): Promise<void> {
    // End of options, so that padding never completes an option that was cut.
    const padding = new Uint8Array(-area.length & 3);
    const packet = engine.craft([
      { id: "ipv4", value: { source: this.#ends.address, destination: this.#ends.server } },
      {
        id: "tcp",
        value: {
          sourcePort: this.#ends.port,
          destinationPort: this.#ends.serverPort,
          sequenceNumber: this.next,
          acknowledgmentNumber: flags.ack ? this.received : 0,
          window: 65_000,
          ...flags,
          options: [
            { id: "tcp.option", raw: area },
            { id: "tcp.option", raw: padding },
          ],
        },
        payload,
      },
    ]);
    await this.#wire.send(packet);
    this.next = (this.next + payload.length + (flags.syn || flags.fin ? 1 : 0)) % 2 ** 32;
  }

  /** The first segment of this connection that passes `test`; the acknowledgement number follows all of them. */
  async expect(test: (segment: Segment) => boolean, wait = 2000): Promise<Segment | undefined> {
    const deadline = Date.now() + wait;
    for (let count = 0; count < 1000; count++) {
      const packet = await this.#wire.receive(deadline - Date.now());
      if (packet === undefined) return undefined;
      const segment = toSegment(packet);
      if (segment === undefined || !this.#isOurs(segment)) continue;
      const { dissection, flags, payload } = segment;
      const end =
        (Number(dissection.get("tcp.seq_raw")) + payload.length + (flags.syn || flags.fin ? 1 : 0)) % 2 ** 32;
      // Forward in sequence space only.
      if (flags.syn || (end - this.received) >>> 0 < 2 ** 31) this.received = end;
      if (test(segment)) return segment;
    }
    return undefined;
  }

  #isOurs({ dissection }: Segment): boolean {
    const { address, port, serverPort } = this.#ends;
    return (
      dissection.get("ip.dst") === address &&
      dissection.get("tcp.dstport") === port &&
      dissection.get("tcp.srcport") === serverPort
    );
  }
}

/** The option of a schema, with its values. */
export function optionOf(
  segment: Segment | undefined,
  id: string,
): Readonly<Record<string, unknown>> | undefined {
  return segment?.options.find((option) => option.id === id)?.value;
}
