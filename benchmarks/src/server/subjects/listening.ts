import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Listening, ServerSettings } from '../types.ts';

/** The settings that this process was given. */
export function settings(): ServerSettings {
  return JSON.parse(process.argv[2] ?? '{}');
}

/** Serves on a free port of loopback, and says which. */
export function serve(make: (origin: string) => RequestListener): void {
  const server = createServer();
  // The benchmark is over, or was ended: so is this.
  process.once('disconnect', () => process.exit());
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    server.on('request', make(`http://127.0.0.1:${port}`));
    const said: Listening = { port };
    process.send?.(said);
  });
}
