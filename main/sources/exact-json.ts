export { parseExactJson } from '../record/exact-json.ts';
