/** Set-up talks on standard error: standard output belongs to the command that follows. */

/** One line of progress. */
export function say(line) {
  process.stderr.write(`lanyard: ${line}\n`);
}

/** Set-up cannot go on. `message` names what is missing and the command that would bring it. */
export class SetUpRefusal extends Error {
  name = 'SetUpRefusal';
}
