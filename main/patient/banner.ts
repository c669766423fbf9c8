/** The identity parts of the patient banner (Common User Interface, ISB 1505 patient banner, 1506 name, 1503 date). */
import type { BannerView } from '../../preload/contract.ts';
import type { Demographics, PersonName } from '../record/demographics.ts';
import type { ClinicalDate } from '../record/model.ts';
import { englishDay } from '../record/normalise/dates.ts';
import { formatNhsNumber } from '../record/values.ts';
import { shownDate } from '../record/view-words.ts';

const GENDERS = { male: 'Male', female: 'Female', other: 'Other', unknown: 'Not known' } as const;

/** `now` decides the age. Ages are in the units people use: days, weeks, months, then years. */
export function bannerView(patient: Demographics, now: Date, notices: readonly string[]): Omit<BannerView, 'allergies'> {
  const { names, birthDate, died, gender, confidentiality } = patient;
  const today = englishDay(now.getTime());
  return {
    name: bannerName(names[0]),
    born: birthDate === undefined ? 'Not recorded' : `${shownDate(birthDate)}${died === undefined ? ageIn(birthDate, today) : ''}`,
    gender: gender === undefined ? 'Not recorded' : GENDERS[gender],
    nhsNumber: formatNhsNumber(patient.nhsNumber),
    address: addressLine(patient),
    registered: patient.registeredWith ?? null,
    died: died === undefined ? null : { date: shownDate(died), age: ageBetween(birthDate, dayOf(died)) ?? 'Not known' },
    restricted: confidentiality !== 'unrestricted',
    notices,
  };
}

/** `ASHWORTH, Margaret (Mrs)`. */
export function bannerName(name: PersonName | undefined): string {
  if (name === undefined) return 'Name not recorded';
  const [title] = name.prefix;
  const family = name.family?.toUpperCase();
  const given = name.given.join(' ');
  const whole = [family, given].filter((part) => part !== undefined && part !== '').join(', ');
  return `${whole === '' ? 'Name not recorded' : whole}${title === undefined ? '' : ` (${title})`}`;
}

function addressLine({ address, telephone, confidentiality }: Demographics): string | null {
  if (confidentiality !== 'unrestricted') return null;
  const line = [address, telephone].filter((part) => part !== undefined).join(' · ');
  return line === '' ? null : line;
}

function ageIn(birthDate: ClinicalDate, today: string): string {
  const age = ageBetween(birthDate, today);
  return age === undefined ? '' : ` (${age})`;
}

function dayOf(date: ClinicalDate): string {
  return date.day ?? date.text;
}

/**
 * `78y`; under two years `14m`, under three months `7w`, under four weeks `12d`. Only years where either date is partial.
 * Nothing for a birth in the future.
 */
export function ageBetween(birthDate: ClinicalDate | undefined, onDay: string): string | undefined {
  if (birthDate === undefined) return undefined;
  const [year = 0, month, day] = dayOf(birthDate).split('-').map(Number);
  const [toYear = 0, toMonth, toDay] = onDay.split('-').map(Number);
  if (month === undefined || day === undefined || toMonth === undefined || toDay === undefined) return toYear < year ? undefined : `${toYear - year}y`;
  const days = Math.round((Date.UTC(toYear, toMonth - 1, toDay) - Date.UTC(year, month - 1, day)) / 86_400_000);
  const months = (toYear - year) * 12 + toMonth - month - (toDay < day ? 1 : 0);
  if (days < 0) return undefined;
  if (days < 28) return `${days}d`;
  if (months < 3) return `${Math.floor(days / 7)}w`;
  return months < 24 ? `${months}m` : `${Math.floor(months / 12)}y`;
}
