import type { Command } from 'commander';
import { z } from 'zod';
import { readFields, text } from '../configuration/fields.ts';
import { addStoreFlags } from '../configuration/store-flags.ts';
import { doctorContext } from '../doctor/context.ts';
import { examine } from '../doctor/examine.ts';
import { Printer } from '../doctor/print.ts';
import { EXIT } from '../output/exit-codes.ts';
import { interruptible } from '../output/interruptible.ts';
import { printStopped } from '../output/report.ts';
import { type CommandContext, openCommandStore } from './command.ts';

const schema = z.object({
  origin: text(
    (origin) => URL.canParse(origin) && new URL(origin).origin === origin,
    'is no origin of a web page',
    'write scheme, host and port alone, as in https://app.example.com',
  ).optional(),
  json: z.boolean().optional(),
});

/** `doctor`: really does with a store what transfers do, and says how each fault is put right. */
export function addDoctor(program: Command, { io, end }: CommandContext): void {
  const command = program
    .command('doctor')
    .description('find out what is wrong with a store, and how to put it right')
    .option('--origin <url>', 'also check that pages of this origin may transfer files')
    .option('--json', 'print one object, and nothing else')
    .optionsGroup('Store:');
  addStoreFlags(command).action(async () => {
    end(await doctor(io, command));
  });
}

async function doctor(io: CommandContext['io'], command: Command): Promise<number> {
  const { configuration, store, own } = await openCommandStore(command, (raw) => readFields(schema, raw));
  const json = own.json === true;
  try {
    const printer = new Printer(io);
    if (!json) io.stdout.write(`${store.title}\n\n`);
    const outcome = await interruptible(io, (signal) => {
      const stopping = (): void => void io.stderr.write('Stopping, and removing what was stored…\n');
      if (!json) signal.addEventListener('abort', stopping, { once: true });
      const origin = own.origin ?? null;
      const context = doctorContext({ configuration, store, signal, origin, env: io.env });
      return examine(context, (result) => {
        if (!json) printer.print(result);
      });
    });
    if (outcome.stopped !== null) {
      return printStopped(io, json, outcome, 'What was stored for the checks is removed.');
    }
    const checks = outcome.value;
    const ok = checks.every(({ status }) => status !== 'failed');
    if (json) io.stdout.write(`${JSON.stringify({ ok, store: store.title, checks })}\n`);
    else printer.end(checks);
    return ok ? EXIT.done : EXIT.faults;
  } finally {
    await store.close();
  }
}
