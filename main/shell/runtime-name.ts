/** The Electron that ships; replaced at build time by what package.json pins. */
declare const SHIPPED_ELECTRON: string;

/** What the screen says it runs on. Anything but the shipped version is said to be for tests. */
export function runtimeName(running: string): string {
  return running === SHIPPED_ELECTRON ? `Electron ${running}` : `Electron ${running}, test-only stand-in`;
}
