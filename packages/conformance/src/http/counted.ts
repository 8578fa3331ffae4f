import type { HttpAnswer, HttpBody, HttpRequest } from '@mesibo-files/handler-core/provider';

/** The request, counting what of its body was taken. */
export function counted(request: HttpRequest, record: { sent: number }): HttpRequest {
  const { body } = request;
  if (!body) return request;
  const watched: HttpBody = {
    size: body.size,
    async *slices() {
      for await (const slice of body.slices()) {
        record.sent += slice.byteLength;
        yield slice;
      }
    },
  };
  return { ...request, body: watched };
}

/** The answer, telling when its body was taken or thrown away. */
export function withEnd(answer: HttpAnswer, ended: () => void): HttpAnswer {
  return {
    status: answer.status,
    headers: answer.headers,
    consume: (onChunk) => answer.consume(onChunk).finally(ended),
    text: (limit) => answer.text(limit).finally(ended),
    discard: () => answer.discard().finally(ended),
  };
}
