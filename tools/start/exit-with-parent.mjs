/**
 * Preloaded (--import) into every process that `npm start` starts. They run in process groups of their own, so
 * that Ctrl-C reaches only the supervisor, which stops them in order; and if the supervisor itself is killed,
 * the channel to it closes and each one ends as if it had been asked to.
 */
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
