#!/usr/bin/env node
/** The installed command. */
import { loadBundle } from "./bundle.ts";

const [, , first = ""] = process.argv;
loadBundle(__dirname, first.startsWith("-") ? "read" : "main").start();
