import type { WebRoute } from '../http/routes.ts';

export const signingRoutes: readonly WebRoute[] = [];
