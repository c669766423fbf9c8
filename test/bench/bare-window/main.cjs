// The floor: the least an Electron app can be and still show a page, with the same protections on.
const { app, BrowserWindow } = require('electron');
const path = require('node:path');

app.enableSandbox();
app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1280, height: 800, useContentSize: true, show: false });
  window.once('ready-to-show', () => window.show());
  window.webContents.once('did-finish-load', () => process.stderr.write('{"event":"screen-drawn"}\n'));
  window.loadFile(path.join(__dirname, 'index.html'));
});
app.on('window-all-closed', () => app.quit());
