import { whereThere } from '../jest/where';
import { kafkaMissing } from './broker.mjs';

/** Declares the cases of a spec that needs a broker. */
export async function whereKafkaRuns(name: string, declare: () => void): Promise<void> {
  whereThere(name, await kafkaMissing(), declare);
}
