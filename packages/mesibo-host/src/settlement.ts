/** How one start of a transfer ended. */
export type Settlement =
  | { readonly outcome: 'done'; readonly url: string | null }
  | { readonly outcome: 'failed' }
  /** Given up for now: mesibo may ask again. */
  | { readonly outcome: 'deferred' }
  /** Given up for the life of the app; downloads only. */
  | { readonly outcome: 'blocked' };

/** What a handler's `setResult` means. An upload that has no URL to send has failed, whatever it says. */
export function settlementOf(upload: boolean, success: boolean, url: string | null | undefined): Settlement {
  if (success !== true) return { outcome: 'failed' };
  if (!upload) return { outcome: 'done', url: null };
  return typeof url === 'string' && url !== '' ? { outcome: 'done', url } : { outcome: 'failed' };
}
