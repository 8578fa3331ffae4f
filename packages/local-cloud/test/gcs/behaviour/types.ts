import type { TestServer } from '../server.ts';

/** What was observed: the status, the code of a refusal, and what else a check looks at. */
export interface Answer {
  readonly status: number;
  readonly code?: string | undefined;
  readonly [detail: string]: unknown;
}

/**
 * One statement of how Cloud Storage behaves. There is no real one to run it against, so it names the page it is from;
 * `source` is the page's title in Google's Cloud Storage documentation, unless it says otherwise. One that begins with
 * "assumed" is a refusal whose reason a page gives, but whose status and code no page was found to say.
 */
export interface GcsCheck {
  readonly name: string;
  readonly source: string;
  readonly run: (server: TestServer) => Promise<Answer>;
  readonly expected: Answer;
}
