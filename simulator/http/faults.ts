/** What can be made to go wrong, per service, from the next request on. */
import * as z from 'zod';
import type { ServiceName } from './service.ts';

export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('status'), status: z.number().int().min(400).max(599) }),
  z.strictObject({ kind: z.literal('html') }),
  z.strictObject({ kind: z.literal('truncated') }),
  z.strictObject({ kind: z.literal('hang') }),
  z.strictObject({ kind: z.literal('reset') }),
  z.strictObject({ kind: z.literal('delay'), ms: z.number().int().min(0).max(60_000) }),
  z.strictObject({ kind: z.literal('wrong-patient') }),
]);

export type Fault = z.infer<typeof faultSchema>;

/** The names a fault may be set for; `wessex` is both of the region's services, `revocation` both ways to ask. */
export const faultServiceSchema = z.enum(['practice', 'wessex', 'wessex-summary', 'wessex-record', 'pds', 'identity', 'revocation', 'revocation-list', 'revocation-answers']);
export type FaultService = z.infer<typeof faultServiceSchema>;

/** Names for several services at once. */
const GROUPS = { wessex: ['wessex-record', 'wessex-summary'], revocation: ['revocation-list', 'revocation-answers'] } as const satisfies Record<string, readonly ServiceName[]>;

export interface Faults {
  set(service: FaultService, fault: Fault | null): void;
  of(service: ServiceName): Fault | null;
  clear(): void;
}

export function createFaults(): Faults {
  const current = new Map<ServiceName, Fault>();
  return {
    set(service, fault) {
      const names = service === 'wessex' || service === 'revocation' ? GROUPS[service] : [service];
      for (const name of names) {
        if (fault === null) current.delete(name);
        else current.set(name, fault);
      }
    },
    of: (service) => current.get(service) ?? null,
    clear: () => current.clear(),
  };
}
