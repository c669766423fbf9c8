import { join } from 'node:path';

/** The file that describes this computer's deployment: the one named on the command line, or where IT puts it. */
export function configurationPath(named: string): string {
  if (named !== '') return named;
  if (process.platform === 'win32') return join(process.env['ProgramData'] ?? 'C:\\ProgramData', 'Lanyard', 'configuration.json');
  return '/etc/lanyard/configuration.json';
}
