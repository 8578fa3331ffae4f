import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What a link is like. */
export interface LinkFacts {
  /** Round trip in milliseconds. */
  readonly delay: number;
  /** Bits a second of each connection, and of all together, in each direction; null: as much as there is. */
  readonly each: number | null;
  readonly whole: number | null;
}

/** A running link. */
export interface Link {
  /** What a client uses instead of the target's own. */
  readonly origin: string;
  close(): void;
}

/** Starts a link to a server on loopback. It ends with this process, whatever happens to it. */
export async function startLink(target: string, { delay, each, whole }: LinkFacts): Promise<Link> {
  const bytes = (bits: number | null): number | null => (bits === null ? null : bits / 8);
  const child = spawn('python3', ['-B', join(import.meta.dirname, 'link.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const settings = {
    port: Number(new URL(target).port),
    delay: delay / 1000,
    each: bytes(each),
    whole: bytes(whole),
  };
  child.stdin.write(`${JSON.stringify(settings)}\n`);
  const line = once(createInterface(child.stdout), 'line').then(([text]) => JSON.parse(String(text)));
  const end = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the link ended with ${code}`)));
  const { port } = await Promise.race([line, end]);
  end.catch(() => undefined);
  return { origin: `http://127.0.0.1:${port}`, close: () => child.stdin.end() };
}
