#!/usr/bin/env node
// What the root's npm scripts run: node scripts/run.mjs <demo|test|test-real|test-peers|test-clients|soak|bench|local-cloud|cli|pack> [arguments]
// Needs nothing but Node: what the command needs is installed first, if it is not there.

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node 20.19 or newer is needed; this is ${process.version}.`);
  process.exit(1);
}

const { commands } = await import('./run/commands.mjs');
const { installIfNeeded } = await import('./run/install.mjs');

const [name = '', ...rest] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (command === undefined) {
  console.error(`usage: node scripts/run.mjs <${Object.keys(commands).join('|')}> [arguments]`);
  process.exit(2);
}

process.exitCode = (await installIfNeeded()) ? await command(rest) : 1;
