/** Faults that nobody caught. */
import { kindOfProblem, log } from './log.ts';

/**
 * Logs each by its kind alone and calls `onFault`. Without this Electron shows the fault's text, which may hold a piece of
 * a record, in a dialog, or prints it; and the app goes on as if nothing had happened.
 * @param target the process
 */
export function watchFaults(target: Pick<NodeJS.Process, 'on'>, onFault: () => void): void {
  const take = (event: string) => (problem: unknown) => {
    log(event, { type: kindOfProblem(problem) });
    try {
      onFault();
    } catch (next) {
      log('fault-not-contained', { type: kindOfProblem(next) });
    }
  };
  target.on('uncaughtException', take('uncaught-fault'));
  target.on('unhandledRejection', take('unhandled-fault'));
}
