import type { WebRoute } from '../http/routes.ts';
import { openApiDocument } from './open-api.ts';
import { OPERATIONS } from './operations.ts';

export const signingRoutes: readonly WebRoute[] = [
  ...OPERATIONS,
  {
    method: 'GET',
    path: '/v1/openapi.json',
    name: 'openapi',
    handle: async ({ baseUrl }) => Response.json({ ...openApiDocument(), servers: [{ url: baseUrl }] }),
  },
];
