import { resolve } from 'node:path';
import { createRuntime, download } from '@mesibo-files/handler-core';
import type { Command } from 'commander';
import { addStoreFlags, givenFlags } from '../configuration/store-flags.ts';
import { interruptible } from '../output/interruptible.ts';
import { noteOf, progressView } from '../output/progress.ts';
import { printResult } from '../output/report.ts';
import { bytes } from '../output/text.ts';
import { type CommandContext, jsonWanted, openCommandStore, readNothing } from './command.ts';

/** `get URL FILE`: downloads a file, verified, whole or not at all. */
export function addGet(program: Command, { io, end }: CommandContext): void {
  const command = program
    .command('get')
    .description('download a file: whole and verified, or not at all')
    .argument('<url>', 'file URL, as put prints it and messages carry it')
    .argument('<file>', 'path to write; replaces an existing file')
    .option('--json', 'print one object, and nothing else')
    .optionsGroup('Store:');
  addStoreFlags(command).action(async (url: string, file: string) => {
    end(await get(io, command, url, resolve(file)));
  });
}

async function get(io: CommandContext['io'], command: Command, url: string, to: string): Promise<number> {
  const json = jsonWanted(givenFlags(command).raw);
  const { store } = await openCommandStore(command, readNothing);
  const view = progressView(io, { direction: 'download', name: nameOf(url) }, json);
  const runtime = createRuntime({
    onEvent: (event) => {
      const note = noteOf(event, bytes);
      if (note !== null) view.note(note);
    },
  });
  try {
    const outcome = await interruptible(io, (signal) =>
      download({
        signers: [store.signer],
        url,
        to,
        runtime,
        signal,
        onProgress: (progress) => view.update(progress),
      }),
    );
    view.end();
    if (outcome.stopped !== null) {
      if (!json)
        io.stderr.write(
          'Stopped. Run the same command to resume: the bytes so far are kept beside the target.\n',
        );
      return outcome.exitCode;
    }
    const { path, size, contentType, name } = outcome.value;
    printResult(io, json, { url, path, size, contentType, name }, path);
    return 0;
  } finally {
    view.end();
    await store.close();
  }
}

/** Only for the bar. */
function nameOf(url: string): string {
  const last = url.split('/').at(-1) ?? url;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
