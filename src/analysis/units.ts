/** Numbers as people read them. */

/** Nanoseconds as seconds or milliseconds. */
export function duration(nanoseconds: number): string {
  const size = Math.abs(nanoseconds);
  if (size >= 1e9) return `${(nanoseconds / 1e9).toFixed(3)} s`;
  if (size >= 1e6) return `${(nanoseconds / 1e6).toFixed(1)} ms`;
  return `${(nanoseconds / 1e3).toFixed(0)} µs`;
}

/** Bytes, with powers of 1000. */
export function size(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(2)} GB`;
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(2)} MB`;
  if (bytes >= 10_000) return `${(bytes / 1e3).toFixed(1)} kB`;
  return `${bytes} bytes`;
}

/** Bits a second. */
export function rate(bits: number): string {
  if (bits >= 1e9) return `${(bits / 1e9).toFixed(2)} Gb/s`;
  if (bits >= 1e6) return `${(bits / 1e6).toFixed(2)} Mb/s`;
  return `${(bits / 1e3).toFixed(1)} kb/s`;
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

export function hex32(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}

export function hex64(value: bigint): string {
  return `0x${value.toString(16).padStart(16, "0")}`;
}
