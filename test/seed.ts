/**
 * The same draws in every run, so that a red run means a change and not luck. `SUBFLOW_SEED=7 npm run unit` draws others,
 * `SUBFLOW_SEED=random` new ones; fast-check prints the seed of what failed.
 */
import fc from "fast-check";

const chosen = process.env["SUBFLOW_SEED"] ?? "20261125";
if (chosen !== "random") fc.configureGlobal({ seed: Number(chosen) });
