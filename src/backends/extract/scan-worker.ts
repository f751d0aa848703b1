/** The program of a thread that scans for a reader. Started by `ScanAhead`, under Node only. */
import { type AheadTask, serveScans } from "../../capture/ahead-worker.ts";
import { type ScanProgram, unpackScan } from "./portable.ts";

const { parentPort, receiveMessageOnPort, workerData } = await import("node:worker_threads");
const { readSync } = await import("node:fs");

if (parentPort !== null) {
  const port = parentPort;
  const task = workerData as AheadTask; // ScanAhead gives nothing else
  serveScans(
    task,
    (program) => unpackScan(program as ScanProgram), // made by packScan
    () => {
      let latest: unknown;
      for (let news = receiveMessageOnPort(port); news !== undefined; news = receiveMessageOnPort(port))
        latest = news.message;
      return latest;
    },
    (buffer, offset, length, position) => readSync(task.file, buffer, offset, length, position),
  );
}
