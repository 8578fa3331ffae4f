import type { Command } from 'commander';
import type { RawFlags, Reading } from '../configuration/fields.ts';
import { ConfigurationError } from '../configuration/mistakes.ts';
import {
  readStore,
  STORE_FIELDS,
  type StoreConfiguration,
  type StoreReadingOptions,
} from '../configuration/store.ts';
import { givenFlags } from '../configuration/store-flags.ts';
import type { Io } from '../output/io.ts';
import { readConfigFile } from '../serve/config-file.ts';
import { SERVE_FLAGS } from '../serve/flags.ts';
import { openStore } from '../store/open-store.ts';
import type { OpenStore } from '../store/types.ts';

/** Adds a command to the program. It sets the exit code by `end`. */
export type AddCommand = (program: Command, context: CommandContext) => void;

export interface CommandContext {
  readonly io: Io;
  /** Called once, when the command is over. */
  readonly end: (exitCode: number) => void;
}

/** A store that a command's flags name, and the rest of what they say. */
export interface CommandStore<Own extends object> {
  readonly configuration: StoreConfiguration;
  readonly store: OpenStore;
  readonly own: Own;
}

/**
 * Reads a command's flags and opens the store, and reports every mistake of both together.
 * @throws ConfigurationError
 */
export async function openCommandStore<Own extends object>(
  command: Command,
  readOwn: (raw: RawFlags) => Reading<Own>,
  options: StoreReadingOptions = {},
): Promise<CommandStore<Own>> {
  const given = givenFlags(command);
  const { fromEnvironment } = given;
  const { config, ...flags } = given.raw;
  const own = readOwn(flags);
  const file = readConfigFile(config, CONFIG_KEYS);
  // One file serves all commands: of what `serve` alone needs, nothing is read here.
  const ofStore = Object.entries(file.value).filter(([name]) => STORE_FIELDS.has(name));
  const raw = { ...Object.fromEntries(ofStore), ...flags };
  const configuration = readStore(raw, fromEnvironment, options);
  const mistakes = [...file.mistakes, ...configuration.mistakes, ...own.mistakes];
  if (file.mistakes.length > 0) throw new ConfigurationError(mistakes);
  if (configuration.value === null) throw new ConfigurationError(mistakes);
  const store = await openStore(configuration.value).catch((error: unknown) => {
    throw error instanceof ConfigurationError
      ? new ConfigurationError([...error.mistakes, ...mistakes])
      : error;
  });
  if (own.value === null) {
    await store.close();
    throw new ConfigurationError(mistakes);
  }
  return { configuration: configuration.value, store, own: own.value };
}

/** What may stand in the file of `--config`. */
const CONFIG_KEYS: ReadonlySet<string> = new Set([...SERVE_FLAGS, ...STORE_FIELDS, 'alsoRead']);

/** For commands that have no flags of their own but `--json`. */
export function readNothing(): Reading<object> {
  return { value: {}, mistakes: [] };
}

export function jsonWanted(raw: RawFlags): boolean {
  return raw.json === true;
}
