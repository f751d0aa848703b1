/** Bytes from a file, a stream or memory, chunk by chunk. */
import { CaptureError } from "../errors.ts";
import { nodeFiles, settled } from "./files.ts";

/** A pull source. `read` gives undefined at the end; `close` may be called at any time, and more than once. */
export interface ByteSource {
  read(): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
  /** Regular files, for whoever uses one buffer again and again. */
  readonly file?: OpenFile;
}

export interface OpenFile {
  readonly descriptor: number;
  /** In bytes, when it was opened. */
  readonly size: number;
  /** Reads `length` bytes at `position` of the file to `offset` of `buffer`, at once; fewer at the end. */
  readAt(buffer: Uint8Array, offset: number, length: number, position: number): number;
  /** Timers, other input and signals get their turn. */
  pause(): Promise<void>;
}

/** What a capture can be read from. A string is a path; `"-"` is standard input. */
export type CaptureInput = string | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | Uint8Array;

const FIRST_READ = 65_536;
const READ = 1_048_576;
const POLL_MILLISECONDS = 200;

/** Text of whatever was thrown. */
export function reason(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** An error of the system as a CaptureError, told apart by its code. */
export function inputError(thrown: unknown, name: string): CaptureError {
  if (thrown instanceof CaptureError) return thrown;
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  return code === "ENOENT"
    ? new CaptureError("not-found", `${name} does not exist`, { cause: thrown })
    : new CaptureError("unreadable", `${name} cannot be read: ${reason(thrown)}`, { cause: thrown });
}

/** Files that nobody reads to their end nor closes are closed when they are collected. */
const forgotten: FinalizationRegistry<() => Promise<void>> = new FinalizationRegistry((close) => {
  close().catch(() => {});
});

async function openFile(path: string, follow: boolean): Promise<ByteSource> {
  try {
    const { close: closeFile, fstat, open, read, readSync } = await nodeFiles("unreadable");
    const descriptor = await settled<number>((done) => open(path, "r", done));
    const closeDescriptor = (): Promise<void> =>
      settled((done) => closeFile(descriptor, (error) => done(error ?? null)));
    const status = await settled<import("node:fs").Stats>((done) => fstat(descriptor, done)).catch(
      async (thrown: unknown) => {
        await closeDescriptor().catch(() => {});
        throw thrown;
      },
    );
    /** The call that is under way: a descriptor is not closed, and so given to another file, before its end. */
    let reading: Promise<number> = Promise.resolve(0);
    let buffer = new Uint8Array(FIRST_READ);
    let used = 0;
    let closed: Promise<void> | undefined;
    const close = (): Promise<void> => {
      closed ??= reading.catch(() => {}).then(closeDescriptor);
      return closed;
    };
    const source: ByteSource = {
      async read() {
        // A pipe gives little at a time: its chunks share a buffer, side by side.
        if (used > buffer.length / 2) {
          buffer = new Uint8Array(READ);
          used = 0;
        }
        while (!closed) {
          try {
            reading = settled((done) => read(descriptor, buffer, used, buffer.length - used, null, done));
            const bytesRead = await reading;
            if (bytesRead > 0) {
              used += bytesRead;
              return buffer.subarray(used - bytesRead, used);
            }
          } catch (thrown) {
            if (closed) return undefined;
            throw inputError(thrown, path);
          }
          if (!follow || closed) return undefined;
          await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
        }
        return undefined;
      },
      close,
      ...(!follow &&
        status.isFile() && {
          file: {
            descriptor,
            size: status.size,
            readAt(into: Uint8Array, offset: number, length: number, position: number): number {
              if (closed) return 0;
              try {
                return readSync(descriptor, into, offset, length, position);
              } catch (thrown) {
                throw inputError(thrown, path);
              }
            },
            pause: () => new Promise<void>((resolve) => setImmediate(resolve)),
          },
        }),
    };
    forgotten.register(source, close);
    return source;
  } catch (thrown) {
    throw inputError(thrown, path);
  }
}

function bytesOf(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  throw new CaptureError("unreadable", `the stream yields ${typeof chunk} where bytes are expected`);
}

/** Wraps an iterable; `close` ends it without waiting for a read that is under way. */
export function sourceOf(iterable: AsyncIterable<Uint8Array>, onClose?: () => unknown): ByteSource {
  const iterator = iterable[Symbol.asyncIterator]();
  let reading = false;
  let closed = false;
  return {
    async read() {
      if (closed) return undefined;
      reading = true;
      try {
        const { done, value } = await iterator.next();
        return done ? undefined : bytesOf(value);
      } catch (thrown) {
        if (closed) return undefined;
        throw inputError(thrown, "the stream");
      } finally {
        reading = false;
      }
    },
    async close() {
      if (closed) return;
      closed = true;
      try {
        await onClose?.();
        const returned = iterator.return?.();
        if (!reading) await returned;
        else returned?.catch(() => {});
      } catch {
        // The reader is done with it: an error on closing has nobody to help.
      }
    },
  };
}

/** ReadableStream by its reader: not every browser can iterate over one. */
function webSource(stream: ReadableStream<Uint8Array>): ByteSource {
  const reader = stream.getReader();
  return {
    async read() {
      try {
        const { done, value } = await reader.read();
        return done ? undefined : bytesOf(value);
      } catch (thrown) {
        throw inputError(thrown, "the stream");
      }
    },
    async close() {
      await reader.cancel().catch(() => {});
    },
  };
}

/** Opens any input. `follow` waits at the end of a file for what is appended. */
export async function openSource(input: CaptureInput, follow: boolean): Promise<ByteSource> {
  if (input === "-") {
    const { stdin } = await import("node:process");
    return sourceOf(stdin, () => stdin.destroy());
  }
  if (typeof input === "string") return openFile(input, follow);
  if (input instanceof Uint8Array) {
    let rest: Uint8Array | undefined = input;
    return {
      async read() {
        const chunk = rest;
        rest = undefined;
        return chunk;
      },
      async close() {
        rest = undefined;
      },
    };
  }
  if ("getReader" in input) return webSource(input);
  const destroy = "destroy" in input && typeof input.destroy === "function" ? input.destroy : undefined;
  return sourceOf(input, destroy?.bind(input));
}
