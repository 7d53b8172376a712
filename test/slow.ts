/** Tests deploy, build and install, and any of them may have a busy machine: minutes, where jest waits for seconds. */
jest.setTimeout(600_000);
