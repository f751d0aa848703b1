// Generated from schemas/frame/ by `npm run generate`. Do not edit.
/** Data (none). Bytes of a payload that no dissector claims. */
export interface Data {
  /** Data: bytes (the rest). */
  readonly data: Uint8Array;
}

/** Types of the frame schemas by id. */
export interface FrameShapes {
  readonly "data": Data;
}
