/** `frame.generate_md5_hash`: the MD5 of a frame's captured bytes, by which copies of one packet are found. */
import { md5 } from "@noble/hashes/legacy.js";
import { type Tracker, toHex } from "../../src/plugin.ts";
import { bytesAt } from "./derived.ts";
import { provided } from "./provided.ts";

export const frameHash: Tracker = {
  id: "frame.hash",
  requires: ["frame"],
  provides: [
    provided(
      "frame.md5_hash",
      "FT_STRING",
      "MD5 of the captured bytes",
      { after: "frame.cap_len" },
      { spec: "RFC 1321" },
    ),
  ],
  local: true,
  isActive: (preferences) => preferences.get("frame.generate_md5_hash") === true,
  create: () => ({
    forgotten: 0,
    update: (row, provide) => {
      const bytes = bytesAt(row, 0, 0);
      if (bytes !== undefined) provide(0, toHex(md5(bytes)));
    },
  }),
};
