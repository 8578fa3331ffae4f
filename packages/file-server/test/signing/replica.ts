import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { bundledProgram } from '@mesibo-files/conformance/program';
import type { S3Connection } from '@mesibo-files/local-cloud';

export interface ReplicaSettings {
  readonly baseUrl: string;
  readonly store: S3Connection;
}

/** A file server in a process of its own. */
export interface Replica {
  readonly port: number;
  /** Routes that it answered, with their status, in order. */
  readonly answered: string[];
  /** Ends it with SIGKILL: nothing of it is finished. */
  kill(): Promise<void>;
}

export async function startReplica(settings: ReplicaSettings): Promise<Replica> {
  const main = await bundledProgram(new URL('replica-main.ts', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, REPLICA: JSON.stringify(settings) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const answered: string[] = [];
  const port = await new Promise<number>((resolve, reject) => {
    void exited.then(() => reject(new Error('the replica ended before it listened')));
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n').filter((each) => each !== '')) {
        const [, found] = /^port (\d+)$/.exec(line) ?? [];
        if (found === undefined) answered.push(line);
        else resolve(Number(found));
      }
    });
  });
  return {
    port,
    answered,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** One address in front of several: each connection goes to the first that takes it. */
export interface Balancer {
  readonly url: string;
  /** Ports in the order in which they are tried. */
  readonly ports: number[];
  close(): Promise<void>;
}

export async function startBalancer(): Promise<Balancer> {
  const ports: number[] = [];
  const open = new Set<Socket>();
  const server = createServer((client) => {
    open.add(client);
    client.on('error', () => client.destroy()).on('close', () => open.delete(client));
    forward(client, [...ports]);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ports,
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function forward(client: Socket, [port, ...others]: readonly number[]): void {
  if (port === undefined) {
    client.destroy();
    return;
  }
  const target = connect(port, '127.0.0.1');
  target.once('connect', () => {
    client.pipe(target).pipe(client);
    client.once('close', () => target.destroy());
    target.once('close', () => client.destroy());
  });
  target.on('error', () => {
    if (target.connecting || target.bytesRead + target.bytesWritten === 0) forward(client, others);
    else client.destroy();
  });
}
