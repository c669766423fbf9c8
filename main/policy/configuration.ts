/**
 * The description of one deployment: which site, which region, where everything answers. Read once at start, checked
 * here, trusted afterwards. `docs/configuration.md` describes it for the people who write it.
 */
import * as z from 'zod';

/** https anywhere, http on loopback only: nothing of a patient crosses a network in the clear. */
const endpoint = z.string().superRefine((text, context) => {
  const refusal = refuseAddress(text);
  if (refusal !== null) context.addIssue({ code: 'custom', message: refusal });
});

const name = z.string().trim().min(1).max(120);
const slug = z.string().regex(/^[a-z][a-z0-9-]{0,47}$/, 'use lower-case letters, digits and hyphens, starting with a letter');
const odsCode = z.string().regex(/^[A-Z0-9]{3,12}$/, 'use an ODS code: 3 to 12 capital letters and digits');

/** One source of a region. `baseUrl` may be left to the deployment's `addresses`. */
export const regionSourceSchema = z.strictObject({
  id: slug,
  name,
  protocol: z.enum(['fhir-r4', 'ips', 'gp-connect']),
  baseUrl: endpoint.optional(),
});

/** A region profile: `regions/*.json`. A further region is a further file. */
export const regionProfileSchema = z.strictObject({
  id: slug,
  name,
  sources: z.array(regionSourceSchema).min(1),
});

const practiceSchema = z.strictObject({
  id: slug.default('practice'),
  name,
  protocol: z.literal('gp-connect'),
  /** Clinical Data Gateway over the internet; the Spine proxy route comes with the other routes. */
  route: z.literal('clinical-data-gateway').default('clinical-data-gateway'),
  baseUrl: endpoint,
  odsCode,
});

const readerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pcsc') }),
  z.strictObject({ kind: z.literal('simulated'), host: z.literal('127.0.0.1'), port: z.number().int().min(1).max(65535) }),
]);

export const configurationSchema = z.strictObject({
  site: z.strictObject({ name, odsCode }),
  /** The id of a profile that ships with Lanyard, a path to a profile file (relative to this file), or the profile itself. */
  region: z.union([z.string().min(1), regionProfileSchema]),
  /** Where the region's sources answer, by source id. */
  addresses: z.record(slug, endpoint).default({}),
  identity: z.strictObject({ kind: z.literal('card-assertion'), issuer: endpoint }),
  pds: z.strictObject({ baseUrl: endpoint }),
  practice: practiceSchema,
  trust: z
    .strictObject({
      /** PEM files (relative to this file): authorities whose cards may sign in. */
      card: z.array(z.string().min(1)).default([]),
      /** PEM files: authorities beside the operating system's for the servers named here. */
      tls: z.array(z.string().min(1)).default([]),
    })
    .default({ card: [], tls: [] }),
  reader: readerSchema.default({ kind: 'pcsc' }),
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
export type RegionProfile = z.infer<typeof regionProfileSchema>;
export type RegionSource = z.infer<typeof regionSourceSchema>;

/** Why an address may not be used, or `null`. Loopback is 127.0.0.0/8, ::1 and localhost. */
export function refuseAddress(text: string): string | null {
  if (!URL.canParse(text)) return `is not an address: ${JSON.stringify(text)}`;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return 'must not carry a user name or password';
  if (url.protocol === 'https:') return null;
  if (url.protocol !== 'http:') return `must start with https://, not ${url.protocol}//`;
  return isLoopback(url.hostname) ? null : `must start with https://: http is only for this computer itself (127.0.0.1), not ${url.hostname}`;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
