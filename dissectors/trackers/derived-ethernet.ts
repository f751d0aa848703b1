/** Findings about Ethernet frames that compare lengths and fields. */
import type { Tracker } from "../../src/plugin.ts";
import { bytesAt, derived } from "./derived.ts";
import { numberAt, provided } from "./provided.ts";

const GROUP = 0;
const LENGTH = 1;
const FRAME = 2;
const VLAN_LENGTH = 3;
const TRAILER = 4;
const PADDING = 5;
const CHECK = 6;
const TAGS = 7;

const NOT_GROUP = 0;
const PAST_END = 1;
const VLAN_PAST_END = 2;
const BAD_PADDING = 3;
const MANY_TAGS = 4;

/** Two addresses and the length. */
const HEADER = 14;
const TAG = 4;
/** What tells of more than this has something else in mind. */
const TAGS_AT_MOST = 20;
/** Shorter frames are padded (IEEE 802.3-2022 section 3.2.8); without the check sequence. */
const MINIMUM = 60;

export const derivedEthernet: Tracker = derived(
  "eth.findings",
  ["eth.src.ig", "eth.len", "frame.len", "vlan.len", "eth.trailer", "eth.padding", "eth.fcs", "vlan.id"],
  [
    provided("eth.src_not_group", "FT_NONE", "The sender's address is a group's", { after: "eth.src" }),
    provided("eth.len.past_end", "FT_NONE", "The length goes behind the frame's end", { after: "eth.len" }),
    provided("vlan.len.past_end", "FT_NONE", "The length goes behind the frame's end", { after: "vlan.len" }),
    provided("eth.padding_bad", "FT_NONE", "Padding is not zero", { after: "eth.trailer" }),
    provided("vlan.too_many_tags", "FT_NONE", "More than 20 tags in a row", {}),
  ],
  (row, provide) => {
    for (let index = 0; index < row.count(GROUP); index++) {
      if (row.at(GROUP, index) === true) provide(NOT_GROUP, true, index);
    }
    if (row.count(TAGS) > TAGS_AT_MOST) provide(MANY_TAGS, true);
    const frame = numberAt(row, FRAME, 0);
    if (numberAt(row, LENGTH, 0) > frame - HEADER) provide(PAST_END, true);
    if (numberAt(row, VLAN_LENGTH, 0) > frame - HEADER - TAG * row.count(TAGS)) provide(VLAN_PAST_END, true);
    const trailer = bytesAt(row, TRAILER, 0);
    if (trailer === undefined || row.count(PADDING) > 0) return;
    const end = frame - trailer.length - (row.count(CHECK) > 0 ? 4 : 0);
    if (end < MINIMUM) provide(BAD_PADDING, true);
  },
);
