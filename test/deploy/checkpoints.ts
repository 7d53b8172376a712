/** Tests in which pulumi is killed, and must find in the state what it had done. */
const killing = /\/(kill|appEngine|appengineApi)\.test\.ts$/;

// Everywhere else the state is written once a command, not after each step: that takes longer the more resources a stack has.
if (!killing.test(expect.getState().testPath ?? "")) {
    Object.assign(process.env, { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" });
}
