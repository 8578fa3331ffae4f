import { runDemo } from '@mesibo-files/demo-kit';
import { S3FileTransferHandler } from '@mesibo-files/handler-s3';
import { openStore } from './store.ts';

await runDemo({
  cloud: 'S3',
  settings:
    'An S3 server is started for the demo, unless S3_BUCKET names a bucket: then region and credentials come from where\n' +
    "every AWS tool looks for them, and S3_ENDPOINT is the address of a store that is not Amazon's.",
  openStore,

  // This is all it takes: each user's mesibo gets a handler, and calls it for every file.
  register: (mesibo, options, onError) => {
    const handler = new S3FileTransferHandler({ ...options, uid: mesibo.getUid(), onError });
    mesibo.addListener(handler);
  },
});
