import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MIB } from '@mesibo-files/handler-core/provider';
import { s3Signer } from '@mesibo-files/handler-s3';
import { nodeListener } from '../../src/node/listener.ts';
import { createFileServer } from '../../src/server.ts';
import type { ReplicaSettings } from './replica.ts';
import { ticketKeys, token } from './secrets.ts';

// A file server as a process of its own. It knows of no other: what it is given is what each of them is given.
const { baseUrl, store }: ReplicaSettings = JSON.parse(process.env.REPLICA ?? '');
const { endpoint, region, bucket, accessKeyId, secretAccessKey } = store;

const server = createFileServer({
  baseUrl,
  ticketKeys,
  signer: s3Signer({
    endpoint,
    region,
    bucket,
    credentials: { accessKeyId, secretAccessKey },
    checksum: 'crc32',
    partSize: 5 * MIB,
    publicUrl: `${baseUrl}/files`,
  }),
  authorise: ({ credential }) =>
    credential.token === token
      ? { allow: true, uid: 7 }
      : { allow: false, why: 'sign-in', reason: 'This is not the token.' },
  onEvent: (event) => {
    if (event.type === 'request') console.log(`${event.route} ${event.status}`);
  },
});

const http = createServer(nodeListener(server, []));
http.listen(0, '127.0.0.1', () => console.log(`port ${(http.address() as AddressInfo).port}`));
