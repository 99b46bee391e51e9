import type { EndOffsets, IncomingMessage, MessageBus } from '@arkan/ports';

/** The same bus, with a prefix before the names of its topics and groups on the brokers: several installations share a cluster. */
export function withNamespace(bus: MessageBus, prefix: string): MessageBus {
  if (prefix === '') return bus;
  const outer = (name: string) => prefix + name;
  const inner = (name: string) => (name.startsWith(prefix) ? name.slice(prefix.length) : name);
  const renamed = (offsets: EndOffsets, rename: (name: string) => string): EndOffsets =>
    new Map([...offsets].map(([topic, partitions]) => [rename(topic), partitions]));
  const received = (messages: IncomingMessage[]) =>
    messages.map((message) => ({ ...message, topic: inner(message.topic) }));
  return {
    ensureTopics: (specs) => bus.ensureTopics(specs.map((spec) => ({ ...spec, name: outer(spec.name) }))),
    publish: (messages) => bus.publish(messages.map((message) => ({ ...message, topic: outer(message.topic) }))),
    endOffsets: async (topics) => renamed(await bus.endOffsets(topics.map(outer)), inner),
    committedOffsets: async (group, topics) =>
      renamed(await bus.committedOffsets(outer(group), topics.map(outer)), inner),
    consume: (options) =>
      bus.consume({
        ...options,
        group: outer(options.group),
        topics: options.topics.map(outer),
        onBatch: (messages, signal) => options.onBatch(received(messages), signal),
      }),
    async tail(options) {
      const tail = await bus.tail({
        ...options,
        topics: options.topics.map(outer),
        onMessages: (messages) => options.onMessages(received(messages)),
      });
      return {
        reached: (offsets, timeoutMs) => tail.reached(renamed(offsets, outer), timeoutMs),
        position: () => renamed(tail.position(), inner),
        stop: () => tail.stop(),
      };
    },
    close: () => bus.close(),
  };
}
