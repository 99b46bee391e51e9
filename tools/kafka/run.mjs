/**
 * `npm run kafka [port]`: a broker for development, until Ctrl-C. Its data are kept in .data/kafka.
 * `KAFKA_DATA_DIR` names another directory; the default port is 9092.
 */
import { join, resolve } from 'node:path';
import { startKafka } from './broker.mjs';

const port = Number(process.argv[2] ?? 9092);
if (!Number.isInteger(port) || port < 1 || port > 65_535) {
  console.error(`${process.argv[2]} is no port`);
  process.exit(2);
}
const dir = process.env.KAFKA_DATA_DIR ?? join(resolve(import.meta.dirname, '../..'), '.data/kafka');
/** @type {import('./broker.mjs').KafkaBroker | null} */
let broker = null;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    // Before it is up, the end of this process ends it.
    if (!broker) process.exit(130);
    void broker.stop().then(() => process.exit(0));
  });
}
try {
  broker = await startKafka({ port, dir, onLog: (line) => console.log(line) });
  console.log(`Kafka takes clients at ${broker.brokers[0]}, data in ${broker.dir}. Ctrl-C ends it.`);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
