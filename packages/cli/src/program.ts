import { readFileSync } from 'node:fs';
import { TransferError } from '@mesibo-files/handler-core';
import { Command, CommanderError, type Option } from 'commander';
import type { AddCommand } from './commands/command.ts';
import { addDoctor } from './commands/doctor.ts';
import { addGet } from './commands/get.ts';
import { addPut } from './commands/put.ts';
import { addRm } from './commands/rm.ts';
import { addServe } from './commands/serve.ts';
import { addSweep } from './commands/sweep.ts';
import { EXIT, EXIT_HELP } from './output/exit-codes.ts';
import type { Io } from './output/io.ts';
import { printError } from './output/report.ts';

const COMMANDS: readonly AddCommand[] = [addServe, addPut, addGet, addRm, addDoctor, addSweep];

const SECRETS_HELP = `
Secrets are read from the environment, or found by the cloud's own SDK; no flag takes a cloud's key:
  s3      AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, a role
  gcs     GOOGLE_APPLICATION_CREDENTIALS, gcloud, the machine's service account
  azure   AZURE_STORAGE_CONNECTION_STRING; AZURE_STORAGE_ACCOUNT with AZURE_STORAGE_KEY; an identity
  remote  MESIBO_FILES_TOKEN
Every flag of a store can be a variable instead, as --public-url can be MESIBO_FILES_PUBLIC_URL.
`;

const EXAMPLES = `
Examples:
  mesibo-files serve
  mesibo-files put holiday.mp4 --provider s3 --bucket acme-chat-files --region eu-central-1
  mesibo-files doctor --provider gcs --bucket acme-chat-files --origin https://chat.acme.example
`;

/** Runs the command line, and answers the exit code. Never rejects. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const json = args.includes('--json');
  let exitCode: number = EXIT.done;
  const end = (code: number): void => {
    exitCode = code;
  };
  try {
    const program = makeProgram(io, json);
    for (const add of COMMANDS) add(program, { io, end });
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) return printError(io, json, error);
    if (error.exitCode === 0) return EXIT.done;
    if (json) return printError(io, json, wrongLine(error));
    return EXIT.usage;
  }
}

/** A flag that is not there, an argument that is missing. */
function wrongLine({ message }: CommanderError): TransferError {
  const mistake = message.replace(/^error: /, '').replace('(outputHelp)', 'no command is named');
  return new TransferError('invalid-argument', mistake, { hint: 'See mesibo-files --help.' });
}

function makeProgram(io: Io, json: boolean): Command {
  return new Command('mesibo-files')
    .description("mesibo's files in your own bucket, or on your own disk")
    .version(version(), '-v, --version')
    .helpCommand(false)
    .showHelpAfterError('(see --help)')
    .exitOverride()
    .configureHelp({ optionDescription: describe })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      // A program that wants JSON gets it, and nothing beside.
      writeErr: (text) => {
        if (!json) io.stderr.write(text);
      },
      getOutHelpWidth: () => io.stdout.columns ?? 80,
      getErrHelpWidth: () => io.stderr.columns ?? 80,
    })
    .addHelpText('after', EXAMPLES + SECRETS_HELP + EXIT_HELP);
}

/** Without the name of each variable: how they are named is said once. */
function describe({ description, defaultValue }: Option): string {
  return defaultValue === undefined || typeof defaultValue === 'boolean'
    ? description
    : `${description}; default: ${defaultValue}`;
}

function version(): string {
  const told: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof told === 'object' && told !== null && 'version' in told ? String(told.version) : 'unknown';
}
