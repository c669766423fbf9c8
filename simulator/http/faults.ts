/** What can be made to go wrong, per service, from the next request on. */
import * as z from 'zod';
import { EXCHANGE_NAMES, exchangesOf, NATIONAL_NAMES, REGION_IDS } from '../exchange/regions.ts';
import type { RegionId } from '../people/story.ts';
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

/** Names for several services at once: a region is all of its services, `revocation` both ways to ask. */
const GROUPS: Readonly<Record<RegionId | 'revocation', readonly ServiceName[]>> = {
  wessex: exchangesOf('wessex'),
  'one-london': exchangesOf('one-london'),
  'greater-manchester': exchangesOf('greater-manchester'),
  revocation: ['revocation-list', 'revocation-answers'],
};

/** The names a fault may be set for. */
export const faultServiceSchema = z.enum(['practice', ...REGION_IDS, ...EXCHANGE_NAMES, ...NATIONAL_NAMES, 'pds', 'identity', 'revocation', 'revocation-list', 'revocation-answers']);
export type FaultService = z.infer<typeof faultServiceSchema>;

export interface Faults {
  set(service: FaultService, fault: Fault | null): void;
  of(service: ServiceName): Fault | null;
  clear(): void;
}

export function createFaults(): Faults {
  const current = new Map<ServiceName, Fault>();
  return {
    set(service, fault) {
      for (const name of namesOf(service)) {
        if (fault === null) current.delete(name);
        else current.set(name, fault);
      }
    },
    of: (service) => current.get(service) ?? null,
    clear: () => current.clear(),
  };
}

function namesOf(service: FaultService): readonly ServiceName[] {
  return Object.hasOwn(GROUPS, service) ? GROUPS[service as keyof typeof GROUPS] : [service as ServiceName];
}
