import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { childrenCpu, peakMemoryOf } from '../proc.ts';
import type { Job, Sample } from '../types.ts';
import { BUCKET, PREFIX } from './access.ts';

/** curl has nothing to warm up: a fresh process moves the file once, and its own clock is believed. */
export async function runCurl(
  { direction, origin, measured }: Job,
  ca: string,
): Promise<Omit<Sample, 'storeCpu'>> {
  const { path, object } = measured;
  const files = direction === 'upload' ? ['-T', path, '-o', '/dev/null'] : ['-o', path];
  const key = direction === 'upload' ? `sent-${object}` : object;
  const url = `${origin}/${BUCKET}/${PREFIX}/${key}`;
  const before = childrenCpu();
  const curl = spawn('curl', ['-sSf', '--cacert', ca, '-w', '%{time_total}', ...files, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let memory = 0;
  const watch = setInterval(() => {
    memory = Math.max(memory, peakMemoryOf(curl.pid) ?? 0);
  }, 10);
  const ended = once(curl, 'close');
  const wall = Number(await text(curl.stdout));
  const [code] = await ended;
  clearInterval(watch);
  if (code !== 0) throw new Error(`curl ended with ${code}`);
  const cpu = childrenCpu() - before;
  return { wall, cpu, wholeCpu: cpu, memory };
}
