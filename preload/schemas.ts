/** What the trusted side accepts on each channel. The screen is not trusted: anything else is refused at the door. */
import * as z from 'zod';
import type { CommandName } from './channels.ts';

const nothing = z.undefined();
const cardId = z.string().min(1).max(300);
/** Names the port that the passcode comes by. */
const passcodeWay = z.number().int().min(1).nullable();

export const COMMAND_SCHEMAS = {
  view: nothing,
  drawn: nothing,
  signIn: z.strictObject({ cardId, passcodeWay, lastTryConfirmed: z.boolean() }),
  cancelSignIn: nothing,
  changePasscode: z.strictObject({ cardId, passcodeWay, lastTryConfirmed: z.boolean() }),
  stayActive: nothing,
  changeRole: nothing,
  chooseRole: z.strictObject({ roleId: z.string().min(1).max(64) }),
  findPatient: z.strictObject({ nhsNumber: z.string().max(64) }),
  closePatient: nothing,
  rows: z.strictObject({
    section: z.string().max(64).nullable(),
    from: z.number().int().min(0),
    count: z.number().int().min(1).max(500),
    onlyDiffering: z.boolean(),
    includeWithdrawn: z.boolean(),
  }),
  raw: z.strictObject({ itemId: z.string().min(1).max(1024) }),
  retrySource: z.strictObject({ sourceId: z.string().min(1).max(64) }),
  lock: nothing,
  signOut: nothing,
  copied: nothing,
} as const satisfies Record<CommandName, z.ZodType>;

export type CommandRequest<Name extends CommandName> = z.infer<(typeof COMMAND_SCHEMAS)[Name]>;

/** A request as its schema reads it, or `null` where it is not of the contract. */
export function readRequest(name: CommandName, request: unknown): { readonly request: unknown } | null {
  const parsed = COMMAND_SCHEMAS[name].safeParse(request);
  return parsed.success ? { request: parsed.data } : null;
}
