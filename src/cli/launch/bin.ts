#!/usr/bin/env node
/** The installed command. */
import { kindOf, loadBundle } from "./bundle.ts";

loadBundle(__dirname, kindOf(process.argv.slice(2))).start();
