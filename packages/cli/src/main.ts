#!/usr/bin/env node
import { processIo } from './output/io.ts';
import { run } from './program.ts';

// A note for developers: what is installed runs on every Node that package.json allows.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

process.exitCode = await run(process.argv.slice(2), processIo());
