import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readServe } from '../src/serve/configuration.ts';
import { type Serving, startServer } from '../src/serve/start.ts';
import { examineStore } from './examine-store.ts';

const ORIGIN = 'https://app.example.com';
const folder = mkdtempSync(join(tmpdir(), 'doctor-server-test-'));
let serving: Serving;

function start(flags: Record<string, unknown>): Promise<Serving> {
  const raw = { dir: join(folder, 'files'), port: '0', logLevel: 'silent', ...flags };
  const { value, mistakes } = readServe(raw, new Set(), {});
  if (value === null) throw new Error(JSON.stringify(mistakes));
  return startServer(value, { logLevel: 'info' });
}

beforeAll(async () => {
  serving = await start({ origin: [ORIGIN] });
});
afterAll(async () => {
  await serving.close();
  rmSync(folder, { recursive: true });
});

const examine = (token: string, origin: string | null = ORIGIN, server: string = serving.baseUrl) =>
  examineStore({ provider: 'remote', server, token }, { origin });

describe('doctor and a file server', () => {
  it('finds no fault in one that is as it should be', async () => {
    const { failed, results } = await examine(serving.generatedToken?.token ?? '');
    expect(failed).toEqual([]);
    expect(results.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['upload-url', 'cors-server', 'leftovers']),
    );
  });

  it('finds a token that is wrong', async () => {
    const { failed, of } = await examine('not-the-token-of-this-server');
    expect(failed).toEqual(['credentials']);
    expect(of('credentials').fix).toContain('MESIBO_FILES_TOKEN');
  });

  it('finds that a page may not call it', async () => {
    const { failed, of } = await examine(serving.generatedToken?.token ?? '', 'https://other.example.com');
    expect(failed).toContain('cors-server');
    expect(of('cors-server').fix).toContain('--origin https://other.example.com');
  });

  it('finds that its upload URL speaks the first dialect', async () => {
    const legacy = await start({ legacy: true });
    const { failed } = await examine(legacy.generatedToken?.token ?? '', null, legacy.baseUrl);
    await legacy.close();
    expect(failed).toEqual(['upload-url']);
  });

  it('finds that nothing answers', async () => {
    const other = await start({});
    await other.close();
    const { failed } = await examine(other.generatedToken?.token ?? '', null, other.baseUrl);
    expect(failed).toEqual(['reach']);
  });
});

describe('doctor and a folder', () => {
  it('finds no fault in one that is as it should be', async () => {
    const { failed } = await examineStore({ provider: 'disk', dir: join(folder, 'own') });
    expect(failed).toEqual([]);
  });

  it('finds one that can not hold files', async () => {
    const dir = join(folder, 'blocked');
    mkdirSync(dir);
    writeFileSync(join(dir, 'files'), 'a file in the place of the folder');
    const { failed, of } = await examineStore({ provider: 'disk', dir });
    expect(failed).toEqual(['put']);
    expect(of('put').fix).toContain(`df -h ${dir}`);
  });
});
