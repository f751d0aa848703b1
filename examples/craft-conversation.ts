/** A whole MPTCP conversation as a capture: two subflows, a loss, a reinjection. Wireshark opens the file. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCaptureWriter, createConversation } from "../src/index.ts";

const conversation = createConversation({
  seed: "example",
  checksum: true,
  client: { addresses: ["192.0.2.1", "192.0.2.65"] },
  server: { addresses: ["198.51.100.1"], port: 9000 },
});
conversation.connect();
conversation.send({ from: "client", bytes: 500 });
const second = conversation.join({ client: "192.0.2.65" });
conversation.send({ from: "server", bytes: 6000, subflow: 0, lose: [1, 2] });
conversation.reinject({ from: "server", of: 0, on: second });
conversation.close();

const file = join(tmpdir(), "subflow-conversation.pcapng");
const writer = createCaptureWriter(file);
for (const frame of conversation.frames) await writer.write(frame);
await writer.close();
const { token, idsn } = conversation.facts("server");
console.log(
  `${conversation.frames.length} frames`,
  "server token",
  token.toString(16),
  "IDSN",
  idsn.toString(16),
);
