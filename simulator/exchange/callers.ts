/** Who may ask a region: anybody with a good token of a user. */
import { header } from '../http/service.ts';
import type { Answer, Ask } from '../http/service.ts';
import type { Tokens } from '../identity/tokens.ts';
import { outcome } from './outcomes.ts';

export function refuseCaller(ask: Ask, tokens: Pick<Tokens, 'bearer'>): Answer | null {
  const bearer = tokens.bearer(header(ask, 'authorization'));
  if (bearer.kind === 'user' || bearer.kind === 'unchecked') return null;
  const refused = outcome(401, 'login', 'The access token is missing, revoked or too old');
  return { ...refused, headers: { ...refused.headers, 'www-authenticate': 'Bearer' } };
}
