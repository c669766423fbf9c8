import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { codes, SimulatedService, type Call } from './simulated-service.ts';
import type { VirtualCard } from './virtual-card.ts';

export interface SimulatedReader {
  readonly port: number;
  insert(card: VirtualCard): void;
  remove(): void;
  close(): Promise<void>;
}

/**
 * A reader with a resource manager of its own, over loopback TCP, for computers without pcscd or vpcd: newline-separated
 * JSON, one connection a context, the calls of PC/SC by name.
 */
export async function startSimulatedReader(port = 0): Promise<SimulatedReader> {
  const service = new SimulatedService();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serveContext(socket, service);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    insert: (card) => service.insert(card),
    remove: () => service.remove(),
    close: () => closeAll(server, sockets),
  };
}

function serveContext(socket: Socket, service: SimulatedService): void {
  const context = service.openContext();
  let unread = '';
  socket.setNoDelay(true);
  socket.setEncoding('utf8');
  // 'close' follows every 'error'.
  socket.on('error', () => undefined);
  socket.on('close', () => context.close());
  socket.on('data', (text: string) => {
    const lines = (unread + text).split('\n');
    unread = lines.pop() ?? '';
    for (const line of lines) void answer(socket, context.call, line);
  });
}

async function answer(socket: Socket, call: (request: Call) => Promise<unknown>, line: string): Promise<void> {
  const parsed = parseCall(line);
  // Whoever else finds the port, such as a web browser, speaks no JSON.
  if (parsed === null) return void socket.destroy();
  const { id, ...request } = parsed;
  const result = await call(request).then(
    (value) => ({ id, value: value ?? null }),
    (error: unknown) => ({ id, code: codeOf(error) }),
  );
  if (id !== 0 && socket.writable) socket.write(`${JSON.stringify(result)}\n`);
}

function parseCall(line: string): ({ id: number } & Call) | null {
  try {
    return JSON.parse(line) as { id: number } & Call;
  } catch {
    return null;
  }
}

function codeOf(error: unknown): number {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'number' ? code : codes.internal;
}

async function closeAll(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
