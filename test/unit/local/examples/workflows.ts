import type { Inputs } from "../../../../local/simulator/rules/rules";
import type { World } from "../world";

const sourceContents = `main:
    steps:
        - end:
              return: \${sys.now()}
`;

export function prepare(world: World): void {
    world.enable("compute", "workflows");
}

export const examples: Record<string, Inputs[]> = {
    "gcp:workflows/workflow:Workflow": [
        { region: "europe-west1", sourceContents, deletionProtection: false },
        {
            name: "nightly",
            region: "europe-west1",
            description: "Does what is to be done",
            sourceContents,
            serviceAccount: "example@acme-dev.iam.gserviceaccount.com",
            callLogLevel: "LOG_ERRORS_ONLY",
            userEnvVars: { STAGE: "dev" },
            labels: { team: "forecast" },
            deletionProtection: false,
        },
    ],
};
