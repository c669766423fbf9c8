/**
 * The running log: one line of JSON an event on standard error. Details are counts, kinds and names of things that are
 * no one's secret; patient data, tokens and passcodes have no place here, so free text is not taken.
 */
export type LogDetail = string | number | boolean | null;

// Whoever read the log may have gone (a terminal that was closed): that must not become a fault of the app.
process.stderr.on('error', () => undefined);

/** Never throws. @param event a fixed word, in kebab-case  @param details short, never about a patient */
export function log(event: string, details: Readonly<Record<string, LogDetail>>): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), event, ...details })}\n`);
}

/** All that may be said of something thrown: its kind. Its message may hold what a person or a server sent. */
export function kindOfProblem(problem: unknown): string {
  return problem instanceof Error ? problem.name : typeof problem;
}
