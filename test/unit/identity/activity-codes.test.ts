import { expect, test } from 'vitest';
import { type ScreenFunction, allows, refusalOf } from '../../../main/identity/activity-codes.ts';

test.each<[readonly string[] | null, boolean, boolean]>([
  [['B0360', 'B0420'], true, false],
  [['B0360', 'B1611'], true, true],
  [['B1611'], false, true],
  [['B0278', 'B03600', 'b0360'], false, false],
  [[], false, false],
  // A provider that tells nothing about activities: seeing is offered, what is sensitive is withheld.
  [null, true, false],
])('%j', (activityCodes, viewRecord, viewSensitive) => {
  expect({ viewRecord: allows({ activityCodes }, 'viewRecord'), viewSensitive: allows({ activityCodes }, 'viewSensitive') }).toEqual({ viewRecord, viewSensitive });
});

test('a refusal names the activity, so that whoever gives roles knows what is missing', () => {
  const codes: Record<ScreenFunction, string> = { viewRecord: 'B0360', viewSensitive: 'B1611' };
  for (const [wanted, code] of Object.entries(codes) as [ScreenFunction, string][]) expect(refusalOf(wanted)).toContain(code);
});
