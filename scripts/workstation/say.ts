/** One line of progress on standard error. */
export function say(line: string): void {
  process.stderr.write(`lanyard: ${line}\n`);
}
