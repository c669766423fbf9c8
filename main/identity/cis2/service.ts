/** Where CIS2 answers: found by discovery, or named in the configuration where there is none. */
import type { ServerMetadata } from 'openid-client';
import * as z from 'zod';
import type { HttpPort } from '../../net/http.ts';
import type { LoadedCis2 } from '../../policy/identity-files.ts';
import { discover, refuseUnsafe } from '../discovery.ts';
import { SIGNING_ALGORITHMS } from '../id-token.ts';

/** The addresses of one identity service. `keys: null`: it gives no ID token (the combined pattern). */
export interface Cis2Service {
  readonly issuer: string;
  readonly authorization: string;
  readonly token: string;
  readonly userinfo: string;
  readonly keys: string | null;
  readonly revocation: string | null;
  readonly endSession: string | null;
}

const address = z.string().max(2_000);

const metadataSchema = z.object({
  issuer: address,
  authorization_endpoint: address,
  token_endpoint: address,
  userinfo_endpoint: address,
  jwks_uri: address,
  revocation_endpoint: address.nullish(),
  end_session_endpoint: address.nullish(),
});

/** @throws {SignInProblem} where the service cannot be reached, gives another name, or points to an address that is not safe */
export async function findService({ issuer, endpoints, pattern }: LoadedCis2, http: HttpPort, signal: AbortSignal): Promise<Cis2Service> {
  if (pattern === 'combined' && endpoints !== undefined) return { ...endpoints, issuer, keys: null, revocation: endpoints.revocation ?? null, endSession: null };
  const found = await discover(http, issuer, metadataSchema, signal);
  const service = {
    issuer,
    authorization: found.authorization_endpoint,
    token: found.token_endpoint,
    userinfo: found.userinfo_endpoint,
    keys: found.jwks_uri,
    revocation: found.revocation_endpoint ?? null,
    endSession: found.end_session_endpoint ?? null,
  };
  refuseUnsafe([service.authorization, service.token, service.userinfo, service.keys, service.revocation ?? undefined, service.endSession ?? undefined]);
  return service;
}

/** For openid-client: only what it is to know. */
export function serverMetadata(service: Cis2Service): ServerMetadata {
  return {
    issuer: service.issuer,
    authorization_endpoint: service.authorization,
    token_endpoint: service.token,
    ...(service.revocation === null ? {} : { revocation_endpoint: service.revocation }),
    id_token_signing_alg_values_supported: [...SIGNING_ALGORITHMS],
  };
}
