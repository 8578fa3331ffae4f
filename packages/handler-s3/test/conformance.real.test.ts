import { describeHandler, describeSigner } from '@mesibo-files/conformance';
import { s3Harness } from './harness.ts';

/** Ceph RGW, which verifies Content-MD5 and ignores newer checksums. The defaults are those of our scripts. */
const { RGW_ENDPOINT, RGW_ACCESS_KEY, RGW_SECRET_KEY } = process.env;

const harness = s3Harness('s3 on Ceph RGW', async () => ({
  endpoint: RGW_ENDPOINT ?? 'http://127.0.0.1:7480',
  region: 'us-east-1',
  bucket: 'conformance',
  accessKeyId: RGW_ACCESS_KEY ?? 'testaccess',
  secretAccessKey: RGW_SECRET_KEY ?? 'testsecret0123456789',
  checksum: 'md5',
}));

describeSigner(harness);
describeHandler(harness);
