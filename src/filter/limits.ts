/** Bounds on a filter's text, so that no text can exhaust stack, memory or time. */

export interface FilterLimits {
  /** Depth of nested tests, arithmetic and slices. */
  readonly nesting?: number;
  /** UTF-16 code units, counted after macros are expanded. */
  readonly length?: number;
  /** Items of one set. */
  readonly setSize?: number;
}

export const defaultLimits: Required<FilterLimits> = { nesting: 200, length: 200_000, setSize: 20_000 };

export function fillLimits(limits: FilterLimits | undefined): Required<FilterLimits> {
  return {
    nesting: limits?.nesting ?? defaultLimits.nesting,
    length: limits?.length ?? defaultLimits.length,
    setSize: limits?.setSize ?? defaultLimits.setSize,
  };
}
