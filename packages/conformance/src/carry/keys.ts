import type { Signer, StoredObject } from '@mesibo-files/handler-core';
import { check } from '../check/check.ts';

/** The object's key as its file URL shows it: the end of the path, decoded. Fails the case when the URL ends otherwise. */
export function keyOf(object: StoredObject): string {
  const path = decodeURIComponent(new URL(object.url).pathname);
  check(path.endsWith(`/${object.key}`), 'the file URL ends with the key');
  return path.slice(path.length - object.key.length);
}

/** Fails the case when a file URL could be a signed one, or is not the signer's own. */
export function checkFileUrl(object: StoredObject, signer: Signer): void {
  const url = new URL(object.url);
  check(url.search === '' && url.hash === '', 'the file URL has no query and no fragment');
  check(url.username === '' && url.password === '', 'the file URL names no user');
  check(/^https?:$/.test(url.protocol), 'the file URL is http or https');
  check(signer.owns(object.url), 'the signer owns its own file URL');
}
