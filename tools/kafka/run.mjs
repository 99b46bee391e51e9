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
try {
  const broker = await startKafka({ port, dir, onLog: (line) => console.log(line) });
  console.log(`Kafka takes clients at ${broker.brokers[0]}, data in ${broker.dir}. Ctrl-C ends it.`);
  // Ctrl-C reaches the broker too, being of the same terminal: this only waits for its end.
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => void broker.stop().then(() => process.exit(0)));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
