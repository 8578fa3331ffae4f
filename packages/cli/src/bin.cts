#!/usr/bin/env node
// Threads that wait for the disk. Four are the default: a flush that takes 5 ms would then hold all others up. It must be
// set before the first one is started, and so before any module is loaded by `import`.
process.env.UV_THREADPOOL_SIZE ??= '16';
void import('./main.js');
