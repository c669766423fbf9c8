/**
 * Which of its functions a screen offers to a role: the one table of national activity codes. To add a function, add a
 * line; a code that no line names decides nothing here.
 */
import type { Role } from './roles.ts';

interface FunctionRule {
  /** Any one of these allows it. */
  readonly codes: readonly string[];
  /** For a role whose provider told no codes at all. */
  readonly whenNotTold: 'offered' | 'withheld';
  /** Said where somebody asks for it all the same. */
  readonly refusal: string;
}

const FUNCTIONS = {
  /** Opening a patient's record. B0360: view detailed health records. */
  viewRecord: {
    codes: ['B0360'],
    whenNotTold: 'offered',
    refusal: 'This role may not view detailed health records (activity B0360). Change to another role, or ask your registration authority.',
  },
  /** Opening the record of a patient whom PDS marks as restricted. B1611: access sensitive-flagged records. */
  viewSensitive: {
    codes: ['B1611'],
    whenNotTold: 'withheld',
    refusal: 'This patient’s record is restricted, and this role may not open such a record (activity B1611).',
  },
} as const satisfies Record<string, FunctionRule>;

export type ScreenFunction = keyof typeof FUNCTIONS;

export function allows({ activityCodes }: Pick<Role, 'activityCodes'>, wanted: ScreenFunction): boolean {
  const { codes, whenNotTold }: FunctionRule = FUNCTIONS[wanted];
  if (activityCodes === null) return whenNotTold === 'offered';
  return codes.some((code) => activityCodes.includes(code));
}

export function refusalOf(wanted: ScreenFunction): string {
  return FUNCTIONS[wanted].refusal;
}
