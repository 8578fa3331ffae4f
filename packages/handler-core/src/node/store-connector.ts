import { TLSSocket } from 'node:tls';
import { buildConnector } from 'undici';
import { ReadMemory } from './read-memory.ts';
import { SocketReads } from './socket-reads.ts';

/** TLS sessions kept, one for each host and port. */
const MOST_SESSIONS = 100;

/** Connects as undici does, but for what its sockets read into: memory that is used again. */
export function storeConnector(options: buildConnector.BuildOptions): buildConnector.connector {
  const memory = new ReadMemory();
  const sessions = new Map<string, Buffer>();
  return (target, callback) => {
    // A connector for each socket, for Node tells what was read without saying by whom.
    const reads = new SocketReads(memory);
    const session = sessions.get(target.host ?? '');
    const connect = buildConnector({
      ...options,
      onread: reads.onread,
      ...(session === undefined ? {} : { session }),
    });
    connect(target, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      reads.attach(socket);
      if (socket instanceof TLSSocket) keepSession(sessions, target.host ?? '', socket);
      callback(null, socket);
    });
  };
}

function keepSession(sessions: Map<string, Buffer>, host: string, socket: TLSSocket): void {
  socket.on('session', (session) => {
    if (sessions.size >= MOST_SESSIONS && !sessions.has(host)) sessions.clear();
    sessions.set(host, session);
  });
}
