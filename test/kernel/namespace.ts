/** A network namespace with a TUN device and an MPTCP listener; and why there can be none. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const SERVER = "10.0.8.2";
export const PORT = 9001;
export const UDP = { socat: 7000, node: 7001 } as const;

/** Reason for which the kernel cannot be tested here; undefined if it can. */
export function missing(): string | undefined {
  if (process.platform !== "linux") return "needs Linux";
  if (process.getuid?.() !== 0) return "needs root, for network namespaces";
  if (!existsSync("/proc/sys/net/mptcp/enabled")) return "needs a kernel with MPTCP";
  if (!existsSync("/dev/net/tun")) return "needs /dev/net/tun";
  for (const tool of ["ip", "ss", "socat"])
    if (spawnSync("sh", ["-c", `command -v ${tool}`]).status !== 0) return `needs ${tool}`;
  return undefined;
}

function run(command: string, args: readonly string[]): void {
  const done = spawnSync(command, args, { encoding: "utf8", timeout: 10_000 });
  if (done.status !== 0) throw new TypeError(`${command} ${args.join(" ")}: ${done.stderr}`);
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

export class Namespace implements AsyncDisposable {
  readonly name: string = `subflow-${process.pid}`;
  readonly #children: ChildProcess[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), "subflow-kernel-"));

  /** The listener answers the first 200 bytes with their SHA-256 digest, and then reads on to the end. */
  static async create(): Promise<Namespace> {
    const space = new Namespace();
    const { name } = space;
    run("ip", ["netns", "add", name]);
    run("ip", ["-n", name, "link", "set", "lo", "up"]);
    run("ip", ["-n", name, "mptcp", "limits", "set", "subflows", "8", "add_addr_accepted", "8"]);
    space.spawn("tun", "socat", [
      `TUN:${SERVER}/24,iff-up,iff-no-pi,tun-type=tun`,
      `UDP4-DATAGRAM:127.0.0.1:${UDP.node},bind=127.0.0.1:${UDP.socat}`,
    ]);
    const answer = join(space.#folder, "answer.sh");
    writeFileSync(answer, "#!/bin/sh\nhead -c 200 | sha256sum\ncat >/dev/null\n", { mode: 0o755 });
    await space.#until("ip", ["-o", "link"], /tun0.*UP/);
    // IPPROTO_MPTCP is 262; the address is a sockaddr_in behind its family.
    const quad = SERVER.split(".").map((part) => Number(part).toString(16).padStart(2, "0"));
    const address = `x${PORT.toString(16).padStart(4, "0")}${quad.join("")}${"00".repeat(8)}`;
    space.spawn("listener", "socat", [
      "-t",
      "5",
      `SOCKET-LISTEN:2:262:${address},fork,reuseaddr`,
      `EXEC:${answer}`,
    ]);
    space.spawn("monitor", "ip", ["mptcp", "monitor"]);
    await space.#until("ss", ["-Mtln"], new RegExp(`:${PORT} `));
    // The monitor says nothing until something happens; it listens to one netlink group.
    await space.#until("cat", ["/proc/net/netlink"], /^\S+ +16 +\d+ +(?!00000000)/m);
    return space;
  }

  /** Waits until a program in the namespace prints this, for ten seconds at most. */
  async #until(command: string, args: readonly string[], wanted: RegExp): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      if (wanted.test(this.exec(command, args, 5000).stdout)) return;
      await pause(100);
    }
    throw new TypeError(`${command} ${args.join(" ")} never shows ${wanted}`);
  }

  /** Runs a program in the namespace, its output in a file; none lives longer than five minutes. */
  spawn(log: string, command: string, args: readonly string[]): void {
    const path = join(this.#folder, log);
    const line = [
      "exec timeout 320 ip netns exec",
      this.name,
      ...[command, ...args].map((one) => `'${one}'`),
    ].join(" ");
    this.#children.push(spawn("sh", ["-c", `${line} >'${path}' 2>&1`], { stdio: "ignore" }));
  }

  /** What a program has printed so far. */
  log(name: string): string {
    return readFileSync(join(this.#folder, name), "utf8");
  }

  /** Runs a program in the namespace to its end. */
  exec(
    command: string,
    args: readonly string[],
    timeout: number,
  ): { readonly stdout: string; readonly stderr: string } {
    const done = spawnSync("ip", ["netns", "exec", this.name, command, ...args], {
      encoding: "utf8",
      timeout,
      maxBuffer: 1 << 24,
      env: { ...process.env, SUBFLOW_MONITOR: join(this.#folder, "monitor") },
    });
    return { stdout: done.stdout, stderr: done.stderr };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) child.kill();
    await pause(100);
    spawnSync("ip", ["netns", "del", this.name]);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
