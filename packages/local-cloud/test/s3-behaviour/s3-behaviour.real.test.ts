import { describe, expect, it } from 'vitest';
import { s3Checks } from './checks.ts';
import { describeBehaviour } from './describe-behaviour.ts';

const { RGW_ENDPOINT, SWIFT_ENDPOINT } = process.env;

if (RGW_ENDPOINT === undefined && SWIFT_ENDPOINT === undefined) {
  throw new Error(
    'No real S3 server to test against: set RGW_ENDPOINT (with RGW_ACCESS_KEY and RGW_SECRET_KEY) or SWIFT_ENDPOINT ' +
      '(with SWIFT_ACCESS_KEY and SWIFT_SECRET_KEY); scripts/servers/rgw.sh start and scripts/servers/swift.sh start print them.',
  );
}

if (RGW_ENDPOINT !== undefined) {
  describeBehaviour('ceph16', async () => ({
    endpoint: RGW_ENDPOINT,
    region: 'us-east-1',
    accessKeyId: process.env.RGW_ACCESS_KEY ?? 'testaccess',
    secretAccessKey: process.env.RGW_SECRET_KEY ?? 'testsecret0123456789',
  }));
}

if (SWIFT_ENDPOINT !== undefined) {
  describeBehaviour('swift', async () => ({
    endpoint: SWIFT_ENDPOINT,
    region: 'us-east-1',
    accessKeyId: process.env.SWIFT_ACCESS_KEY ?? 'test:tester',
    secretAccessKey: process.env.SWIFT_SECRET_KEY ?? 'testing',
  }));
}

describe('the checks', () => {
  it('state an answer for every server', () => {
    const servers = ['amazon', 'local-cloud', 'ceph16', 'swift'] as const;
    const silent = s3Checks.filter(({ enforcedBy, recorded }) =>
      servers.some((server) => !enforcedBy.includes(server) && recorded[server] === undefined),
    );
    expect(silent.map(({ name }) => name)).toEqual([]);
  });
});
