import { type Signer, TransferError } from '@mesibo-files/handler-core';
import type { Command } from 'commander';
import { addStoreFlags, givenFlags } from '../configuration/store-flags.ts';
import { interruptible } from '../output/interruptible.ts';
import { printResult, printStopped } from '../output/report.ts';
import { type CommandContext, jsonWanted, openCommandStore, readNothing } from './command.ts';

/** `rm URL`: deletes a stored file. */
export function addRm(program: Command, { io, end }: CommandContext): void {
  const command = program
    .command('rm')
    .description('delete a stored file; one that is gone already is no error')
    .argument('<url>', 'file URL')
    .option('--json', 'print one object, and nothing else')
    .optionsGroup('Store:');
  addStoreFlags(command).action(async (url: string) => {
    const json = jsonWanted(givenFlags(command).raw);
    const { store } = await openCommandStore(command, readNothing);
    try {
      const outcome = await interruptible(io, async (signal) => {
        const there = await isThere(store.signer, url, signal);
        await store.signer.remove(url, { signal });
        return there;
      });
      if (outcome.stopped !== null) {
        end(printStopped(io, json, outcome, 'Run the same command again.'));
        return;
      }
      const removed = outcome.value;
      printResult(io, json, { url, removed }, removed ? `removed ${url}` : `nothing was there: ${url}`);
      end(0);
    } finally {
      await store.close();
    }
  });
}

const MAY_NOT_LOOK: ReadonlySet<string> = new Set(['access-denied', 'forbidden', 'unauthorised']);

/** Removing what is gone already is no error, so it must be looked for first. Who may not look takes it for there. */
async function isThere(signer: Signer, url: string, signal: AbortSignal): Promise<boolean> {
  try {
    await signer.read(url, { signal });
    return true;
  } catch (error) {
    if (TransferError.is(error) && error.code === 'object-not-found') return false;
    if (TransferError.is(error) && MAY_NOT_LOOK.has(error.code)) return true;
    throw error;
  }
}
