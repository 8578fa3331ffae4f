import { runDemo } from '@mesibo-files/demo-kit';
import { GcsFileTransferHandler } from '@mesibo-files/handler-gcs';
import { openStore } from './store.ts';

await runDemo({
  cloud: 'Google Cloud Storage',
  settings:
    'A Google Cloud Storage server is started for the demo, unless GCS_BUCKET names a bucket: then credentials come from\n' +
    "where Google's tools look for them (GOOGLE_APPLICATION_CREDENTIALS, gcloud, the metadata server).",
  openStore,

  // This is all it takes: each user's mesibo gets a handler, and calls it for every file.
  register: (mesibo, options, onError) => {
    const handler = new GcsFileTransferHandler({ ...options, uid: mesibo.getUid(), onError });
    mesibo.addListener(handler);
  },
});
