/** Lines of text as bytes of UTF-8, for text that is made faster than strings of it could be. */

const CHUNK = 1 << 16;
/** Room behind a full chunk for what belongs to its last line. */
const SLACK = 1 << 10;

const ZERO = 0x30;
const DOT = 0x2e;
/** Four decimal digits of each number below 10,000, made when the first text is. */
let digits: Uint8Array | undefined;

function fourDigits(): Uint8Array {
  if (digits !== undefined) return digits;
  const bytes = new Uint8Array(40_000);
  for (let number = 0; number < 10_000; number++) {
    let rest = number;
    for (let place = 3; place >= 0; place--) {
      bytes[number * 4 + place] = ZERO + (rest % 10);
      rest = (rest / 10) | 0;
    }
  }
  digits = bytes;
  return bytes;
}

export class LineBuffer {
  readonly #digits: Uint8Array = fourDigits();
  #bytes: Buffer = Buffer.allocUnsafe(CHUNK + SLACK);
  #used = 0;
  #chunks: Uint8Array[] = [];

  /** Makes room for `count` bytes more, at most {@link SLACK}. */
  #reserve(count: number): void {
    if (this.#used + count > this.#bytes.length) this.#close();
  }

  #close(): void {
    if (this.#used > 0) this.#chunks.push(this.#bytes.subarray(0, this.#used));
    this.#bytes = Buffer.allocUnsafe(CHUNK + SLACK);
    this.#used = 0;
  }

  text(text: string): void {
    const { length } = text;
    if (length > 32) {
      this.#long(text);
      return;
    }
    this.#reserve(length * 3);
    const bytes = this.#bytes;
    const from = this.#used;
    for (let index = 0; index < length; index++) {
      const unit = text.charCodeAt(index);
      if (unit >= 0x80) {
        this.#used = from + bytes.write(text, from);
        return;
      }
      bytes[from + index] = unit;
    }
    this.#used = from + length;
  }

  #long(text: string): void {
    if (this.#used + text.length * 3 <= this.#bytes.length) {
      this.#used += this.#bytes.write(text, this.#used);
      return;
    }
    this.#close();
    this.#chunks.push(Buffer.from(text));
  }

  /** Dotted quad of a 32-bit address. */
  quad(address: number): void {
    this.#reserve(15);
    for (let shift = 24; shift >= 0; shift -= 8) {
      this.#first((address >>> shift) & 0xff);
      if (shift > 0) this.#bytes[this.#used++] = DOT;
    }
  }

  /** Decimal digits of a whole number from 0 to 2⁵³. */
  whole(value: number): void {
    this.#reserve(20);
    if (value >= 1e8) {
      const upper = Math.floor(value / 1e8);
      this.whole(upper);
      this.#eight(value - upper * 1e8);
      return;
    }
    const number = value | 0;
    const upper = (number / 10_000) | 0;
    if (upper > 0) this.#first(upper);
    const lower = number - upper * 10_000;
    if (upper > 0) this.#four(lower);
    else this.#first(lower);
  }

  /** Decimal digits of an unsigned 64-bit number, by a long division by 10⁸ in steps that doubles hold exactly. */
  wide(high: number, low: number): void {
    const upper = high >>> 0;
    const lower = low >>> 0;
    if (upper < 0x20_0000) {
      this.whole(upper * 0x1_0000_0000 + lower);
      return;
    }
    let quotient = 0;
    let rest = 0;
    for (let shift = 48; shift >= 0; shift -= 16) {
      const part = (shift >= 32 ? upper >>> (shift - 32) : lower >>> shift) & 0xffff;
      const value = rest * 0x1_0000 + part;
      const digit = Math.floor(value / 1e8);
      rest = value - digit * 1e8;
      quotient = quotient * 0x1_0000 + digit;
    }
    this.whole(quotient);
    this.#eight(rest);
  }

  #eight(value: number): void {
    const upper = (value / 10_000) | 0;
    this.#four(upper);
    this.#four(value - upper * 10_000);
  }

  #four(value: number): void {
    const bytes = this.#bytes;
    const digits = this.#digits;
    const at = this.#used;
    const from = value * 4;
    bytes[at] = digits[from] ?? ZERO;
    bytes[at + 1] = digits[from + 1] ?? ZERO;
    bytes[at + 2] = digits[from + 2] ?? ZERO;
    bytes[at + 3] = digits[from + 3] ?? ZERO;
    this.#used = at + 4;
  }

  /** Without zeros in front; `value` is below 10,000. */
  #first(value: number): void {
    const skip = value >= 1000 ? 0 : value >= 100 ? 1 : value >= 10 ? 2 : 3;
    const bytes = this.#bytes;
    const digits = this.#digits;
    const from = value * 4;
    let at = this.#used;
    for (let place = skip; place < 4; place++) bytes[at++] = digits[from + place] ?? ZERO;
    this.#used = at;
  }

  /** A line has ended: a chunk that is full goes. */
  end(): void {
    this.#reserve(1);
    this.#bytes[this.#used++] = 0x0a;
    if (this.#used >= CHUNK) this.#close();
  }

  /** All that was added since the last call. */
  take(): readonly Uint8Array[] {
    if (this.#used > 0) this.#close();
    const chunks = this.#chunks;
    this.#chunks = [];
    return chunks;
  }
}
