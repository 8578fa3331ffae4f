import { once } from 'node:events';
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** A writer whose life can't be asked for says so many milliseconds apart that it lives. */
export const HEARTBEAT = 30_000;
/** A writer that was silent for so long is dead. In milliseconds. */
const DEAD_AFTER = 4 * HEARTBEAT;
/** The longest path of a socket that every system takes. */
const LONGEST_SOCKET_PATH = 100;

/** What a writer says of itself in its lock. */
interface Lock {
  /** Which running kernel: a socket's answer is believed on the same one only. */
  readonly kernel: string;
  readonly socket: boolean;
}

let known: string | undefined;

/** Names the running kernel. Containers of one machine share it; a machine that started again has another. */
function kernel(): string {
  try {
    known ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    known ??= hostname();
  }
  return known;
}

/**
 * Where a writer's socket is. Null: the path is too long for one.
 * @param at - the folder, by a name that may be shorter
 */
function socketPath(folder: string, at: string, id: string): string | null {
  if (process.platform === 'win32') return `\\\\.\\pipe\\mesibo-files-${id}`;
  const path = join(folder, `${id}.sock`);
  if (Buffer.byteLength(path) <= LONGEST_SOCKET_PATH) return path;
  return at === folder ? null : join(at, `${id}.sock`);
}

/** Calls with a short name for the folder: Linux has one for every folder that is open. */
async function withShortName<T>(folder: string, use: (at: string) => Promise<T>): Promise<T> {
  if (process.platform !== 'linux' || Buffer.byteLength(folder) <= LONGEST_SOCKET_PATH - 32)
    return use(folder);
  const descriptor = openSync(folder, constants.O_RDONLY);
  try {
    return await use(`/proc/self/fd/${descriptor}`);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The sign of life of one writer: a socket that the system closes when the process dies, however it dies, and a lock that
 * says so. Ids are random, so a number of a process that is given again means nothing here.
 */
export class SignOfLife {
  readonly #folder: string;
  readonly #id: string;
  readonly #server: Server | null;

  private constructor(folder: string, id: string, server: Server | null) {
    this.#folder = folder;
    this.#id = id;
    this.#server = server;
  }

  static async begin(folder: string, id: string): Promise<SignOfLife> {
    const server = await withShortName(folder, (at) => listen(socketPath(folder, at, id)));
    const lock: Lock = { kernel: kernel(), socket: server !== null };
    await writeFile(join(folder, `${id}.lock`), JSON.stringify(lock), { flag: 'wx', mode: 0o600 });
    return new SignOfLife(folder, id, server);
  }

  async end(): Promise<void> {
    this.#server?.close();
    await removeSigns(this.#folder, this.#id);
  }
}

async function listen(path: string | null): Promise<Server | null> {
  if (path === null) return null;
  const server = createServer((socket) => socket.destroy());
  try {
    // Alone: in a worker of Node's cluster the socket would be its parent's, and outlive the worker.
    server.listen({ path, exclusive: true });
    await once(server, 'listening');
    server.unref();
    return server;
  } catch {
    // Some file systems have no sockets: then heartbeats have to do.
    server.close();
    return null;
  }
}

/**
 * Whether the writer with this id is proved dead. Nobody answers at its socket; or it has none that this kernel knows, and
 * its log was not touched for two minutes; or it took its lock away itself.
 */
export async function isDead(folder: string, id: string, log: string): Promise<boolean> {
  const text = await readFile(join(folder, `${id}.lock`), 'utf8').catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? null : '',
  );
  if (text === null) return true;
  const lock = readLock(text);
  if (lock?.socket === true && lock.kernel === kernel()) {
    const answers = await withShortName(folder, (at) => probe(socketPath(folder, at, id)));
    if (answers !== null) return !answers;
  }
  const heard = await stat(log).then(
    ({ mtimeMs }) => mtimeMs,
    () => Number.POSITIVE_INFINITY,
  );
  return Date.now() - heard > DEAD_AFTER;
}

/** Removes the lock and the socket of a writer. */
export async function removeSigns(folder: string, id: string): Promise<void> {
  await rm(join(folder, `${id}.sock`), { force: true }).catch(() => undefined);
  await rm(join(folder, `${id}.lock`), { force: true }).catch(() => undefined);
}

function readLock(text: string): Lock | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return null;
    if (!('kernel' in value) || !('socket' in value)) return null;
    const { kernel: name, socket } = value;
    return typeof name === 'string' && typeof socket === 'boolean' ? { kernel: name, socket } : null;
  } catch {
    return null;
  }
}

/** Whether somebody answers at a socket; null: that can't be told. */
function probe(path: string | null): Promise<boolean | null> {
  if (path === null) return Promise.resolve(null);
  return new Promise((resolve) => {
    const socket = connect({ path });
    const end = (answer: boolean | null): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2000, () => end(null));
    socket.once('connect', () => end(true));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end(error.code === 'ECONNREFUSED' || error.code === 'ENOENT' ? false : null),
    );
  });
}
