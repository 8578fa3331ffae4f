/**
 * How many part URLs a second one core signs, ours beside the SDK's `getSignedUrl`, both bound to size and CRC32.
 * `--json` prints one line of figures.
 */
import { S3Client, UploadPartCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { s3Signer } from '@mesibo-files/handler-s3';

const SECONDS = 2;
const ROUNDS = 3;
const BATCH = 100;
const PART_SIZE = 8 * 1024 * 1024;
const DIGEST = 'AAAAAA==';

const client = new S3Client({
  region: 'eu-central-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
  requestChecksumCalculation: 'WHEN_REQUIRED',
  maxAttempts: 1,
});
const signer = s3Signer({ bucket: 'bench-bucket', client });
const call = { signal: new AbortController().signal };

/** A ticket as `begin` makes it, taken from a plan for one request, which needs no store, and made one for parts. */
async function partsTicket(): Promise<string> {
  const plan = await signer.begin(
    {
      size: 0,
      maxSize: null,
      contentType: 'video/mp4',
      name: 'holiday in Malmö.mp4',
      source: 1,
      uid: 7,
      mid: 1n,
      transferId: 'bench',
      digests: {},
    },
    call,
  );
  const facts: unknown = JSON.parse(Buffer.from(plan.ticket, 'base64url').toString());
  const size = 10_000 * PART_SIZE;
  const parts = Object.assign({}, facts, { uploadId: 'VXBsb2FkSWQtb2YtdXN1YWwtbGVuZ3Ro'.repeat(3), size });
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

async function rate(signSome: (first: number) => Promise<number>): Promise<number> {
  const began = performance.now();
  let signed = 0;
  while (performance.now() - began < SECONDS * 1000) signed += await signSome((signed % 9_000) + 1);
  return signed / ((performance.now() - began) / 1000);
}

const ticket = await partsTicket();
const ours = async (first: number): Promise<number> => {
  const wanted = Array.from({ length: BATCH }, (_, index) => ({
    number: first + index,
    size: PART_SIZE,
    digests: { crc32: DIGEST },
  }));
  return (await signer.sign(ticket, wanted, call)).length;
};
const theirs = async (first: number): Promise<number> => {
  for (let index = 0; index < BATCH; index++) {
    const command = new UploadPartCommand({
      Bucket: 'bench-bucket',
      Key: 'mesibo/1/2026/01/0123456789abcdef0123456789abcdef/holiday-in-malmo.mp4',
      UploadId: 'VXBsb2FkSWQtb2YtdXN1YWwtbGVuZ3Ro'.repeat(3),
      PartNumber: first + index,
      ContentLength: PART_SIZE,
      ChecksumCRC32: DIGEST,
    });
    await getSignedUrl(client, command, {
      expiresIn: 900,
      unhoistableHeaders: new Set(['x-amz-checksum-crc32']),
      signableHeaders: new Set(['host', 'content-length', 'x-amz-checksum-crc32']),
    });
  }
  return BATCH;
};

const rates = { ours: [] as number[], theirs: [] as number[] };
for (let round = 0; round <= ROUNDS; round++) {
  const pair = { ours: await rate(ours), theirs: await rate(theirs) };
  if (round === 0) continue; // The first round warms both up.
  rates.ours.push(pair.ours);
  rates.theirs.push(pair.theirs);
}
const median = (values: readonly number[]): number =>
  Math.round([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0);
const result = { ours: median(rates.ours), getSignedUrl: median(rates.theirs) };
const ratio = Math.round((result.ours / result.getSignedUrl) * 10) / 10;

if (process.argv.includes('--json')) {
  process.stdout.write(`${JSON.stringify({ unit: 'URLs/s', ...result, ratio })}\n`);
} else {
  process.stdout.write(
    `Part URLs a second, one core, medians of ${ROUNDS} rounds of ${SECONDS} s\n` +
      `  mesibo-files  ${result.ours.toLocaleString('en')}\n` +
      `  getSignedUrl  ${result.getSignedUrl.toLocaleString('en')}\n` +
      `  ratio         ${ratio}\n`,
  );
}
