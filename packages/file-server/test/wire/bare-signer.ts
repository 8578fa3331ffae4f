import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Signer } from '@mesibo-files/handler-core';
import type { LocalCloud } from '@mesibo-files/local-cloud';
import type { ReadCall } from '../../src/files/find.ts';
import { clientOf } from './world.ts';

/** The signer of S3, which signs a GET that works as a bare URL where it is asked for one: with Amazon's own client. */
export function bareSigner(own: Signer, publicUrl: string, cloud: LocalCloud): Signer {
  const client = clientOf(cloud);
  return {
    ...own,
    read: async (url, call: ReadCall) => {
      const plan = await own.read(url, call);
      if (call.bare !== true) return plan;
      const key = decodeURIComponent(url.slice(publicUrl.length + 1));
      const get = new GetObjectCommand({ Bucket: cloud.s3.bucket, Key: key });
      const signed = await getSignedUrl(client, get, { expiresIn: 60 });
      return { ...plan, request: { method: 'GET', url: signed, headers: {}, timeToLive: 60_000 } };
    },
  };
}
