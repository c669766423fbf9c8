/**
 * The description of one deployment: which site, which region, where everything answers. Read once at start, checked
 * here, trusted afterwards. `docs/configuration.md` describes it for the people who write it.
 */
import { posix, win32 } from 'node:path';
import * as z from 'zod';
import { gpConnectRoute, lackOfRoute, regionSourceSchema, spineProxySchema } from './region-source.ts';
import { endpoint, name, odsCode, slug } from './values.ts';

/** A region profile: `regions/*.json`. A further region is a further file. */
export const regionProfileSchema = z.strictObject({
  id: slug,
  name,
  sources: z.array(regionSourceSchema).min(1),
});

const practiceSchema = z
  .strictObject({
    id: slug.default('practice'),
    name,
    protocol: z.literal('gp-connect'),
    route: gpConnectRoute.default('clinical-data-gateway'),
    /** The gateway's address, or by the Spine proxy the practice system's own as the Spine directory gives it. */
    baseUrl: endpoint,
    odsCode,
    spineProxy: spineProxySchema.optional(),
  })
  .superRefine((practice, context) => {
    const lack = lackOfRoute(practice);
    if (lack !== null) context.addIssue({ code: 'custom', path: [lack.field], message: lack.message });
  });

const readerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pcsc') }),
  z.strictObject({ kind: z.literal('simulated'), host: z.literal('127.0.0.1'), port: z.number().int().min(1).max(65535) }),
]);

const seconds = z.number().int().min(1).max(86_400);
const port = z.number().int().min(1).max(65_535);

/** How the app proves itself to an OpenID provider (OpenID Connect Core section 9). Files are relative to this file. */
const clientAuthenticationSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('private-key-jwt'),
    /** PEM (PKCS#8) of the client's private key. */
    keyFile: z.string().min(1),
    /** The `kid` under which the provider knows the public key. */
    keyId: z.string().min(1).max(200),
    algorithm: z.enum(['RS256', 'RS384', 'RS512', 'ES256', 'ES384']).default('RS512'),
  }),
  z.strictObject({ kind: z.literal('client-secret-post'), secretFile: z.string().min(1) }),
  z.strictObject({ kind: z.literal('none') }),
]);

/** Where a CIS2 ID token or a broker's token is exchanged for one that the APIs take (RFC 8693). */
const tokenExchangeSchema = z.strictObject({
  tokenEndpoint: endpoint,
  clientAuthentication: clientAuthenticationSchema.default({ kind: 'none' }),
  clientId: z.string().min(1).max(200).default('lanyard'),
  audience: z.string().min(1).max(500).optional(),
});

const cardAssertionSchema = z.strictObject({
  kind: z.literal('card-assertion'),
  issuer: endpoint,
  tokenExchange: tokenExchangeSchema.optional(),
});

const cis2Schema = z.strictObject({
  kind: z.literal('cis2'),
  issuer: endpoint,
  clientId: z.string().min(1).max(200),
  clientAuthentication: clientAuthenticationSchema,
  /** The loopback redirect `http://localhost:PORT/PATH` that is registered for the client (RFC 8252 section 7.3). */
  redirectPort: port,
  redirectPath: z.string().regex(/^\/[A-Za-z0-9/_-]{1,100}$/, 'use a path such as /signed-in').default('/signed-in'),
  scope: z.string().regex(/(?:^| )openid(?: |$)/, 'must contain openid').default('openid profile nationalrbacaccess associatedorgs'),
  acrValues: z.array(z.string().regex(/^[A-Z0-9_]{1,64}$/)).min(1).default(['AAL3_ANY']),
  maxAgeSeconds: seconds.default(300),
  /** Off only for a provider that refuses the parameters. */
  pkce: z.boolean().default(true),
  /** `separate`: CIS2 itself, found by discovery. `combined`: the API platform in front of it, whose addresses are named here. */
  pattern: z.enum(['separate', 'combined']).default('separate'),
  endpoints: z.strictObject({ authorization: endpoint, token: endpoint, userinfo: endpoint, revocation: endpoint.optional() }).optional(),
  browser: z.enum(['own-window', 'system']).default('own-window'),
  /** The least that a sign-in must be worth: `id_assurance_level` and `authentication_assurance_level`. */
  assurance: z
    .strictObject({ identity: z.number().int().min(1).max(4).default(3), authentication: z.number().int().min(1).max(4).default(3) })
    .default({ identity: 3, authentication: 3 }),
  tokenExchange: tokenExchangeSchema.optional(),
});

