/** Opening a capture of any known format, compressed or not. */
import { CaptureError } from "../errors.ts";
import { decompress, detect, MAGIC_LENGTH, unknownFormat } from "./detect.ts";
import { InputWindow } from "./input-window.ts";
import { PCAP_HEADER_LENGTH, PcapWalker, readPcapHeader } from "./pcap.ts";
import { BYTE_ORDER_MAGIC, PcapngWalker } from "./pcapng.ts";
import { abortable, StreamReader } from "./reader.ts";
import { NEED_MORE, PacketRecord } from "./record.ts";
import { type ByteSource, type CaptureInput, openSource } from "./source.ts";
import { type CaptureReader, type Compression, MAX_PACKET_LENGTH } from "./types.ts";

export interface OpenCaptureOptions {
  /** Ends waiting for input with the error `aborted`. */
  readonly signal?: AbortSignal | undefined;
  /** At the end of a file, wait for what is appended (until aborted or closed), as `tail -f` does. */
  readonly follow?: boolean | undefined;
  /** Longest packet in bytes; a longer one counts as damage. 262144 unless given. */
  readonly maxPacketLength?: number | undefined;
}

/** Fills a window from a source, and gives up when the signal fires. */
class Opening {
  readonly window: InputWindow = new InputWindow();
  source: ByteSource;
  readonly #signal: AbortSignal | undefined;

  constructor(source: ByteSource, signal: AbortSignal | undefined) {
    this.source = source;
    this.#signal = signal;
  }

  /** Whether `count` bytes are at hand; false at the end of the input. */
  async want(count: number): Promise<boolean> {
    while (this.window.length < count) {
      const chunk = await abortable(this.source.read(), this.#signal);
      if (chunk === undefined) return false;
      this.window.push(chunk, count);
    }
    return true;
  }

  first(): Uint8Array {
    return this.window.bytes.subarray(this.window.start, this.window.end);
  }
}

/** The source from its first byte on, though its first bytes were looked at. */
function rewound({ source, window }: Opening): ByteSource {
  return {
    read: async () => (window.length > 0 ? window.take(window.length) : source.read()),
    close: () => source.close(),
  };
}

async function readHeader(
  opening: Opening,
  compression: Compression | undefined,
  options: OpenCaptureOptions,
): Promise<CaptureReader> {
  await opening.want(MAGIC_LENGTH);
  const found = detect(opening.first());
  if (found === undefined) throw unknownFormat(opening.first());
  if (found.kind === "unsupported") {
    throw new CaptureError("unsupported", `${found.name}: not supported`, { byteOffset: 0 });
  }
  const { signal, maxPacketLength = MAX_PACKET_LENGTH } = options;
  if (found.kind === "compressed") {
    if (compression !== undefined) {
      throw new CaptureError("unsupported", `${found.compression} inside ${compression}`, { byteOffset: 0 });
    }
    opening.source = decompress(rewound(opening), found.compression);
    const inner = new Opening(opening.source, signal);
    return readHeader(inner, found.compression, options);
  }
  const { window, source } = opening;
  const cut = new CaptureError("cut-short", "the capture ends within its header", { byteOffset: 0 });
  const opened = { source, window, compression, signal };
  if (found.kind === "pcap") {
    if (!(await opening.want(PCAP_HEADER_LENGTH))) throw cut;
    const { littleEndian } = found;
    const described = readPcapHeader(
      new DataView(window.take(PCAP_HEADER_LENGTH).slice().buffer),
      littleEndian,
    );
    const walker = new PcapWalker(described, littleEndian, maxPacketLength);
    const format = described.tsresol === 9 ? "nsecpcap" : "pcap";
    const byteOrder = littleEndian ? "little" : "big";
    return new StreamReader({ ...opened, format, pcap: { walker, interface: described, byteOrder } }, walker);
  }
  if (!(await opening.want(12))) throw cut;
  const magic = window.view.getUint32(window.start + 8);
  if (magic !== BYTE_ORDER_MAGIC && window.view.getUint32(window.start + 8, true) !== BYTE_ORDER_MAGIC) {
    throw unknownFormat(opening.first());
  }
  const walker = new PcapngWalker(maxPacketLength);
  const record = new PacketRecord();
  let behind = walker.step(window.view, window.start, window.end, record);
  while (behind === NEED_MORE) {
    if (!(await opening.want(record.needed))) throw cut;
    behind = walker.step(window.view, window.start, window.end, record);
  }
  if (behind < 0) throw new CaptureError(record.code, record.message, { byteOffset: 0 });
  // Link type and names are known once the first interface is, which writers describe at once.
  while (behind >= 0) {
    window.start = behind;
    if (walker.interfaces.length > 0 || walker.atPacket(window.view, window.start, window.end)) break;
    behind = walker.step(window.view, window.start, window.end, record);
    if (behind === NEED_MORE && (await opening.want(record.needed))) behind = window.start;
  }
  return new StreamReader({ ...opened, format: "pcapng", pcapng: walker }, walker);
}

/**
 * Opens a pcap or pcapng capture, also one compressed by gzip, zstd or lz4. A string is a path, `"-"` standard input;
 * a path needs Node. Throws CaptureError: `not-found`, `unreadable`, `unknown-format` (also for an empty file),
 * `unsupported`, `cut-short` (within the header), `damaged` or `aborted`.
 */
export async function openCapture(
  input: CaptureInput,
  options: OpenCaptureOptions = {},
): Promise<CaptureReader> {
  const source = await openSource(input, options.follow ?? false);
  const opening = new Opening(source, options.signal);
  try {
    return await readHeader(opening, undefined, options);
  } catch (thrown) {
    await opening.source.close();
    throw thrown;
  }
}
