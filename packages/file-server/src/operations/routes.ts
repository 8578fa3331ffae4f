import type { WebRoute } from '../http/routes.ts';

export const operationRoutes: readonly WebRoute[] = [];
