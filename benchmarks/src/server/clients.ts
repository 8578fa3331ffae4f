import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import autocannon, { type Request } from 'autocannon';

import { TOKEN } from './token.ts';

const run = promisify(execFile);
const FIELDS = { op: 'upload', auth: TOKEN, uid: '4711', mid: '18000000000000000001', source: '0' };
const FORM = Object.entries(FIELDS).flatMap(([name, value]) => ['-F', `${name}=${value}`]);

/** Uploads one file with curl, as mesibo's own uploader would. @throws Error unless the answer is a success */
export async function postFile(origin: string, path: string): Promise<void> {
  const { stdout } = await run('curl', ['-sS', ...FORM, '-F', `photo=@${path}`, `${origin}/upload`]);
  if (JSON.parse(stdout).result !== true) throw new Error(`the upload failed: ${stdout}`);
}

/** Uploads the same file many times, so many at once, with one curl. @throws Error unless each answer is a success */
export async function postFiles(origin: string, path: string, count: number, atOnce: number): Promise<void> {
  const one = [...FORM, '-F', `photo=@${path}`, `${origin}/upload`];
  const all = Array.from({ length: count }, (_, index) =>
    index === 0 ? one : ['--next', '-sS', ...one],
  ).flat();
  const parallel = ['-sS', '--parallel', '--parallel-immediate', '--parallel-max', String(atOnce)];
  const { stdout } = await run('curl', [...parallel, ...all], { maxBuffer: 64 * 1024 * 1024 });
  const good = stdout.match(/"result":\s*true/g)?.length ?? 0;
  if (good !== count) throw new Error(`${good} of ${count} uploads succeeded`);
}

/** Requests a second that a server answers, over so many connections for so many seconds. @throws Error for a failed one */
export async function requestRate(request: Request & { url: string }, seconds: number): Promise<number> {
  const result = await autocannon({ ...request, connections: 20, duration: seconds });
  const failed = result.non2xx + result.errors + result.timeouts;
  if (failed > 0) throw new Error(`${failed} requests to ${new URL(request.url).pathname} failed`);
  return result.requests.total / result.duration;
}