const identitySchema = z.discriminatedUnion('kind', [cardAssertionSchema, cis2Schema]).superRefine((identity, context) => {
  if (identity.kind !== 'cis2') return;
  if (identity.pattern === 'combined' && identity.endpoints === undefined) {
    context.addIssue({ code: 'custom', path: ['endpoints'], message: 'the combined pattern has no discovery: name its authorization, token and userinfo addresses' });
  }
  // Whoever else saw the code could use it (RFC 8252 section 6).
  if (!identity.pkce && identity.clientAuthentication.kind === 'none') {
    context.addIssue({ code: 'custom', path: ['pkce'], message: 'can only be off for a client that proves itself by a key or a secret' });
  }
});

const cardSchema = z.strictObject({
  /** `polling` asks every half second instead of waiting: for Citrix, where a wait may not reach the reader. */
  watch: z.enum(['events', 'polling']).default('events'),
  /** `ignore`: the passcode is typed on the keyboard even where the reader has keys of its own. */
  pinPad: z.enum(['use', 'ignore']).default('use'),
  /** A vendor's PKCS#11 module for cards that do not speak PIV. */
  middleware: z.strictObject({ module: z.string().max(500).refine(isWholePath, 'give the whole path of the file, from its root') }).optional(),
});

const sessionSchema = z.strictObject({
  /** Minutes without a key or a click before the screen locks; the last one is counted down on the screen. */
  idleMinutes: z.number().min(1.05).max(60).default(15),
  onCardRemoval: z.union([z.enum(['lock', 'ignore']), z.strictObject({ endAfterMinutes: z.number().min(0).max(600) })]).default('lock'),
  /** Minutes after a lock in which the same clinician comes back to where they were; 0: never. */
  resumeMinutes: z.number().min(0).max(600).default(30),
});

export { refuseAddress } from './values.ts';

export const configurationSchema = z.strictObject({
  site: z.strictObject({ name, odsCode }),
  /** The id of a profile that ships with Lanyard, a path to a profile file (relative to this file), or the profile itself. */
  region: z.union([z.string().min(1), regionProfileSchema]),
  /** Where the region's sources answer, by source id. */
  addresses: z.record(slug, endpoint).default({}),
  /** What of the region's sources is this site's own, by source id; laid over what the profile says. */
  sources: z.record(slug, z.record(z.string(), z.unknown())).default({}),
  identity: identitySchema,
  pds: z.strictObject({ baseUrl: endpoint }),
  practice: practiceSchema,
  trust: z
    .strictObject({
      /** PEM files (relative to this file): authorities whose cards may sign in. */
      card: z.array(z.string().min(1)).default([]),
      /** PEM files: authorities beside the operating system's for the servers named here. */
      tls: z.array(z.string().min(1)).default([]),
      /** What a card's certificate that may have been revoked comes to: see docs/configuration.md. */
      revocation: z
        .strictObject({ policy: z.enum(['hard-fail', 'soft-fail', 'off']).default('soft-fail'), timeoutMs: z.number().int().min(100).max(30_000).default(3_000) })
        .default({ policy: 'soft-fail', timeoutMs: 3_000 }),
    })
    .default({ card: [], tls: [], revocation: { policy: 'soft-fail', timeoutMs: 3_000 } }),
  reader: readerSchema.default({ kind: 'pcsc' }),
  card: cardSchema.default({ watch: 'events', pinPad: 'use' }),
  session: sessionSchema.default({ idleMinutes: 15, onCardRemoval: 'lock', resumeMinutes: 30 }),
  limits: z
    .strictObject({
      /** Milliseconds after which a source is called slow. */
      softMs: z.number().int().min(100).max(60_000).default(3_000),
      /** Milliseconds after which a source is given up. */
      hardMs: z.number().int().min(200).max(120_000).default(10_000),
    })
    .default({ softMs: 3_000, hardMs: 10_000 }),
});

export type Configuration = z.infer<typeof configurationSchema>;
/** A site's identity provider, as configured. */
export type IdentityConfiguration = Configuration['identity'];
export type Cis2Configuration = Extract<IdentityConfiguration, { kind: 'cis2' }>;
export type CardAssertionConfiguration = Extract<IdentityConfiguration, { kind: 'card-assertion' }>;
export type ClientAuthenticationConfiguration = z.infer<typeof clientAuthenticationSchema>;
export type TokenExchangeConfiguration = z.infer<typeof tokenExchangeSchema>;
/** What locks and ends a session, and what comes back after a lock. */
export type SessionPolicy = Configuration['session'];
export type RevocationPolicy = Configuration['trust']['revocation'];
export type RegionProfile = z.infer<typeof regionProfileSchema>;

/** A name alone would be looked for along the system's search path, where anybody's file may stand. */
function isWholePath(path: string): boolean {
  return posix.isAbsolute(path) || win32.isAbsolute(path);
}
