import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Files, ServedObject } from '../files.ts';
import { familyCpu } from '../proc.ts';
import type { Cloud, Store } from '../types.ts';

/** What a store reads from its standard input. */
export interface StoreSettings {
  readonly cloud: Cloud;
  readonly block: string;
  readonly cert: string;
  readonly key: string;
  readonly objects: Readonly<Record<string, ServedObject>>;
}

/** Starts the fastest store that can run here. It ends with this process, whatever happens to it. */
export async function startStore(
  cloud: Cloud,
  files: Files,
  sizes: readonly number[],
  nodeStore: string,
): Promise<Store> {
  const python = await findPython();
  if (python === null && cloud !== 's3') throw new Error(`measuring ${cloud} needs Python 3.9 on Linux`);
  const [command, args] =
    python === null
      ? [process.execPath, [nodeStore]]
      : [python, ['-B', join(import.meta.dirname, 'python/main.py')]];
  const kind =
    python === null
      ? 'Node, since no Python 3.9 on Linux was found: slower than its clients, which flattens the ratios'
      : 'Python, a process per connection; over HTTP the kernel drops uploads unread and sends objects from the page cache';
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  const settings: StoreSettings = {
    cloud,
    block: files.block,
    cert: files.cert,
    key: files.key,
    objects: Object.fromEntries(sizes.map((size) => [objectName(size), files.object(size)])),
  };
  child.stdin.write(`${JSON.stringify(settings)}\n`);
  const ports = await firstLine(child);
  return {
    kind,
    origins: { http: `http://127.0.0.1:${ports.http}`, https: `https://127.0.0.1:${ports.https}` },
    cpu: () => (child.pid === undefined ? null : familyCpu(child.pid)),
    close: () => child.stdin.end(),
  };
}

/** An object is named by its size. */
export function objectName(size: number): string {
  return `object-${size}`;
}

async function firstLine(
  child: ChildProcess & { stdout: NodeJS.ReadableStream },
): Promise<{ http: number; https: number }> {
  const line = once(createInterface(child.stdout), 'line').then(([text]) => JSON.parse(String(text)));
  const end = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the store ended with ${code}`)));
  return Promise.race([line, end]);
}

async function findPython(): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  const ask = 'import ssl, sys; print(sys.executable if sys.version_info >= (3, 9) else "")';
  try {
    const { stdout } = await promisify(execFile)('python3', ['-c', ask]);
    return stdout.trim() || null;
  } catch {
    return null;
  }
}
