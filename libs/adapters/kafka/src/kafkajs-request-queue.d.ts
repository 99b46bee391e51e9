/** What we use of it; kafkajs has no types of its own for its inside. */
declare module 'kafkajs/src/network/requestQueue/index.js' {
  export default class RequestQueue {
    constructor(options: Record<string, unknown>);
    readonly pending: { sendRequest?(): void }[];
    /** Since 1970, ms; -1 where nobody has asked for less. */
    throttledUntil: number;
    throttleCheckTimeoutId: NodeJS.Timeout | null;
    scheduleCheckPendingRequests(): void;
    push(request: object): void;
    fulfillRequest(response: { correlationId: number; payload: unknown; size: number }): void;
    maybeThrottle(ms: number): void;
    destroy(): void;
  }
}
