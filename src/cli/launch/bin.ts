#!/usr/bin/env node
/** The installed command. */
import { loadBundle } from "./bundle.ts";

loadBundle(__dirname).start();
