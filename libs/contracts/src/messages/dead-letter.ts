import { z } from 'zod';

/** What a dead letter has beside its own headers; the value is the message's own. */
export const deadLetterHeadersSchema = z.object({
  'dead-letter-reason': z.string().describe('In words, at most 1,000 characters'),
  'dead-letter-topic': z.string().describe('Where it came on'),
  'dead-letter-partition': z.string().describe('Decimal'),
  'dead-letter-offset': z.string().describe('Decimal'),
});

/** Of an event that a module emitted and that could not be taken. */
export const deadEventHeadersSchema = deadLetterHeadersSchema.extend({
  'dead-letter-code': z.string().describe('Stable word for the reason, e.g. malformed_json'),
  'dead-letter-cut-from-bytes': z.string().optional().describe('Length of a value that had to be cut'),
});
