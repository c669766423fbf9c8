/**
 * Loaded into Electron before the app when a driver starts it: the app gets ready only once the driver is connected.
 * Without this the driver sometimes meets a page that is still being made, and waits for it for ever. Nothing else of
 * the app is changed.
 */
const { app } = require('electron');

const electronIsReady = app.whenReady();
const gate = Promise.withResolvers();
app.whenReady = () => gate.promise;

/** The driver calls this by name when it is connected. */
globalThis.__playwright_run = async () => {
  await electronIsReady;
  gate.resolve();
};
