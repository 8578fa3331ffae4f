import { app as companion } from '@uppy/companion';
import express from 'express';
import { BUCKET, s3Access } from '../../subjects/access.ts';
import { serve, settings } from './listening.ts';

const { endpoint, region, credentials, forcePathStyle } = s3Access(settings().store);

serve((origin) => {
  const { host } = new URL(origin);
  const { app } = companion({
    secret: 'a secret of the benchmark',
    uploadUrls: [origin],
    corsOrigins: true,
    server: { host, protocol: 'http' },
    filePath: '/tmp',
    metrics: false,
    s3: {
      key: credentials.accessKeyId,
      secret: credentials.secretAccessKey,
      bucket: BUCKET,
      region,
      endpoint,
      forcePathStyle,
    },
  });
  return express().use(app);
});
