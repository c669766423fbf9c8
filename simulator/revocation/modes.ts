/** What the revocation services do wrong on purpose. Slow, down, cut off: faults of the HTTP layer (`/fault`), not modes. */
import * as z from 'zod';

export const revocationModeSchema = z.strictObject({
  /** `stale`: the next one was due yesterday. `wrong-signer`: somebody else's, in the authority's name, with nobody on it. */
  list: z.enum(['stale', 'from-the-future', 'wrong-signer', 'garbage']).optional(),
  /** `signer-without-purpose`: the authority's certificate for the responder does not let it sign answers. */
  answers: z
    .enum(['stale', 'from-the-future', 'without-next-update', 'wrong-signer', 'signer-without-purpose', 'another-certificate', 'no-nonce', 'wrong-nonce', 'try-later', 'unauthorized', 'garbage'])
    .optional(),
  /** Who signs the answers: a responder that the authority delegated it to, unless said otherwise, or the authority itself. */
  signer: z.enum(['delegated', 'authority']).optional(),
});
export type RevocationMode = z.infer<typeof revocationModeSchema>;
