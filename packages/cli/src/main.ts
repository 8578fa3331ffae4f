#!/usr/bin/env node
import { processIo } from './output/io.ts';
import { run } from './program.ts';

// A note for developers: what is installed runs on every Node that package.json allows.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

// `MESIBO_FILES_BUCKET= mesibo-files …` names no bucket: an empty variable is an unset one.
for (const [name, value] of Object.entries(process.env)) {
  if (name.startsWith('MESIBO_FILES_') && value === '') delete process.env[name];
}

process.exitCode = await run(process.argv.slice(2), processIo());
