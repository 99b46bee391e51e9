/** What one caller says to the platform: its addresses and its key. Black box: only HTTP, no type of the product. */
export interface Reply {
  status: number;
  headers: Headers;
  /** Parsed where it is JSON, else the text. */
  body: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- answers are what is under test
}

export interface Addresses {
  registry: string;
  catalog: string;
  dispatcher: string;
  notifier: string;
}

/** Which service has a path, by product.md section 10. In one process they are all the same address. */
const owners: [RegExp, keyof Addresses][] = [
  [/^\/v1\/(event-types|events|catalog)/, 'catalog'],
  [/^\/v1\/(deliveries|replays|stats)/, 'dispatcher'],
  [/^\/v1\/(notifications|notification-settings|integration-logs)/, 'notifier'],
  [/^/, 'registry'],
];

export class Api {
  constructor(
    private readonly addresses: Addresses,
    private readonly key: string | null,
    private readonly defaults: Record<string, string> = {},
  ) {}

  as(key: string | null, defaults: Record<string, string> = {}): Api {
    return new Api(this.addresses, key, defaults);
  }

  /** The same caller, at other addresses. */
  at(addresses: Addresses): Api {
    return new Api(addresses, this.key, this.defaults);
  }

  url(path: string): string {
    const [, owner] = owners.find(([pattern]) => pattern.test(path))!;
    return `${this.addresses[owner]}${path}`;
  }

  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(this.url(path), {
      method,
      redirect: 'manual',
      headers: {
        ...(this.key === null ? {} : { authorization: `Bearer ${this.key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...this.defaults,
        ...headers,
      },
      ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text !== '' ? JSON.parse(text) : text,
    };
  }

  get = (path: string, headers?: Record<string, string>) => this.call('GET', path, undefined, headers);
  post = (path: string, body: unknown = {}, headers?: Record<string, string>) => this.call('POST', path, body, headers);
  patch = (path: string, body: unknown, headers?: Record<string, string>) => this.call('PATCH', path, body, headers);
  put = (path: string, body: unknown, headers?: Record<string, string>) => this.call('PUT', path, body, headers);
  delete = (path: string, headers?: Record<string, string>) => this.call('DELETE', path, undefined, headers);

  /** The body of a call that must succeed. */
  async must(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply['body']> {
    const reply = await this.call(method, path, body, headers);
    if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body as Reply['body'];
  }

  /** Emits an event; a CloudEvent in structured mode. */
  emit(type: string, data: unknown, attributes: Record<string, unknown> = {}): Promise<Reply> {
    const event = { specversion: '1.0', id: crypto.randomUUID(), source: '/e2e', type, data, ...attributes };
    return this.post('/v1/events', event, { 'content-type': 'application/cloudevents+json' });
  }
}
