import { main } from "./main.ts";

// A reader that has gone (`| head`) is no failure; whoever writes notices by himself.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});
void main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
