/** Of oidc-provider, what is used here; it ships without types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

  /** What the provider keeps of a token, a session or an interaction. Times are seconds since 1970. */
  export interface AdapterPayload {
    readonly kind?: string;
    readonly jti?: string;
    readonly uid?: string;
    accountId?: string;
    readonly clientId?: string;
    readonly grantId?: string;
    readonly sessionUid?: string;
    readonly scope?: string;
    readonly nonce?: string;
    readonly acr?: string;
    readonly amr?: readonly string[];
    readonly authTime?: number;
    readonly loginTs?: number;
    readonly exp?: number;
    readonly rotations?: number;
    consumed?: unknown;
  }

  export interface Adapter {
    find(id: string): Promise<AdapterPayload | undefined>;
    findByUid(uid: string): Promise<AdapterPayload | undefined>;
    findByUserCode(userCode: string): Promise<AdapterPayload | undefined>;
    upsert(id: string, payload: AdapterPayload, expiresInSeconds: number): Promise<void>;
    consume(id: string): Promise<void>;
    destroy(id: string): Promise<void>;
    revokeByGrantId(grantId: string): Promise<void>;
  }

  export interface Interaction {
    readonly uid: string;
    readonly prompt: { readonly name: string; readonly reasons: readonly string[] };
    readonly params: Readonly<Record<string, string | undefined>>;
    readonly session?: { readonly accountId?: string; readonly uid?: string };
  }

  export type InteractionResult =
    | { readonly error: string; readonly error_description: string }
    | {
        readonly login?: { readonly accountId: string; readonly acr: string; readonly amr: readonly string[]; readonly remember: boolean; readonly ts: number };
        readonly consent?: { readonly grantId: string };
      };

  export interface Grant {
    readonly jti: string;
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  }

  export interface KoaContext {
    readonly oidc: {
      readonly provider: Provider;
      readonly client: { readonly clientId: string };
      readonly session?: { readonly accountId?: string };
      readonly result?: InteractionResult;
      readonly params: Readonly<Record<string, string | undefined>>;
      readonly entities: Readonly<Record<string, { readonly remainingTTL: number } | undefined>>;
    };
    type: string;
    status: number;
    body: unknown;
  }

  export class Provider {
    constructor(issuer: string, configuration: Readonly<Record<string, unknown>>);
    readonly Grant: { new (grant: { readonly accountId: string; readonly clientId: string }): Grant; find(id: string): Promise<Grant | undefined> };
    callback(): RequestListener;
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>;
    interactionResult(request: IncomingMessage, response: ServerResponse, result: InteractionResult, options?: { readonly mergeWithLastSubmission: boolean }): Promise<string>;
    on(event: 'server_error', listener: (context: KoaContext, error: Error) => void): this;
  }

  export namespace errors {
    export class SessionNotFound extends Error {}
    export class InvalidClientAuth extends Error {
      constructor(detail: string);
    }
  }
}
