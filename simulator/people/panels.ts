/** Laboratory reports in the shape a pathology department sends them: one function a panel, values as written. */
import { TEST } from './concepts.ts';
import type { Concept } from './concepts.ts';
import { london } from './dates.ts';
import { quantity } from './measured.ts';
import type { Place, ReportEntry, ResultLine } from './story.ts';

interface Line {
  readonly id: string;
  readonly concept: Concept;
  readonly unit: string;
  readonly ucum?: string;
  readonly low?: string;
  readonly high?: string;
}

const UREA_ELECTROLYTES: readonly Line[] = [
  { id: 'sodium', concept: TEST.sodium, unit: 'mmol/L', low: '133', high: '146' },
  { id: 'potassium', concept: TEST.potassium, unit: 'mmol/L', low: '3.5', high: '5.3' },
  { id: 'urea', concept: TEST.urea, unit: 'mmol/L', low: '2.5', high: '7.8' },
  { id: 'creatinine', concept: TEST.creatinine, unit: 'umol/L', low: '45', high: '84' },
  { id: 'egfr', concept: TEST.egfr, unit: 'mL/min/1.73m2', ucum: 'mL/min/{1.73_m2}', low: '60' },
];

const BLOOD_COUNT: readonly Line[] = [
  { id: 'haemoglobin', concept: TEST.haemoglobin, unit: 'g/L', low: '115', high: '165' },
  { id: 'white-cells', concept: TEST.whiteCells, unit: '10*9/L', low: '4.0', high: '11.0' },
  { id: 'platelets', concept: TEST.platelets, unit: '10*9/L', low: '150', high: '400' },
  { id: 'mean-cell-volume', concept: TEST.meanCellVolume, unit: 'fL', low: '80', high: '100' },
  { id: 'neutrophils', concept: TEST.neutrophils, unit: '10*9/L', low: '2.0', high: '7.5' },
];

const LIPIDS: readonly Line[] = [
  { id: 'cholesterol', concept: TEST.cholesterol, unit: 'mmol/L', high: '5.0' },
  { id: 'hdl', concept: TEST.hdl, unit: 'mmol/L', low: '1.2' },
  { id: 'ldl', concept: TEST.ldl, unit: 'mmol/L', high: '3.0' },
  { id: 'triglycerides', concept: TEST.triglycerides, unit: 'mmol/L', high: '1.7' },
];

const LIVER: readonly Line[] = [
  { id: 'alt', concept: TEST.alt, unit: 'U/L', high: '35' },
  { id: 'alp', concept: TEST.alp, unit: 'U/L', low: '30', high: '130' },
  { id: 'bilirubin', concept: TEST.bilirubin, unit: 'umol/L', high: '20' },
  { id: 'albumin', concept: TEST.albumin, unit: 'g/L', low: '35', high: '50' },
];

const SINGLE = {
  hba1c: { report: TEST.hba1cReport, line: { id: 'hba1c', concept: TEST.hba1c, unit: 'mmol/mol', high: '48' } },
  tsh: { report: TEST.tsh, line: { id: 'tsh', concept: TEST.tsh, unit: 'mU/L', ucum: 'm[IU]/L', low: '0.27', high: '4.2' } },
  crp: { report: TEST.crp, line: { id: 'crp', concept: TEST.crp, unit: 'mg/L', high: '5' } },
  ferritin: { report: TEST.ferritin, line: { id: 'ferritin', concept: TEST.ferritin, unit: 'ug/L', low: '13', high: '150' } },
  acr: { report: TEST.albuminCreatinine, line: { id: 'acr', concept: TEST.albuminCreatinine, unit: 'mg/mmol', high: '3.0' } },
  glucose: { report: TEST.glucose, line: { id: 'glucose', concept: TEST.glucose, unit: 'mmol/L', low: '4.0', high: '6.0' } },
} as const satisfies Record<string, { report: Concept; line: Line }>;

export interface Taken {
  readonly day: string;
  readonly time?: string;
  /** Both by default: the laboratory sends every copy. */
  readonly held?: readonly Place[];
}

export const ureaAndElectrolytes = (taken: Taken, values: readonly string[]): ReportEntry => panel('ue', TEST.ureaElectrolytes, 'Venous blood', UREA_ELECTROLYTES, taken, values);
export const fullBloodCount = (taken: Taken, values: readonly string[]): ReportEntry => panel('fbc', TEST.fullBloodCount, 'Venous blood', BLOOD_COUNT, taken, values);
export const lipids = (taken: Taken, values: readonly string[]): ReportEntry => panel('lipids', TEST.lipids, 'Venous blood', LIPIDS, taken, values);
export const liverFunction = (taken: Taken, values: readonly string[]): ReportEntry => panel('lft', TEST.liver, 'Venous blood', LIVER, taken, values);

/** A report with one result. */
export function single(test: keyof typeof SINGLE, taken: Taken, value: string): ReportEntry {
  const { report, line } = SINGLE[test];
  return panel(test, report, test === 'acr' ? 'Urine' : 'Venous blood', [line], taken, [value]);
}

/** Values stand in the order of the lines; an empty text leaves a line out. */
function panel(id: string, concept: Concept, specimen: string, lines: readonly Line[], taken: Taken, values: readonly string[]): ReportEntry {
  const time = taken.time ?? '08:40';
  return {
    kind: 'report',
    id: `${id}-${taken.day}${taken.time === undefined ? '' : `-${time.replace(':', '')}`}`,
    held: taken.held ?? ['practice', 'wessex'],
    organisation: 'laboratory',
    author: 'bell',
    concept,
    specimen,
    date: london(taken.day, time),
    issued: london(taken.day, '16:30'),
    results: lines.flatMap((line, index) => result(line, values[index] ?? '')),
  };
}

function result(line: Line, written: string): ResultLine[] {
  if (written === '') return [];
  const value = quantity(written, line.unit, line.ucum);
  const number = Number(written.replace(/^[<>=]+/, ''));
  const flag = flagOf(number, line);
  return [{ id: line.id, concept: line.concept, value, ...bounds(line), ...(flag === undefined ? {} : { flag }) }];
}

function bounds(line: Line): { low?: string; high?: string } {
  return { ...(line.low === undefined ? {} : { low: line.low }), ...(line.high === undefined ? {} : { high: line.high }) };
}

function flagOf(number: number, line: Line): 'H' | 'L' | undefined {
  if (line.high !== undefined && number > Number(line.high)) return 'H';
  if (line.low !== undefined && number < Number(line.low)) return 'L';
  return undefined;
}
