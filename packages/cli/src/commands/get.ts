import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  createRuntime,
  type DownloadedFile,
  type DownloadedStream,
  download,
  type NodeByteSink,
  TransferError,
} from '@mesibo-files/handler-core';
import type { Command } from 'commander';
import { addStoreFlags, givenFlags } from '../configuration/store-flags.ts';
import { interruptible } from '../output/interruptible.ts';
import { progressView, showEvent } from '../output/progress.ts';
import { printResult, printStopped } from '../output/report.ts';
import { bytes } from '../output/text.ts';
import { type CommandContext, jsonWanted, openCommandStore, readNothing } from './command.ts';

/** `get URL FILE`: downloads a file, verified, whole or not at all. */
export function addGet(program: Command, { io, end }: CommandContext): void {
  const command = program
    .command('get')
    .description('download a file: whole and verified, or not at all')
    .argument('<url>', 'file URL, as put prints it and messages carry it')
    .argument('<file>', 'path to write; - for standard output')
    .option('--force', 'replace a file that exists')
    .option('--json', 'print one object, and nothing else')
    .optionsGroup('Store:');
  addStoreFlags(command).action(async (url: string, file: string) => {
    end(await get(io, command, url, file));
  });
}

async function get(io: CommandContext['io'], command: Command, url: string, file: string): Promise<number> {
  const { raw } = givenFlags(command);
  const json = jsonWanted(raw);
  const to = file === '-' ? null : resolve(file);
  checkPlace(to, json, raw.force === true);
  const { store } = await openCommandStore(command, readNothing);
  const view = progressView(io, { direction: 'download', name: nameOf(url) }, json);
  const runtime = createRuntime({
    onEvent: (event) => showEvent(view, event, bytes),
  });
  try {
    const outcome = await interruptible(io, (signal): Promise<DownloadedFile | DownloadedStream> => {
      const onProgress = view.update.bind(view);
      const common = { signers: [store.signer], url, runtime, signal, onProgress };
      return to === null ? download({ ...common, to: openEnded(io.stdout) }) : download({ ...common, to });
    });
    view.end();
    if (outcome.stopped !== null) {
      const resumes = 'Run the same command to resume: the bytes so far are kept beside the target.';
      return printStopped(io, json, outcome, to === null ? 'The output is not whole.' : resumes);
    }
    const { size, contentType, name } = outcome.value;
    if (to !== null) printResult(io, json, { url, path: to, size, contentType, name }, to);
    return 0;
  } finally {
    view.end();
    await store.close();
  }
}

/** @throws `invalid-argument` for a file that is there, and for two things in one output */
function checkPlace(to: string | null, json: boolean, force: boolean): void {
  if (to === null) {
    if (!json) return;
    throw new TransferError('invalid-argument', 'The file and --json can not both go to standard output.', {
      hint: 'Name a file, or leave out --json.',
    });
  }
  if (force || !existsSync(to)) return;
  throw new TransferError('invalid-argument', `${JSON.stringify(to)} exists already.`, {
    hint: 'Write --force to replace it, or name another file.',
  });
}

/** Standard output, which is nobody's to end. */
function openEnded(stdout: CommandContext['io']['stdout']): NodeByteSink {
  return {
    write: (chunk, callback) => stdout.write(chunk, callback),
    end: (callback) => callback(),
    on: (event, listener) => stdout.on(event, listener),
    destroy: () => undefined,
  };
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
