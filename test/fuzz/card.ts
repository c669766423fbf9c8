/** See README.md. `npm run fuzz -- [mutated answers] [first seed]`. */
import { fuzzCards } from '../support/card/fuzz.ts';

const limitMs = 300_000;
const heapLimitBytes = 64 * 1024 * 1024;

const [mutatedAnswers = 200_000, firstSeed = 1] = process.argv.slice(2).map(Number);
const report = await fuzzCards({ mutatedAnswers, firstSeed, limitMs });
console.log(JSON.stringify({ ...report, ms: Math.round(report.ms) }));
const isDone = report.mutatedAnswers >= mutatedAnswers;
process.exitCode = isDone && report.findings.length === 0 && report.heapGrowthBytes < heapLimitBytes ? 0 : 1;
