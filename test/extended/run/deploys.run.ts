import { writeFileSync } from "node:fs";
import { Deployment } from "../../deploy/deployment";

test(
    "a deployment that is not removed, and one that takes longer than the run",
    async () => {
        const api = 'new gcp.projects.Service("pubsub", { service: "pubsub.googleapis.com" });';
        await Deployment.raw(api).succeed(["preview", "-s", "dev"]);
        if (process.env.SLIPWAY_RUN_ENDS !== "true") {
            writeFileSync(process.env.SLIPWAY_RUN_READY as string, "");
            const faults = [{ verb: "create" as const, answer: "slow" as const, seconds: 600 }];
            await Deployment.raw(api).run(
                ["up", "-s", "dev", "--yes", "--skip-preview"],
                {},
                { faults: { speed: 1, faults } },
            );
        }
    },
    Number(process.env.SLIPWAY_RUN_TIMEOUT),
);
