import { createHash, type X509Certificate } from 'node:crypto';
import type { SignInStatement } from './messages.ts';
import type { SignatureScheme } from './signature.ts';

/** The longest an assertion may be valid, in seconds: the identity service accepts no longer one. */
const longestValidity = 60;

/**
 * The JWT without its signature: header and claims as docs/identity-and-simulator.md says (RFC 7523 section 3,
 * RFC 7515 section 3.1). Made here, from values with names, so that nobody can have the card sign bytes of their choice.
 */
export function unsignedAssertion(certificate: X509Certificate, scheme: SignatureScheme, statement: SignInStatement): string {
  const header = { alg: scheme.jose, typ: 'JWT', x5c: [certificate.raw.toString('base64')] };
  const claims = {
    iss: 'lanyard',
    sub: createHash('sha256').update(certificate.raw).digest('base64url'),
    aud: statement.audience,
    nonce: statement.nonce,
    purpose: statement.purpose,
    iat: statement.issuedAt,
    exp: statement.expiresAt,
    jti: statement.id,
  };
  return `${encodeJson(header)}.${encodeJson(claims)}`;
}

export const signedAssertion = (unsigned: string, signature: Uint8Array): string =>
  `${unsigned}.${Buffer.from(signature).toString('base64url')}`;

/** Whether a statement is one a card may sign: for sign-in, and for no longer than a minute. */
export function isSignable(statement: SignInStatement): boolean {
  const validity = statement.expiresAt - statement.issuedAt;
  return statement.purpose === 'sign-in' && validity > 0 && validity <= longestValidity;
}

const encodeJson = (value: unknown): string => Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
