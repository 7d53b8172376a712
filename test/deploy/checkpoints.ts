/** Tests that kill pulumi, and need the state up to then. */
const killing = /\/(kill|appengineApi|vertexModel|vertexTraining)\.test\.ts$/;

// Other tests write the state once per command, because writing it after each step takes longer the more resources a
// stack has.
if (!killing.test(expect.getState().testPath ?? "")) {
    Object.assign(process.env, { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" });
}
