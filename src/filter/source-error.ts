/** Short forms of throwing a {@link FilterError} at a place. */
import { FilterError, type FilterErrorCode, type Span } from "../errors.ts";

/** The text that spans refer to: macros are expanded in it. */
export class Source {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  fail(code: FilterErrorCode, span: Span | undefined, message: string, nearest?: string): never {
    throw new FilterError(code, this.text, span, message, nearest);
  }
  slice(span: Span): string {
    return this.text.slice(span.start, span.end);
  }
}

/** A constant that does not fit: what is wrong with it; the place is the caller's business. */
export class Refusal {
  readonly code: FilterErrorCode;
  readonly message: string;
  constructor(code: FilterErrorCode, message: string) {
    this.code = code;
    this.message = message;
  }
}
