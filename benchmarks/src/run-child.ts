import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Job, Sample } from './types.ts';

/** Runs one job in a fresh Node with no loader in it, and answers what it measured. */
export async function runChild(job: Job, childFile: string, ca: string): Promise<Omit<Sample, 'storeCpu'>> {
  const env = {
    ...process.env,
    NODE_EXTRA_CA_CERTS: ca,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  const extra = (process.env.BENCH_NODE_ARGS ?? '').split(' ').filter((word) => word !== '');
  const child = spawn(process.execPath, [...extra, childFile], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(job));
  const ended = once(child, 'close');
  const output = await text(child.stdout);
  const [code] = await ended;
  if (code !== 0) throw new Error(`${job.subject} ended with ${code} during an ${job.direction}`);
  return JSON.parse(output);
}
