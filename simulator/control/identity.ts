/** The controls of the identity services and of what the card authority says of its certificates (docs/identity-and-simulator.md). */
import * as z from 'zod';
import { json } from '../http/service.ts';
import type { Answer } from '../http/service.ts';
import { lifetimesSchema, modeSchema } from '../identity/modes.ts';
import type { IdentityControl } from '../identity/services.ts';
import { revocationModeSchema } from '../revocation/modes.ts';
import type { RevocationControl } from '../revocation/services.ts';
import { refuse, sentence } from './refusals.ts';

type Action = (body: unknown) => Promise<Answer>;

const logOutSchema = z.strictObject({ user: z.string().regex(/^\d{12}$/, 'use the 12-digit user identifier').optional() });
const revokeSchema = z.strictObject({ card: z.string() });

export function identityControls(identity: IdentityControl): Readonly<Record<string, Action>> {
  return {
    'identity/mode': checked(modeSchema, (mode) => {
      identity.setMode(mode);
      return { mode };
    }),
    'identity/lifetimes': checked(lifetimesSchema, (lifetimes) => {
      identity.setLifetimes(lifetimes);
      return lifetimes;
    }),
    'identity/logout': checked(logOutSchema, ({ user }) => {
      identity.logOut(user ?? null);
      return { loggedOut: user ?? 'everybody' };
    }),
  };
}

export function revocationControls(revocation: RevocationControl): Readonly<Record<string, Action>> {
  return {
    'revocation/mode': checked(revocationModeSchema, (mode) => {
      revocation.setMode(mode);
      return { mode };
    }),
    'revocation/revoke': async (body) => {
      const read = revokeSchema.safeParse(body);
      if (!read.success) return refuse(400, sentence(read.error));
      const { card } = read.data;
      return (await revocation.revoke(card)) ? json(200, { revoked: card }) : refuse(404, `There is no card ${JSON.stringify(card)} with a certificate.`);
    },
  };
}

function checked<Body>(schema: z.ZodType<Body>, run: (body: Body) => unknown): Action {
  return async (body) => {
    const read = schema.safeParse(body);
    return read.success ? json(200, run(read.data)) : refuse(400, sentence(read.error));
  };
}
