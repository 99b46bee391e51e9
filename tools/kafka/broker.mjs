/**
 * One real Kafka broker for tests and development: no container, only Java and, the first time, Maven.
 * The jars (43 MB) are fetched once into .cache/kafka/<version>/jars.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** Also from within a bundle, which stands elsewhere. */
function findRoot() {
  for (let at = import.meta.dirname; ; at = dirname(at)) {
    if (existsSync(join(at, 'tools/kafka/pom.xml'))) return at;
    if (at === dirname(at)) throw new Error(`tools/kafka/pom.xml is in no folder above ${import.meta.dirname}`);
  }
}

const root = findRoot();
const pom = join(root, 'tools/kafka/pom.xml');
const version = /<kafka\.version>(.+)<\/kafka\.version>/.exec(readFileSync(pom, 'utf8'))[1];
const jars = join(root, '.cache/kafka', version, 'jars');

const startWithinMs = 60_000;
const stopWithinMs = 15_000;

/**
 * Why no broker can run here, or null.
 * @returns {Promise<string | null>}
 */
export async function kafkaMissing() {
  if (!(await runs('java', ['-version']))) {
    return 'no Java: no Kafka. Install Java 17 or later (Debian: apt-get install openjdk-17-jre-headless).';
  }
  if (!existsSync(jars) && !(await runs('mvn', ['-version']))) {
    return "no Maven: Kafka's jars can't be fetched. Install it (Debian: apt-get install maven).";
  }
  return null;
}

function runs(command, args) {
  return new Promise((done) => {
    const child = spawn(command, args, { stdio: 'ignore' });
    child.on('error', () => done(false));
    child.on('exit', (code) => done(code === 0));
  });
}

/** Fetches the jars where they are missing. Written aside and renamed: several may do it at the same time. */
async function fetchJars() {
  if (existsSync(jars)) return;
  const draft = join(root, '.cache/kafka', `${version}-${randomUUID()}`);
  await mkdir(draft, { recursive: true });
  try {
    await finish(
      spawn('mvn', ['-B', '-q', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${join(draft, 'jars')}`]),
      'Maven could not fetch the jars of Kafka',
    );
    await mkdir(join(jars, '..'), { recursive: true });
    await rename(join(draft, 'jars'), jars).catch((error) => {
      if (!existsSync(jars)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Waits for the end of a command; throws with the end of what it said where it fails. */
function finish(child, failure) {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said = (said + data).slice(-2_000)));
  return new Promise((done, fail) => {
    child.on('error', (error) => fail(new Error(`${failure}: ${error.message}`)));
    child.on('close', (code) =>
      code === 0 ? done() : fail(new Error(`${failure} (exit code ${code}): ${said.trim()}`)),
    );
  });
}

async function freePort() {
  const server = createServer();
  await new Promise((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** What one node needs to stand alone, and to be quick to start and to answer. */
function properties(dir, port, controllerPort, settings) {
  const values = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': join(dir, 'log'),
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 5,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 2,
    'group.initial.rebalance.delay.ms': 0,
    // After a crash a start waits until the controller has given up the broker that was: 9 s unless told.
    'broker.session.timeout.ms': 1_000,
    'broker.heartbeat.interval.ms': 200,
    // So that tests need not wait long for a dead member; each member still says its own.
    'group.min.session.timeout.ms': 500,
    ...settings,
  };
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

const log4j = `
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %p %m%n
rootLogger.level = WARN
rootLogger.appenderRef.console.ref = console
logger.server.name = kafka.server.KafkaRaftServer
logger.server.level = INFO
`;

/** See broker.d.mts. */
export async function startKafka({ dir, port, settings = {}, onLog = () => {} } = {}) {
  const missing = await kafkaMissing();
  if (missing) throw new Error(missing);
  await fetchJars();
  const isTemporary = dir === undefined;
  const home = isTemporary ? await mkdtemp(join(tmpdir(), 'arkan-kafka-')) : resolve(dir);
  await mkdir(home, { recursive: true });
  const brokerPort = port ?? (await freePort());
  const [config, logConfig] = [join(home, 'server.properties'), join(home, 'log4j2.properties')];
  await writeFile(config, properties(home, brokerPort, await freePort(), settings));
  await writeFile(logConfig, log4j);
  // Less is compiled: a start takes 3 s instead of 5.
  const options = ['-Xmx512m', '-XX:TieredStopAtLevel=1', `-Dlog4j2.configurationFile=${logConfig}`];
  // In a group of its own: Ctrl-C is for the process that started it, which ends it when its clients have gone.
  const java = (...args) => spawn('java', [...options, '-cp', join(jars, '*'), ...args], { detached: true });
  /** @type {import('node:child_process').ChildProcess | null} */
  let child = null;
  const killAtExit = () => child?.kill('SIGKILL');
  process.on('exit', killAtExit);

  async function start() {
    child = java('kafka.Kafka', config);
    const own = child;
    let said = '';
    let timer;
    const started = new Promise((done, fail) => {
      const give = (failure) => fail(new Error(`Kafka did not start: ${failure}\n${said.trim()}`));
      timer = setTimeout(() => (own.kill('SIGKILL'), give(`not within ${startWithinMs} ms`)), startWithinMs);
      for (const stream of [own.stdout, own.stderr]) {
        createInterface(stream).on('line', (line) => {
          said = `${said}\n${line}`.slice(-4_000);
          onLog(line);
          if (line.includes('Kafka Server started')) done();
        });
      }
      own.on('error', (error) => give(error.message));
      own.on('exit', (code, signal) => give(`it ended with ${signal ?? code}`));
    });
    await started.finally(() => clearTimeout(timer));
  }

  async function end(signal) {
    const own = child;
    child = null;
    if (!own || own.exitCode !== null || own.signalCode !== null) return;
    const ended = new Promise((done) => own.once('exit', done));
    own.kill(signal);
    const timer = setTimeout(() => own.kill('SIGKILL'), stopWithinMs);
    await ended;
    clearTimeout(timer);
  }

  try {
    if (!existsSync(join(home, 'log', 'meta.properties'))) {
      const id = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url');
      await finish(
        java('kafka.tools.StorageTool', 'format', `--cluster-id=${id}`, '-c', config),
        'Kafka could not make its data directory',
      );
    }
    await start();
  } catch (error) {
    process.off('exit', killAtExit);
    if (isTemporary) await rm(home, { recursive: true, force: true });
    throw error;
  }
  return {
    brokers: [`127.0.0.1:${brokerPort}`],
    port: brokerPort,
    dir: home,
    get pid() {
      return child?.pid ?? null;
    },
    async stop() {
      await end('SIGTERM');
      process.off('exit', killAtExit);
      if (isTemporary) await rm(home, { recursive: true, force: true });
    },
    halt: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    async restart() {
      await end('SIGTERM');
      await start();
    },
  };
}
