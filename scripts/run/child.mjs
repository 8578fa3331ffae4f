import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program on this terminal, passes signals on to it, and resolves to its exit code; to 128 and the signal's
 * number, as a shell does, when a signal ended it.
 */
export function runChild(file, args, { cwd, env }) {
  const child = spawn(file, args, { cwd, env: { ...process.env, ...env }, stdio: 'inherit' });
  const forward = (signal) => {
    // At a terminal Ctrl-C reaches the child by itself; twice would mean "now, and never mind the cleaning up".
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of FORWARDED) process.on(signal, forward);
  const unwatch = whenNpmIsGone(() => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      unwatch();
      for (const each of FORWARDED) process.off(each, forward);
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

/**
 * npm passes a signal on to the shell between itself and us, and the shell dies of it without telling us. So under npm
 * a new parent is taken for the signal.
 */
function whenNpmIsGone(callback, env = process.env) {
  if (env.npm_lifecycle_event === undefined) return () => {};
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    callback();
  }, 200);
  return () => clearInterval(timer);
}

/** Runs a program and keeps what it prints. Never rejects: a program that can't be started has code 127. */
export function capture(file, args, { cwd, env = {}, shell = false }) {
  const child = spawn(file, args, {
    cwd,
    shell,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => {
      texts[name] += text;
    });
  }
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 127, stdout: '', stderr: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, ...texts }));
  });
}
