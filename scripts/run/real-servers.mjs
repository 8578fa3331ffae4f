import { capture } from './child.mjs';
import { inRoot, root } from './root.mjs';

/** What a script answers when packages are missing, rather than broken. */
const MISSING = 3;
/** What a shell answers for a command that Ctrl-C ended. */
const INTERRUPTED = 130;

const servers = {
  RGW: { title: 'Ceph RGW', script: 'rgw.sh', needed: true },
  SWIFT: { title: 'OpenStack Swift', script: 'swift.sh', needed: false },
  REDIS: { title: 'Redis', script: 'redis.sh', needed: true },
};

/**
 * Starts the servers that npm can't install, runs the tests with what they need in the environment, and stops the
 * servers again. Answers the tests' exit code, or 3 when a server that must be there is missing.
 */
export async function withRealServers(test) {
  const env = {};
  const started = [];
  const stopAll = async () => {
    for (const script of started.splice(0)) await call(script, 'stop');
  };
  // A signal ends the tests, and not us: the servers must not outlive us.
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, interrupt);
  try {
    for (const [prefix, server] of Object.entries(servers)) {
      if (process.env[`${prefix}_ENDPOINT`]) continue;
      const code = await start(prefix, server, env, started);
      if (code !== 0 && server.needed) return code;
      if (interrupted) return INTERRUPTED;
    }
    return await test(env);
  } finally {
    await stopAll();
    for (const signal of signals) process.off(signal, interrupt);
  }
}

async function start(prefix, { title, script, needed }, env, started) {
  const check = await call(script, 'check');
  if (check.code !== 0) {
    const consequence = needed ? 'the tests against real servers cannot run' : 'its tests are left out';
    console.error(`${title} is not there, so ${consequence}.\n${check.stdout}${check.stderr}`);
    return check.code === MISSING ? MISSING : 1;
  }
  console.error(`Starting ${title}…`);
  started.push(script);
  const { code, stdout, stderr } = await call(script, 'start');
  const connection = code === 0 ? parse(stdout) : undefined;
  if (connection === undefined) {
    console.error(`${title} did not start (exit code ${code}).\n${stdout}${stderr}`);
    return 1;
  }
  env[`${prefix}_ENDPOINT`] = connection.endpoint;
  if (connection.accessKeyId !== undefined) env[`${prefix}_ACCESS_KEY`] = connection.accessKeyId;
  if (connection.secretAccessKey !== undefined) env[`${prefix}_SECRET_KEY`] = connection.secretAccessKey;
  return 0;
}

function call(script, action) {
  return capture('bash', [inRoot('scripts/servers', script), action], { cwd: root });
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
