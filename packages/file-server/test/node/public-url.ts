import type { Signer, StoredObject } from '@mesibo-files/handler-core';

/** The signer with file URLs under another base, as a file server wants them: the memory store has only its own. */
export function withPublicUrl(signer: Signer, own: string, publicUrl: string): Signer {
  const outside = (url: string): string => publicUrl + url.slice(own.length);
  const inside = (url: string): string =>
    url.startsWith(`${publicUrl}/`) ? own + url.slice(publicUrl.length) : 'https://foreign.invalid/x';
  const shown = (object: StoredObject): StoredObject => ({ ...object, url: outside(object.url) });
  return {
    ...signer,
    async resume(ticket, call) {
      const { plan, stored } = await signer.resume(ticket, call);
      return {
        plan,
        stored: stored.state === 'committed' ? { ...stored, object: shown(stored.object) } : stored,
      };
    },
    async commit(ticket, manifest, call) {
      const commit = await signer.commit(ticket, manifest, call);
      return commit.state === 'stored' ? { ...commit, object: shown(commit.object) } : commit;
    },
    read: (url, call) => signer.read(inside(url), call),
    remove: (url, call) => signer.remove(inside(url), call),
    owns: (url) => url.startsWith(`${publicUrl}/`) && signer.owns(inside(url)),
  };
}
