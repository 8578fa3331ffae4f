import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corsChecks } from '../../test/gcs/behaviour/cors-checks.ts';
import { jsonChecks } from '../../test/gcs/behaviour/json-checks.ts';
import { multipartChecks } from '../../test/gcs/behaviour/multipart-checks.ts';
import { readChecks } from '../../test/gcs/behaviour/read-checks.ts';
import { rewriteChecks } from '../../test/gcs/behaviour/rewrite-checks.ts';
import { sessionChecks, sessionEndChecks } from '../../test/gcs/behaviour/session-checks.ts';
import { signatureChecks } from '../../test/gcs/behaviour/signature-checks.ts';
import { tokenChecks } from '../../test/gcs/behaviour/token-checks.ts';
import { writeChecks } from '../../test/gcs/behaviour/write-checks.ts';
import { startTestServer, type TestServer } from '../../test/gcs/server.ts';

/** Everything stated of Cloud Storage's behaviour; each check names the page it is from. */
describe.each([
  ['signed URLs', signatureChecks],
  ['writing', writeChecks],
  ['reading', readChecks],
  ['sessions', [...sessionChecks, ...sessionEndChecks]],
  ['multipart uploads', multipartChecks],
  ['tokens', tokenChecks],
  ['the JSON API', jsonChecks],
  ['rewriting', rewriteChecks],
  ['CORS', corsChecks],
])('Cloud Storage: %s', (_, checks) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());
  for (const { name, run, expected } of checks) {
    it(name, async () => {
      expect(await run(server)).toEqual(expected);
    });
  }
});
