/** What was asked of each service. Kept in memory for whoever drives the simulator; never printed, never written. */
import type { ServiceName } from './service.ts';

export interface LoggedRequest {
  readonly service: ServiceName;
  readonly method: string;
  /** Path and query as asked. */
  readonly path: string;
  /** `null` while there is no answer, and for good where the connection was cut or left hanging. */
  status: number | null;
}

const MOST_KEPT = 10_000;

export interface RequestLog {
  add(request: Omit<LoggedRequest, 'status'>): LoggedRequest;
  all(): readonly LoggedRequest[];
  clear(): void;
}

export function createRequestLog(): RequestLog {
  let requests: LoggedRequest[] = [];
  return {
    add(request) {
      const logged: LoggedRequest = { ...request, status: null };
      requests.push(logged);
      if (requests.length > MOST_KEPT) requests.shift();
      return logged;
    },
    all: () => requests,
    clear() {
      requests = [];
    },
  };
}
