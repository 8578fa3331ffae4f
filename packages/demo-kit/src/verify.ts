import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Delivery } from './watch.ts';

/** A delivery whose file was read again at both ends. */
export interface CheckedDelivery extends Delivery {
  readonly bytes: number;
  readonly sent: Digest;
  readonly arrived: Digest;
  /** The same bytes arrived. */
  readonly intact: boolean;
}

/** SHA-256 in hexadecimal. */
type Digest = string;

/** Compares what arrived with what was sent, from the files themselves, whatever the handlers may say. */
export async function check(delivery: Delivery): Promise<CheckedDelivery> {
  const [sent, arrived] = await Promise.all([sha256(delivery.sentPath), sha256(delivery.receivedPath)]);
  const { size } = await stat(delivery.receivedPath);
  return { ...delivery, bytes: size, sent, arrived, intact: sent === arrived };
}

async function sha256(path: string): Promise<Digest> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}
