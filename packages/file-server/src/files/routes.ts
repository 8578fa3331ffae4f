import type { WebRoute } from '../http/routes.ts';

export const fileRoutes: readonly WebRoute[] = [];
