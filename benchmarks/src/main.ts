import { rmSync } from 'node:fs';
import { bundle } from './bundle.ts';
import { makeFiles } from './files.ts';
import { runLinks } from './links/main.ts';
import { readOptions, USAGE } from './options.ts';
import { currentLoad } from './report.ts';
import { runCloud } from './run-cloud.ts';

async function main(): Promise<void> {
  if (process.argv[2] === 'server') {
    // It reads its own options.
    process.argv.splice(2, 1);
    await import('../load.ts');
    return;
  }
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(USAGE);
    return;
  }
  const load = currentLoad();
  const files = await makeFiles(options.dir);
  // Not `once`: a terminal and npm may both send the signal, and the second would end this in the middle.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      rmSync(files.folder, { recursive: true, force: true });
      process.exit(130);
    });
  }
  try {
    if (options.links !== null) return await runLinks(files, options.links.only);
    const built = await bundle(files.folder);
    for (const cloud of options.clouds) await runCloud(cloud, { options, files, built, load });
  } finally {
    await files.remove();
  }
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
