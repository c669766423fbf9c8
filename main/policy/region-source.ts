/**
 * One source of a region, by the protocol it speaks. What only a site can know (an address, the identifiers of its own
 * system, a key) may be left out of a region's profile and given in the site's configuration.
 */
import * as z from 'zod';
import { endpoint, name, slug } from './values.ts';

/** Where a source answers; may be left to the deployment's `addresses`. */
const common = { id: slug, name, baseUrl: endpoint.optional() };

/** FHIR resource types: only these are asked for, in this order. Without them every type that Lanyard can show. */
const types = z.array(z.string().regex(/^[A-Z][A-Za-z]{2,63}$/, 'use the name of a FHIR resource type')).min(1).max(60);

const snomedCode = z.string().regex(/^[0-9]{6,18}$/, 'use a SNOMED CT concept id');
const asid = z.string().regex(/^[0-9]{1,20}$/, 'use an ASID: digits only');

/** How GP Connect is reached: over the internet, or through the Spine Security Proxy (SSP). */
export const gpConnectRoute = z.enum(['clinical-data-gateway', 'spine-proxy']);

/** What the Spine Security Proxy wants to know (GP Connect, Spine Security Proxy; cross-organisation audit and provenance). */
export const spineProxySchema = z.strictObject({
  /** The proxy's own address: the provider's, `baseUrl`, is appended to it. */
  proxyUrl: endpoint,
  /** Accredited system identifiers of this system and of the provider's (`Ssp-From`, `Ssp-To`). */
  asidFrom: asid,
  asidTo: asid,
  interactionId: z.string().regex(/^urn:nhs:names:services:[a-z0-9:.$-]+$/i).default('urn:nhs:names:services:gpconnect:fhir:operation:gpc.getstructuredrecord-1'),
  /** `iss` of the token: the address of this system's own sign-in service. */
  issuer: endpoint,
  /** Names this computer or this system to the provider's audit trail. */
  device: z.strictObject({ system: endpoint, value: z.string().min(1).max(200) }).optional(),
});

/** Key that a launch is signed with. The file is relative to the site's configuration. */
const signingSchema = z.strictObject({
  keyFile: z.string().min(1),
  keyId: z.string().min(1).max(200),
  algorithm: z.enum(['RS256', 'RS384', 'RS512', 'ES256', 'ES384']).default('RS512'),
});

const BY_PROTOCOL = [
  z.strictObject({ ...common, protocol: z.literal('fhir-r4'), types: types.optional() }),
  z.strictObject({ ...common, protocol: z.literal('fhir-stu3'), types: types.optional() }),
  z.strictObject({ ...common, protocol: z.literal('ips') }),
  /** IHE MHD. `documentBaseUrl`: the one other origin that documents (ITI-68) may be fetched from. */
  z.strictObject({ ...common, protocol: z.literal('mhd'), documentBaseUrl: endpoint.optional() }),
  /** The National Record Locator: pointers of these SNOMED CT types only; without them every type. */
  z.strictObject({
    ...common,
    protocol: z.literal('nrl'),
    pointerTypes: z.array(snomedCode).min(1).max(60).optional(),
    /** Where the documents of pointers are fetched through, where they are not on the internet. */
    spineProxy: spineProxySchema.partial({ asidTo: true }).optional(),
  }),
  z.strictObject({ ...common, protocol: z.literal('scr') }),
  z.strictObject({ ...common, protocol: z.literal('gp-connect'), route: gpConnectRoute.default('clinical-data-gateway'), spineProxy: spineProxySchema.optional() }),
  /** A region that offers only its own viewer, opened in the computer's browser with a signed launch. `baseUrl` is the viewer's. */
  z.strictObject({
    ...common,
    protocol: z.literal('launch'),
    /** `iss` of the launch token. */
    issuer: z.string().min(1).max(500).optional(),
    audience: z.string().min(1).max(500).optional(),
    signing: signingSchema.optional(),
    /** How long a launch may be used, in seconds. */
    validSeconds: z.number().int().min(5).max(300).default(60),
  }),
] as const;

/** One source as a region's profile has it. */
export const regionSourceSchema = z.discriminatedUnion('protocol', BY_PROTOCOL);

export type RegionSource = z.infer<typeof regionSourceSchema>;
export type SpineProxy = z.infer<typeof spineProxySchema>;
export type GpConnectRoute = z.infer<typeof gpConnectRoute>;

/** What a source lacks before it can be asked: field and why, or `null`. Sites complete what profiles leave open. */
export function lackOf(source: RegionSource): { readonly field: string; readonly message: string } | null {
  if (source.protocol === 'gp-connect') return lackOfRoute(source);
  if (source.protocol !== 'launch') return null;
  if (source.issuer === undefined) return { field: 'issuer', message: 'is missing: a launch is signed in somebody’s name.' };
  return source.signing === undefined ? { field: 'signing', message: 'is missing: a launch that nobody signed is not opened.' } : null;
}

/** The Spine proxy's route needs its particulars. */
export function lackOfRoute({ route, spineProxy }: { readonly route: GpConnectRoute; readonly spineProxy?: unknown }): { readonly field: string; readonly message: string } | null {
  return route === 'spine-proxy' && spineProxy === undefined ? { field: 'spineProxy', message: 'is missing: the Spine proxy’s route needs its address and both ASIDs.' } : null;
}
