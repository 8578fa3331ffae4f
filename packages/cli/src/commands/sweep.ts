import { createRuntime, sweepUploads } from '@mesibo-files/handler-core';
import { DAY } from '@mesibo-files/handler-core/provider';
import type { Command } from 'commander';
import { z } from 'zod';
import { duration, readFields } from '../configuration/fields.ts';
import { addStoreFlags } from '../configuration/store-flags.ts';
import { printResult } from '../output/report.ts';
import { type CommandContext, openCommandStore } from './command.ts';

const YEAR = 365 * DAY;

const schema = z.object({
  olderThan: duration(YEAR).optional(),
  journal: z.string().optional(),
  json: z.boolean().optional(),
});

/** `sweep`: removes what abandoned uploads have left in the store. */
export function addSweep(program: Command, { io, end }: CommandContext): void {
  const command = program
    .command('sweep')
    .description('remove what uploads left that nobody will continue; prints how many')
    .option('--older-than <time>', 'begun longer ago than this, as in 24h or 7d', '24h')
    .option('--journal <dir>', 'where unfinished uploads are noted')
    .option('--json', 'print one object, and nothing else')
    .optionsGroup('Store:');
  addStoreFlags(command).action(async () => {
    const { store, own } = await openCommandStore(command, (raw) => readFields(schema, raw));
    try {
      const runtime = createRuntime(own.journal === undefined ? {} : { journal: own.journal });
      const olderThan = own.olderThan ?? DAY;
      const listed = await sweepUploads({ signer: store.signer, runtime, olderThan });
      const discarded = listed + ((await store.sweep?.(olderThan)) ?? 0);
      printResult(io, own.json === true, { discarded }, String(discarded));
      end(0);
    } finally {
      await store.close();
    }
  });
}
