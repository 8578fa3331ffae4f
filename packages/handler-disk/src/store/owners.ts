import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { type RandomPort, toHex } from '@mesibo-files/handler-core/provider';
import { namesIn, nodeFileSystem, readSmall } from './files.ts';

/*
 * Several processes may share a folder, also from containers, and from other machines over a network. What one of them was
 * writing when it was killed must go, and what another one is writing must not. So each process that writes listens on a
 * socket in the folder, and names what it makes by it. A socket that nobody listens on any more refuses connections: its
 * process is dead. That is only so on the kernel that the socket was made on, whose boot has an id of its own; of any other
 * nothing can be proved, and age decides.
 */

/** Hex digits of an owner's id. */
export const OWNER_LENGTH = 16;

const NAME = /^owner-([0-9a-f]{8})-([0-9a-f]{16})$/;

/** This process, as the owner of what it stages. */
export class Owner {
  readonly #random: RandomPort;
  readonly #folder: string;
  #known: Promise<{ readonly id: string; readonly server: Server; readonly path: string } | null> | null =
    null;

  #id: string | null = null;

  /** @param folder - where owners have their sockets */
  constructor(random: RandomPort, folder: string) {
    this.#random = random;
    this.#folder = folder;
  }

  /** The id that stands in the names of what it stages; null where nobody could prove it dead. */
  async id(): Promise<string | null> {
    this.#known ??= this.#listen().catch(() => null);
    this.#id = (await this.#known)?.id ?? null;
    return this.#id;
  }

  /** The same, where it was asked for before. */
  get known(): string | null {
    return this.#id;
  }

  async close(): Promise<void> {
    const known = await this.#known;
    this.#known = null;
    this.#id = null;
    if (known === null || known === undefined) return;
    await rm(known.path, { force: true });
    await new Promise((resolve) => known.server.close(resolve));
  }

  async #listen(): Promise<{ readonly id: string; readonly server: Server; readonly path: string } | null> {
    const boot = await bootOf();
    if (boot === null) return null;
    const id = toHex(this.#random.bytes(OWNER_LENGTH / 2));
    const path = join(this.#folder, `owner-${boot}-${id}`);
    const server = createServer((socket) => socket.destroy());
    await inFolder(this.#folder, (short) => {
      return new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(join(short, `new-${id}`), resolve);
      });
    });
    server.unref();
    // It has its name once it listens: until then it would look dead.
    await rename(join(this.#folder, `new-${id}`), path);
    return { id, server, path };
  }
}

/** Owners that are proved to be dead, by the paths of their sockets. */
export async function deadOwners(folder: string): Promise<ReadonlyMap<string, string>> {
  const boot = await bootOf();
  const dead = new Map<string, string>();
  for (const name of (await namesIn(nodeFileSystem, folder)) ?? []) {
    const [, of, id] = NAME.exec(name) ?? [];
    if (id === undefined || of !== boot) continue;
    if (await isRefused(folder, name)) dead.set(id, join(folder, name));
  }
  return dead;
}

async function isRefused(folder: string, name: string): Promise<boolean> {
  return await inFolder(
    folder,
    (short) =>
      new Promise<boolean>((resolve) => {
        const socket = connect(join(short, name));
        socket.once('connect', () => {
          socket.destroy();
          resolve(false);
        });
        socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
      }),
  );
}

/** A socket's path has some 100 bytes at most. Through the open folder it is always short. */
async function inFolder<Answer>(folder: string, run: (short: string) => Promise<Answer>): Promise<Answer> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    return await run(`/proc/self/fd/${handle.fd}`);
  } finally {
    await handle.close();
  }
}

/** Names this boot of the kernel; null where it has no name. */
async function bootOf(): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  const text = await readSmall(nodeFileSystem, '/proc/sys/kernel/random/boot_id');
  return text === null ? null : createHash('sha256').update(text.trim()).digest('hex').slice(0, 8);
}
