/** What a schema objects to, as sentences for whoever wrote the file. */
import type * as z from 'zod';

/** One sentence for each problem: the file, the field, what is wrong. */
export function issueSentences(file: string, prefix: string, issues: readonly z.core.$ZodIssue[]): readonly string[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      const nearest = issue.errors.toSorted((one, other) => deepest(other) - deepest(one))[0] ?? [];
      return issueSentences(file, [prefix, ...issue.path.map(String)].filter((part) => part !== '').join('.'), nearest);
    }
    const field = [prefix, ...issue.path.map(String)].filter((part) => part !== '').join('.');
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${file}: there is no field ${JSON.stringify([field, key].filter((part) => part !== '').join('.'))}. Check its spelling, or take it out.`);
    return [`${file}: ${field === '' ? 'the file' : field}: ${issue.message}`];
  });
}

/** Of a union's branches the one that got furthest is the one that was meant. */
function deepest(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map(({ path }) => path.length));
}
