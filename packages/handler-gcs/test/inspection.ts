import type { Storage } from '@google-cloud/storage';
import type { StoreInspection } from '@mesibo-files/conformance';

interface Place {
  readonly endpoint: string;
  readonly bucket: string;
}

/** Looks into the store by the official client; `sessions` are those that were seen, for they can't be listed. */
export function inspection(
  client: Storage,
  { endpoint, bucket: name }: Place,
  prefix: string,
  sessions: ReadonlySet<string>,
): StoreInspection {
  const bucket = client.bucket(name);
  const uploads = async (): Promise<readonly string[]> => {
    const { data } = await client.authClient.request<string>({
      url: `${endpoint}/${name}?${new URLSearchParams({ uploads: '', prefix })}`,
      responseType: 'text',
    });
    return Array.from(data.matchAll(/<Key>([^<]*)<\/Key><UploadId>([^<]*)<\/UploadId>/g), ([, key, id]) => {
      return `${endpoint}/${name}/${key}?uploadId=${encodeURIComponent(String(id))}`;
    });
  };
  return {
    keys: async () => (await bucket.getFiles({ prefix }))[0].map((file) => file.name),
    bytes: async (key) => new Uint8Array((await bucket.file(key).download())[0]),
    facts: async (key) => {
      const [found] = await bucket.file(key).getMetadata();
      const metadata = Object.entries(found.metadata ?? {}).map(([one, value]) => [one, String(value)]);
      return {
        size: Number(found.size),
        contentType: found.contentType ?? '',
        contentDisposition: found.contentDisposition ?? null,
        metadata: Object.fromEntries(metadata),
      };
    },
    put: async (key, bytes) => bucket.file(key).save(Buffer.from(bytes), { resumable: false }),
    remove: async (key) => void (await bucket.file(key).delete({ ignoreNotFound: true })),
    unfinished: async () => (await uploads()).length,
    dropUnfinished: async () => {
      for (const url of await uploads()) await client.authClient.request({ url, method: 'DELETE' });
      for (const url of sessions) await fetch(url, { method: 'DELETE' });
    },
  };
}
