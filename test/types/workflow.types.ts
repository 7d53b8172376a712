import { CloudRunService, Secret, Workflow } from "slipway";

const source = "./nightly.yaml";
const { invoker } = new CloudRunService("predict", { image: "docker.io/acme/predict" });

new Workflow("whole", {
    source,
    uses: { PREDICT: invoker, KEY: new Secret("key").accessor },
    schedule: { cron: "0 3 * * *" },
    callLogLevel: "LOG_ALL_CALLS",
});

// @ts-expect-error the definition is missing
new Workflow("none", {});
// @ts-expect-error Workflows cannot mount a secret
new Workflow("secret", { source, uses: { KEY: new Secret("key").reader } });
// @ts-expect-error no level of Workflows
new Workflow("level", { source, callLogLevel: "ALL" });
// @ts-expect-error a path, not an object
new Workflow("inline", { source: { main: { steps: [] } } });
