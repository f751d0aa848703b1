/** Where a written capture's bytes go. */
import { CaptureError } from "../errors.ts";
import { nodeFiles, settled } from "./files.ts";
import { reason } from "./source.ts";

/** What of a Node stream is used. */
export interface NodeWritable {
  write(chunk: Uint8Array, callback: (error?: Error | null) => void): unknown;
  end(callback: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
}

/** A path (`"-"` is standard output), a stream, or a function that takes the bytes in order. */
export type CaptureTarget =
  | string
  | WritableStream<Uint8Array>
  | NodeWritable
  | ((chunk: Uint8Array) => void | Promise<void>);

export interface ByteSink {
  write(chunk: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Whatever was thrown while writing, as a CaptureError. */
export function outputError(thrown: unknown): CaptureError {
  if (thrown instanceof CaptureError) return thrown;
  return new CaptureError("unwritable", `the capture cannot be written: ${reason(thrown)}`, {
    cause: thrown,
  });
}

async function fileSink(path: string): Promise<ByteSink> {
  const { close, open, write } = await nodeFiles("unwritable");
  const descriptor = await settled<number>((done) => open(path, "w", done));
  return {
    async write(chunk) {
      for (let at = 0; at < chunk.length; )
        at += await settled<number>((done) => write(descriptor, chunk, at, chunk.length - at, null, done));
    },
    close: () => settled<void>((done) => close(descriptor, (error) => done(error ?? null))),
  };
}

function nodeSink(stream: NodeWritable, end: boolean): ByteSink {
  let failure: Error | undefined;
  let wake = (): void => {};
  // Without a listener an error (a pipe that was closed) would end the process.
  stream.on("error", (error) => {
    failure = error;
    wake();
  });
  const settled = (start: (done: () => void) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      wake = () => (failure === undefined ? resolve() : reject(failure));
      if (failure === undefined) start(wake);
      else wake();
    });
  return {
    write: (chunk) =>
      settled((done) => {
        stream.write(chunk, (error) => {
          failure ??= error ?? undefined;
          done();
        });
      }),
    close: async () => {
      if (end) await settled((done) => stream.end(done));
    },
  };
}

/** Opens any target. Standard output is left open when the capture is closed. */
export async function openSink(target: CaptureTarget): Promise<ByteSink> {
  if (target === "-") return nodeSink((await import("node:process")).stdout, false);
  if (typeof target === "string") return fileSink(target);
  if (typeof target === "function") {
    return { write: async (chunk) => target(chunk), close: async () => {} };
  }
  if ("getWriter" in target) {
    const writer = target.getWriter();
    return { write: (chunk) => writer.write(chunk), close: () => writer.close() };
  }
  return nodeSink(target, true);
}
