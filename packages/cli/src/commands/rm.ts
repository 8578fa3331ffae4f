import type { Command } from 'commander';
import { addStoreFlags, givenFlags } from '../configuration/store-flags.ts';
import { interruptible } from '../output/interruptible.ts';
import { printResult } from '../output/report.ts';
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
      const outcome = await interruptible(io, (signal) => store.signer.remove(url, { signal }));
      if (outcome.stopped === null) printResult(io, json, { url, removed: true }, `removed ${url}`);
      end(outcome.stopped === null ? 0 : outcome.exitCode);
    } finally {
      await store.close();
    }
  });
}
