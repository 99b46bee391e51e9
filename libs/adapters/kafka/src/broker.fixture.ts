// Tools are no project of the graph, so a relative path is the only way to them; plain Node starts the same broker for development.
/* eslint-disable @nx/enforce-module-boundaries */
export { startKafka } from '../../../../tools/kafka/broker.mjs';
export { whereKafkaRuns } from '../../../../tools/kafka/fixture';
