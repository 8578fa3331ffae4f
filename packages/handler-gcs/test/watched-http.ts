import type { HttpAnswer, HttpPort } from '@mesibo-files/handler-core/provider';

/** One request of the engine, before it goes out. */
export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly range: string | undefined;
  readonly hash: string | undefined;
  readonly size: number;
}

/** Tells of each request before it goes out; a status that is answered is the store's answer, which sees nothing. */
export function watchedHttp(inner: HttpPort, watch: (sent: Sent) => Promise<number | null>): HttpPort {
  return {
    ...inner,
    send: async (request): Promise<HttpAnswer> => {
      const { method, url, headers, body } = request;
      const own = await watch({
        method,
        url,
        range: headers['content-range'],
        hash: headers['x-goog-hash'],
        size: body?.size ?? 0,
      });
      if (own === null) return inner.send(request);
      return {
        status: own,
        headers: {},
        consume: async () => {},
        text: async () => '',
        discard: async () => {},
      };
    },
  };
}
