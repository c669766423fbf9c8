/**
 * A region's own viewer, opened in the clinician's browser by a signed launch: a JSON Web Token that says who opens whose
 * record, good for minutes and once. A launch that carries the NHS number in the clear is refused.
 */
import { errors, jwtVerify } from 'jose';
import type { JWK, JWTPayload } from 'jose';
import * as z from 'zod';
import type { Answer, Ask } from '../http/service.ts';
import { wrongVerb } from '../http/service.ts';
import { displayName } from '../people/index.ts';
import type { RegionId } from '../people/story.ts';
import { personOf } from './search.ts';

const MOST_SECONDS = 300;
const TOKEN = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/** Claims of a contextual launch between English shared records: whose record, for whom, from where. */
const claimsSchema = z.looseObject({
  iss: z.string().min(1),
  sub: z.string().min(1),
  iat: z.number(),
  nbf: z.number(),
  exp: z.number(),
  jti: z.string().min(1),
  patient: z.string().regex(/^https:\/\/fhir\.nhs\.uk\/Id\/nhs-number\|\d{10}$/),
  birthdate: z.string().optional(),
  location: z.string().regex(/^https:\/\/fhir\.nhs\.uk\/Id\/ods-organization-code\|[A-Z0-9]+$/),
  practitioner: z.string().regex(/^https:\/\/fhir\.nhs\.uk\/Id\/sds-user-id\|\d+$/),
});

export interface ViewerRules {
  readonly name: string;
  readonly region: RegionId;
  /** The workstation's public key. */
  readonly key: JWK;
  /** `aud`: the viewer's own origin. */
  readonly audience: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export function viewer({ name, region, key, audience, now }: ViewerRules): (ask: Ask) => Promise<Answer> {
  const used = new Set<string>();
  return async (ask) => {
    if (ask.method !== 'GET' && ask.method !== 'POST') return wrongVerb('GET, POST');
    const given = [...ask.url.searchParams.values(), ...new URLSearchParams(ask.method === 'POST' ? ask.body : '').values()];
    if (given.some((text) => /^\d{3}[\s-]?\d{3}[\s-]?\d{4}$/.test(text))) return page(400, name, 'A launch must not carry an NHS number in its address.');
    const token = given.find((text) => TOKEN.test(text));
    if (token === undefined) return page(400, name, 'There is no launch token.');
    const claims = await verified(token, key, audience, now());
    if (typeof claims === 'string') return page(401, name, claims);
    const read = claimsSchema.safeParse(claims);
    if (!read.success) return page(401, name, `The launch token lacks ${read.error.issues.map(({ path }) => path.join('.')).join(', ')}.`);
    const { jti, iat, exp, patient, birthdate } = read.data;
    if (exp - iat > MOST_SECONDS) return page(401, name, 'The launch token is good for too long.');
    if (used.has(jti)) return page(401, name, 'The launch token was used before.');
    used.add(jti);
    const person = personOf(region, patient);
    if (person === undefined) return page(404, name, 'This viewer has no record of this patient.');
    if (birthdate !== undefined && birthdate !== person.born) return page(409, name, 'The birth date of this patient is another one here.');
    return page(200, name, `Record of ${displayName(person)}`);
  };
}

async function verified(token: string, key: JWK, audience: string, now: number): Promise<JWTPayload | string> {
  try {
    const { payload } = await jwtVerify(token, key, { currentDate: new Date(now), audience, typ: 'JWT' });
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return `The launch token was refused: ${error.code}.`;
    throw error;
  }
}

function page(status: number, name: string, words: string): Answer {
  const text = (raw: string): string => raw.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'content-security-policy': "default-src 'none'" },
    body: `<!doctype html><html lang="en"><head><title>${text(name)}</title></head><body><h1>${text(name)}</h1><p>${text(words)}</p></body></html>`,
  };
}
