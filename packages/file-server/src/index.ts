export type { ProblemBody } from '@mesibo-files/handler-core/wire';
export { anyOf } from './authorise/any-of.ts';
export { type AskBackendOptions, askBackend } from './authorise/ask-backend.ts';
export { type IssueTokenOptions, issueToken } from './authorise/issue-token.ts';
export type { DownloadPolicy } from './authorise/policy.ts';
export { type SignedTokensOptions, signedTokens } from './authorise/signed-tokens.ts';
export { type StaticTokenOptions, staticToken } from './authorise/static-token.ts';
export type {
  PublicAlgorithm,
  PublicKeys,
  SecretKeys,
  TokenKeys,
  TokenSecret,
} from './authorise/token-keys.ts';
export type {
  Authorise,
  AuthoriseRequest,
  Credential,
  Decision,
  EarlyDecision,
  EarlyRequest,
  ObjectRequest,
  UploadRequest,
} from './context/authorise.ts';
export type { ServerContext } from './context/context.ts';
export type { HookAnswer, PendingFile, ServerEvent, StoredFile } from './context/events.ts';
export {
  DEFAULT_LIMITS,
  type Limits,
  type RateDecision,
  type RateKind,
  type RateLimiter,
} from './context/limits.ts';
export type { FileServerOptions, TicketKey, TokenHolder } from './context/options.ts';
export type { Holding, QuotaDecision, QuotaRules, Quotas, Reservation } from './context/quotas.ts';
export { SERVER_CODES, type ServerCode } from './http/codes.ts';
export { memoryQuotas } from './quota/memory.ts';
export { type RedisScripts, redisQuotas } from './quota/redis.ts';
export { createFileServer, type FileServer, type RequestOrigin } from './server.ts';
export type { Settlement } from './signing/settle.ts';
