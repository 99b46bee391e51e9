import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

const schedule = RequestQueue.prototype.scheduleCheckPendingRequests;

/**
 * kafkajs 2.2.4 plans its look at waiting requests also where none waits and no broker has asked for less: for a time long past,
 * so every connection wakes its process each millisecond, for ever. Measured, with the eight that a service has: 30 to 35 ms of CPU
 * a second in a process that does nothing, and less than 1 ms with this.
 */
export function letIdleConnectionsRest(): void {
  RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
    if (this.pending.length > 0 || this.throttledUntil > Date.now()) schedule.call(this);
  };
}
