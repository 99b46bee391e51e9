/**
 * Plans are made once a connection and statement, without looking at the values: the statements here are bulk ones of a known
 * shape. Tables are not read from end to end where an index serves: `waiting` is empty most of the time, and a plan made then must
 * still do when a dead receiver has put 100,000 rows there. Partitions are chosen at the start of each execution.
 */
export const connectionSettings = { plan_cache_mode: 'force_generic_plan', enable_seqscan: 'off', jit: 'off' } as const;
