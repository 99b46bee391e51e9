// kafkajs has types for its entry only; see tail.ts for what is used of this.
declare module 'kafkajs/src/consumer/batch.js' {
  const Batch: unknown;
  export default Batch;
}
