import { createReadStream, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import {
  createRuntime,
  discardUpload,
  FILESOURCE,
  type StoredObject,
  upload,
} from '@mesibo-files/handler-core';
import type { Command } from 'commander';
import { z } from 'zod';
import {
  oneOf,
  type RawFlags,
  type Reading,
  readFields,
  text,
  wholeNumber,
} from '../configuration/fields.ts';
import { addStoreFlags } from '../configuration/store-flags.ts';
import { interruptible } from '../output/interruptible.ts';
import { progressView, showEvent } from '../output/progress.ts';
import { printResult, printStopped } from '../output/report.ts';
import { bytes } from '../output/text.ts';
import { type CommandContext, openCommandStore } from './command.ts';

const SOURCES = Object.keys(FILESOURCE).map((name) => name.toLowerCase());
const MOST_UID = 2 ** 32 - 1;
const MOST_MID = 2n ** 64n - 1n;

const schema = z.object({
  name: text((name) => name.trim() !== '', 'is empty', 'write the name that people shall see').optional(),
  type: text(
    (type) => /^[\w.+-]+\/[\w.+-]+(;.*)?$/.test(type),
    'is no MIME type',
    'write it as in video/mp4',
  ).optional(),
  uid: wholeNumber(0, MOST_UID).optional(),
  mid: text(isMid, 'is no message id', 'write a number from 0 to 18446744073709551615').optional(),
  source: oneOf(SOURCES).optional(),
  secure: z.boolean().optional(),
  journal: z.string().optional(),
  json: z.boolean().optional(),
});

type PutFlags = z.output<typeof schema>;

/** `put FILE`: uploads a file, and prints its URL. */
export function addPut(program: Command, { io, end }: CommandContext): void {
  const command = program
    .command('put')
    .description('upload a file; prints its URL as the last line of stdout')
    .argument('<file>', 'path of the file; - for standard input; a pipe, as in <(tar c photos)')
    .optionsGroup('File:')
    .option('--name <name>', "name that people see; default: the file's own")
    .option('--type <mime>', "MIME type; default: by the name's extension")
    .option('--uid <number>', "mesibo's id of the sender")
    .option('--mid <number>', 'id of the message')
    .option('--source <source>', `${SOURCES.join(', ')}; default: custom`)
    .option('--secure', 'nobody may have it from a file server without a token')
    .optionsGroup('Options:')
    .option('--journal <dir>', 'where unfinished uploads are noted')
    .option('--json', 'print one object, and nothing else')
    .optionsGroup('Store:');
  addStoreFlags(command).action(async (file: string) => {
    end(await put(io, command, file));
  });
}

async function put(io: CommandContext['io'], command: Command, file: string): Promise<number> {
  const { store, own } = await openCommandStore(command, readPut);
  const json = own.json === true;
  const path = isStream(file) ? null : resolve(file);
  const name = own.name ?? (path === null ? 'stdin' : basename(path));
  const view = progressView(io, { direction: 'upload', name }, json);
  const identity = {
    signer: store.signer,
    secure: own.secure ?? false,
    runtime: createRuntime({
      ...(own.journal === undefined ? {} : { journal: own.journal }),
      onEvent: (event) => showEvent(view, event, bytes),
    }),
    source: sourceOf(own.source),
    ...(own.uid === undefined ? {} : { uid: own.uid }),
    ...(own.mid === undefined ? {} : { mid: BigInt(own.mid) }),
    ...(own.name === undefined && path !== null ? {} : { name }),
    ...(own.type === undefined ? {} : { contentType: own.type }),
  };
  try {
    const outcome = await interruptible(io, (signal) =>
      upload({
        ...identity,
        from: path ?? (file === '-' ? process.stdin : createReadStream(file)),
        signal,
        onProgress: (progress) => view.update(progress),
      }),
    );
    view.end();
    if (outcome.stopped !== null) {
      const next = path === null ? 'Nothing was stored.' : 'Run the same command within 24 hours to resume.';
      return printStopped(io, json, outcome, next);
    }
    // The URL is printed: from now on the same command is a new upload.
    if (path !== null) await discardUpload({ ...identity, from: path });
    printResult(io, json, resultOf(outcome.value), outcome.value.url);
    return 0;
  } finally {
    view.end();
    await store.close();
  }
}

/** Standard input, or a named pipe, as `<(…)` of a shell is: it can be read once, and nothing of it resumes. */
function isStream(file: string): boolean {
  return file === '-' || statSync(file, { throwIfNoEntry: false })?.isFIFO() === true;
}

function readPut(raw: RawFlags): Reading<PutFlags> {
  return readFields(schema, raw);
}

function resultOf({ url, key, size, contentType, name }: StoredObject): object {
  return { url, key, size, contentType, name };
}

function sourceOf(word: string | undefined): number {
  const found = Object.entries(FILESOURCE).find(([name]) => name.toLowerCase() === word);
  return found?.[1] ?? FILESOURCE.CUSTOM;
}

function isMid(text: string): boolean {
  return /^\d{1,20}$/.test(text) && BigInt(text) <= MOST_MID;
}
