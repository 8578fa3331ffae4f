import { describeHandler, describeSigner } from '@mesibo-files/conformance';
import { s3Harness } from './harness.ts';

const { RGW_ENDPOINT, RGW_ACCESS_KEY, RGW_SECRET_KEY } = process.env;

/** Ceph's RGW, which verifies Content-MD5 and ignores newer checksums. */
const harness = s3Harness('s3 on Ceph RGW', async () => {
  if (!RGW_ENDPOINT || !RGW_ACCESS_KEY || !RGW_SECRET_KEY) {
    throw new Error('Set RGW_ENDPOINT, RGW_ACCESS_KEY and RGW_SECRET_KEY to a running Ceph RGW.');
  }
  return {
    endpoint: RGW_ENDPOINT,
    region: 'us-east-1',
    bucket: 'conformance',
    accessKeyId: RGW_ACCESS_KEY,
    secretAccessKey: RGW_SECRET_KEY,
    checksum: 'md5',
  };
});
describeSigner(harness);
describeHandler(harness);
