import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TransferError } from '@mesibo-files/handler-core';
import { systemRandom } from '@mesibo-files/handler-core/node';
import { toBase64Url, toHex } from '@mesibo-files/handler-core/provider';
import { z } from 'zod';

/** Secrets kept beside the files of a folder, so that tokens and links outlive a restart. */
export interface DiskState {
  /** Sign URLs, and seal the tickets of uploads: the first does, all are good. */
  readonly secrets: readonly [KeptSecret, ...KeptSecret[]];
  /** Tokens of clients, where you gave none: serve prints the first, all are valid. */
  readonly tokens: readonly [string, ...string[]];
  /** What file URLs began with when the folder was served last; null before. */
  readonly fileBase: string | null;
}

interface KeptSecret {
  readonly id: string;
  readonly secret: string;
}

const NAME = 'server.json';

/** How many secrets and tokens are valid at once: a rotation keeps the previous one valid. */
const KEPT = 2;

const secret = z.object({ id: z.string(), secret: z.string().min(32) });
const token = z.string().min(16);
const fileBase = z.url().nullable();

const schema: z.ZodType<DiskState> = z.union([
  z.object({
    secrets: z.tuple([secret], secret),
    tokens: z.tuple([token], token),
    fileBase,
  }),
  // As it was written before there could be two.
  z.object({ secret, token, fileBase }).transform((one) => ({
    secrets: [one.secret] as const,
    tokens: [one.token] as const,
    fileBase: one.fileBase,
  })),
]);

/** Where the files themselves are. */
export function filesFolder(dir: string): string {
  return join(dir, 'files');
}

/**
 * Reads what is kept in the folder, or makes it: only its owner may read it.
 * @throws TransferError when the folder can not be read or written, or holds what is no such state
 */
export async function openDiskState(dir: string): Promise<DiskState> {
  const path = join(dir, NAME);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw fileError(`${path} can not be read`, error);
  });
  if (text !== null) return readState(path, text);
  const made: DiskState = {
    secrets: [newSecret()],
    tokens: [newToken()],
    fileBase: null,
  };
  await writeDiskState(dir, made, 'wx');
  // Another process may have made it meanwhile: what is there counts.
  return readState(path, await readFile(path, 'utf8'));
}

/**
 * Puts a new secret and a new token before those in use, and drops what is older than these: URLs, tickets and clients of
 * now go on until the next time.
 */
export function rotated({ secrets, tokens, fileBase }: DiskState): DiskState {
  return {
    secrets: [newSecret(), ...secrets.slice(0, KEPT - 1)],
    tokens: [newToken(), ...tokens.slice(0, KEPT - 1)],
    fileBase,
  };
}

function newSecret(): KeptSecret {
  return { id: toHex(systemRandom.bytes(4)), secret: toBase64Url(systemRandom.bytes(32)) };
}

function newToken(): string {
  return toBase64Url(systemRandom.bytes(24));
}

/** The place of all of that. */
export function diskStateFile(dir: string): string {
  return join(dir, NAME);
}

/** Replaces what is kept. `wx`: only where nothing is kept yet. */
export async function writeDiskState(dir: string, state: DiskState, flag: 'w' | 'wx' = 'w'): Promise<void> {
  const path = join(dir, NAME);
  const text = `${JSON.stringify(state, null, 2)}\n`;
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    if (flag === 'wx') {
      await writeFile(path, text, { flag, mode: 0o600 });
      return;
    }
    const temporary = `${path}.${toHex(systemRandom.bytes(4))}.tmp`;
    await writeFile(temporary, text, { flag: 'wx', mode: 0o600 });
    await chmod(temporary, 0o600);
    await rename(temporary, path);
  } catch (error) {
    if (flag === 'wx' && error instanceof Error && 'code' in error && error.code === 'EEXIST') return;
    throw fileError(`${path} can not be written`, error);
  }
}

function readState(path: string, text: string): DiskState {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new TransferError('invalid-argument', `${path} is damaged, or not of mesibo-files.`, {
      hint: 'Put it back from a backup. Without it, tickets and tokens are void; files keep their URLs.',
    });
  }
}

function fileError(message: string, cause: unknown): TransferError {
  const hint = 'Let this user read and write the folder, or choose another one by --dir.';
  return new TransferError('file-io', message, { cause, hint });
}
