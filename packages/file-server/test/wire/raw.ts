import { connect } from 'node:net';

/** Sends bytes as they are, and answers what comes back until there are so many answers, or the connection ends. */
export function exchange(
  port: number,
  pieces: readonly (string | Uint8Array)[],
  answers = 1,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
      if (countAnswers(text) >= answers) socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
    for (const piece of pieces) socket.write(piece);
  });
}

function countAnswers(text: string): number {
  return text.match(/\r\n\r\n\{.*?\}(?=HTTP|$)/g)?.length ?? 0;
}
