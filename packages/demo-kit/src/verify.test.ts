import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { tableOf } from './report.ts';
import { check } from './verify.ts';

const folder = mkdtempSync(join(tmpdir(), 'verify-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

function delivery(sent: string, arrived: string) {
  const [sentPath, receivedPath] = [join(folder, 'sent'), join(folder, 'arrived')];
  writeFileSync(sentPath, sent);
  writeFileSync(receivedPath, arrived);
  const url = `https://example-bucket.s3.eu-central-1.amazonaws.com/${'a'.repeat(60)}`;
  return { name: 'a.txt', sentPath, receivedPath, url, uploadSeconds: 0.5, downloadSeconds: 0 };
}

describe('a delivery', () => {
  it('is intact when the same bytes arrived', async () => {
    const checked = await check(delivery('same', 'same'));
    expect(checked).toMatchObject({ intact: true, bytes: 4 });
    expect(tableOf([checked], 80)).toContain('SHA-256 of what arrived: the same');
  });

  it.each(['sAme', 'sam', 'same '])('is damaged when %j arrived, and the table says so', async (arrived) => {
    const checked = await check(delivery('same', arrived));
    expect(checked.intact).toBe(false);
    expect(tableOf([checked], 80)).toContain('SHA-256 of what arrived: DIFFERENT');
  });
});

describe('the table', () => {
  it.each([40, 80, 100, 120, Number.POSITIVE_INFINITY])(
    'shows both digests whole at %d columns',
    async (columns) => {
      const checked = await check(delivery('same', 'other'));
      const lines = tableOf([checked], columns).split('\n');
      for (const digest of [checked.sent, checked.arrived]) {
        expect(lines.filter((line) => line.includes(digest))).toHaveLength(1);
      }
      const most = Math.max(80, Math.min(columns, 150));
      for (const line of lines) expect([...line].length).toBeLessThanOrEqual(most);
      const shown = lines.map((line) => line.replaceAll('│', '').trim()).join('');
      expect(shown).toContain(checked.url);
    },
  );
});
