// What the project `cluster` has where no broker can run; see jest.config.mjs.
// eslint-disable-next-line @nx/enforce-module-boundaries
import { whereKafkaRuns } from '../../../../tools/kafka/fixture';

await whereKafkaRuns('the black-box suite on four services, Kafka and the event store', () => {
  throw new Error('this is only for where no broker can run');
});
