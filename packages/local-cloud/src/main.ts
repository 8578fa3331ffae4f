#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { startLocalCloud } from './start-local-cloud.ts';

const usage = `Usage: local-cloud [--json] [--port N] [--gcs-port N] [--dir D] [--bucket B]

Serves a strict local S3 and a strict local Google Cloud Storage until SIGTERM or SIGINT.
  --json      print one line of JSON when ready, and nothing else
  --port N    port of S3 on 127.0.0.1 (default: any free one)
  --gcs-port N  the same for Google Cloud Storage
  --dir D     keep the data in a new folder inside of D (default: the system's temp folder)
  --bucket B  name of the bucket in each (default: local-cloud)
`;

const readArguments = () => {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      port: { type: 'string', default: '0' },
      'gcs-port': { type: 'string', default: '0' },
      dir: { type: 'string' },
      bucket: { type: 'string', default: 'local-cloud' },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    ...values,
    port: readPort('port', values.port),
    gcsPort: readPort('gcs-port', values['gcs-port']),
  };
};

const readPort = (name: string, text: string): number => {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`--${name} wants a number from 0 to 65535`);
};

const main = async (): Promise<void> => {
  const { json, port, gcsPort, dir, bucket, help } = readArguments();
  if (help) {
    process.stdout.write(usage);
    return;
  }
  // Listening before the start, so that a signal during it still removes the data.
  const signalled = new Promise<void>((resolve) => {
    process.on('SIGTERM', () => resolve());
    process.on('SIGINT', () => resolve());
  });
  const cloud = await startLocalCloud({
    ...(dir === undefined ? {} : { dir }),
    s3: { port, buckets: [{ name: bucket }] },
    gcs: { port: gcsPort, buckets: [{ name: bucket }] },
  });
  const { s3, gcs } = cloud;
  process.stdout.write(
    json
      ? `${JSON.stringify({ s3, gcs })}\n`
      : `S3 at ${s3.endpoint}\n  region ${s3.region}, bucket ${s3.bucket}\n  access key ${s3.accessKeyId}\n  secret key ${s3.secretAccessKey}\nGoogle Cloud Storage at ${gcs.endpoint}\n  bucket ${gcs.bucket}, account ${gcs.clientEmail}, tokens at ${gcs.tokenUri}\n  its key is printed with --json\nStop with Ctrl-C.\n`,
  );
  await signalled;
  await cloud.stop();
};

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`local-cloud: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
