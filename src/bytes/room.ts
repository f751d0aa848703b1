/**
 * Room for bytes that compiled code reads. Where there is WebAssembly, it stands in one memory a thread (see {@link makeRoom}), so that
 * functions of WebAssembly reach all of it; else it is room like any other.
 */

/** Bytes of a page (WebAssembly Core Specification, section 4.2.8). */
export const PAGE = 65_536;
/** Pages that are never written take no memory. */
const MEMORY_BYTES = 8 * 2 ** 20;
/** Room begins at such addresses. */
const ALIGNMENT = 64;

const memories = new WeakMap<ArrayBufferLike, WebAssembly.Memory>();

/** WebAssembly's memory is little-endian, and typed arrays are as the machine is. */
const IS_ALIKE: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The memory that the buffer is of; undefined for any other buffer. */
export function memoryOf(buffer: ArrayBufferLike): WebAssembly.Memory | undefined {
  return IS_ALIKE ? memories.get(buffer) : undefined;
}

interface Piece {
  readonly start: number;
  readonly size: number;
}

/** Makes a view of a buffer from an index on. */
type Over<View> = (buffer: ArrayBuffer, start: number) => View;

/** By view: gives its room back. */
const givers = new WeakMap<object, () => void>();

/** A memory of the thread, and what of it is free. */
class Arena {
  readonly #buffer: ArrayBuffer;
  /** In the order of their places; none touches the next. */
  #free: readonly Piece[];
  /** Nothing was ever taken from here on. */
  #fresh = 0;
  readonly #taken: FinalizationRegistry<Piece> = new FinalizationRegistry((piece) => this.#release(piece));

  constructor(memory: WebAssembly.Memory) {
    this.#buffer = memory.buffer;
    memories.set(this.#buffer, memory);
    this.#free = [{ start: 0, size: this.#buffer.byteLength }];
  }

  get size(): number {
    return this.#buffer.byteLength;
  }

  /** `clear`: zeros are wanted. */
  take<View extends object>(size: number, over: Over<View>, clear: boolean): View | undefined {
    const wanted = Math.ceil(size / ALIGNMENT) * ALIGNMENT;
    const found = this.#free.find((piece) => piece.size >= wanted);
    if (found === undefined) return undefined;
    const end = found.start + wanted;
    if (clear && found.start < this.#fresh)
      new Uint8Array(this.#buffer).fill(0, found.start, Math.min(end, this.#fresh));
    this.#fresh = Math.max(this.#fresh, end);
    const rest = { start: found.start + wanted, size: found.size - wanted };
    this.#free = this.#free.flatMap((piece) => (piece !== found ? [piece] : rest.size > 0 ? [rest] : []));
    const view = over(this.#buffer, found.start);
    const piece = { start: found.start, size: wanted };
    this.#taken.register(view, piece, view);
    givers.set(view, () => {
      this.#taken.unregister(view);
      this.#release(piece);
    });
    return view;
  }

  #release(piece: Piece): void {
    const free: Piece[] = [];
    for (const next of [...this.#free, piece].sort((a, b) => a.start - b.start)) {
      const last = free.at(-1);
      if (last !== undefined && last.start + last.size === next.start)
        free[free.length - 1] = { start: last.start, size: last.size + next.size };
      else free.push(next);
    }
    this.#free = free;
  }
}

/** Of this thread, from the first time on that room is taken: the one that room is taken from. */
let arena: Arena | "none" | undefined;

function newArena(size: number): Arena | "none" {
  try {
    const pages = size / PAGE;
    return new Arena(new WebAssembly.Memory({ initial: pages, maximum: pages }));
  } catch {
    // No WebAssembly here, or no room for its memory.
    return "none";
  }
}

function take<View extends object>(size: number, over: Over<View>, clear = false): View {
  arena ??= newArena(MEMORY_BYTES);
  const taken = arena === "none" ? undefined : arena.take(size, over, clear);
  return taken ?? over(new ArrayBuffer(size), 0);
}

/**
 * From now on room is taken from a memory of so many bytes (whole pages) more than most need. It is made once: where it is full,
 * room is as anywhere. What was taken before stands in another.
 */
export function makeRoom(size: number): void {
  if (arena === "none" || (arena !== undefined && arena.size >= MEMORY_BYTES + size)) return;
  const made = newArena(MEMORY_BYTES + size);
  if (made !== "none" || arena === undefined) arena = made;
}

// Zeros, or what others left. They are taken until the very view that is given is collected: one made of it does not keep them.

export function takeBytes(count: number): Uint8Array {
  return take(count, (buffer, start) => new Uint8Array(buffer, start, count));
}

export function takeWords(count: number): Int32Array {
  return take(count * 4, (buffer, start) => new Int32Array(buffer, start, count));
}

export function takeFloats(count: number): Float64Array {
  return take(count * 8, (buffer, start) => new Float64Array(buffer, start, count));
}

/** The same, of zeros. */
export function takeZeros(count: number): Int32Array {
  return take(count * 4, (buffer, start) => new Int32Array(buffer, start, count), true);
}

/** Others may take the view's room: whoever took it is done with it, and with what was made of it. Else it is taken until it is collected. */
export function giveBack(view: Uint8Array | Int32Array | Float64Array): void {
  givers.get(view)?.();
  givers.delete(view);
}

/** Memory that several threads may be given. */
export type SharedRoom = WebAssembly.Memory | SharedArrayBuffer;

export function takeShared(size: number): SharedRoom {
  const pages = Math.ceil(size / PAGE);
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch {
    return new SharedArrayBuffer(size); // as in `newArena`
  }
}

/** The bytes of what {@link takeShared} gave, to this thread or to another. */
export function bufferOf(room: SharedRoom): SharedArrayBuffer {
  if (room instanceof SharedArrayBuffer) return room;
  const { buffer } = room;
  memories.set(buffer, room);
  return buffer as unknown as SharedArrayBuffer; // the memory is shared
}
