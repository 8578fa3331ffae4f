#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { AzuriteMissing } from './azure/azurite.ts';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from './start-local-cloud.ts';

const usage = `Usage: local-cloud [--json] [--port N] [--gcs-port N] [--azure-port N] [--dir D] [--bucket B]

Serves a strict local S3, a strict local Google Cloud Storage and, where it is installed, Microsoft's Azurite until
SIGTERM or SIGINT.
  --json      print one line of JSON when ready, and nothing else
  --port N    port of S3 on 127.0.0.1 (default: any free one)
  --gcs-port N  the same for Google Cloud Storage
  --azure-port N  the same for Azurite
  --dir D     keep the data in a new folder inside of D (default: the system's temp folder)
  --bucket B  name of the bucket in each (default: local-cloud)
`;

const readArguments = () => {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      port: { type: 'string', default: '0' },
      'gcs-port': { type: 'string', default: '0' },
      'azure-port': { type: 'string', default: '0' },
      dir: { type: 'string' },
      bucket: { type: 'string', default: 'local-cloud' },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    ...values,
    port: readPort('port', values.port),
    gcsPort: readPort('gcs-port', values['gcs-port']),
    azurePort: readPort('azure-port', values['azure-port']),
  };
};

const readPort = (name: string, text: string): number => {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`--${name} wants a number from 0 to 65535`);
};

/** Without Azurite, which is optional, the other stores are served all the same. */
const startWithAzurite = async (options: LocalCloudOptions): Promise<LocalCloud> => {
  try {
    return await startLocalCloud(options);
  } catch (error) {
    if (!(error instanceof AzuriteMissing)) throw error;
    process.stderr.write(`local-cloud: ${error.message}\n`);
    return await startLocalCloud({ ...options, azure: false });
  }
};

const main = async (): Promise<void> => {
  const { json, port, gcsPort, azurePort, dir, bucket, help } = readArguments();
  if (help) {
    process.stdout.write(usage);
    return;
  }
  // Listening before the start, so that a signal during it still removes the data.
  const signalled = new Promise<void>((resolve) => {
    process.on('SIGTERM', () => resolve());
    process.on('SIGINT', () => resolve());
  });
  const cloud = await startWithAzurite({
    ...(dir === undefined ? {} : { dir }),
    s3: { port, buckets: [{ name: bucket }] },
    gcs: { port: gcsPort, buckets: [{ name: bucket }] },
    // A container's name has no dots.
    azure: { port: azurePort, containers: [{ name: bucket.replaceAll('.', '-') }] },
  });
  const { s3, gcs } = cloud;
  const azure = cloud.azure && {
    connectionString: cloud.azure.connectionString,
    container: cloud.azure.container,
  };
  process.stdout.write(
    json
      ? `${JSON.stringify({ s3, gcs, ...(azure ? { azure } : {}) })}\n`
      : `S3 at ${s3.endpoint}\n  region ${s3.region}, bucket ${s3.bucket}\n  access key ${s3.accessKeyId}\n  secret key ${s3.secretAccessKey}\nGoogle Cloud Storage at ${gcs.endpoint}\n  bucket ${gcs.bucket}, account ${gcs.clientEmail}, tokens at ${gcs.tokenUri}\n  its key is printed with --json\n${azure ? `Azurite, container ${azure.container}\n  ${azure.connectionString}\n` : ''}Stop with Ctrl-C.\n`,
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
