import * as pulumi from "@pulumi/pulumi";
import { ServerlessFunction, Workflow } from "slipway";
import { workflowsLimits } from "../../../lib/facts/limits/workflows";
import { nameFormats } from "../../../lib/facts/names";
import { crossProject, type Given, place } from "../everythingElse";
import { folderOf } from "../folders";
import { call, type SampleCalls } from "../iam/sampleCalls";
import type { LongestNames } from "../lengthened";

export function program(source: string): void {
    const answer = new ServerlessFunction("answer-workflow", {
        source,
        entryPoint: "answer",
        trigger: { http: { public: true } },
    });
    new Workflow("workflow", {
        source: folderOf({ "main.yaml": "- end:\n      return: 1\n" }),
        uses: { ANSWER: answer.invoker },
        env: { LEVEL: pulumi.output("info") },
        schedule: { cron: "0 3 * * *", timeZone: "Europe/Berlin", paused: true, retries: 1 },
        callLogLevel: "LOG_ALL_CALLS",
        executionHistoryLevel: "EXECUTION_HISTORY_DETAILED",
        encryptionKey: "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/all",
        description: pulumi.output("Asks each night."),
        labels: { team: "forecast" },
    });
}

/** With arguments that `program` has not. Most of it refers to another project. */
export function more({ account, alerts }: Given): void {
    new Workflow("other-workflow", {
        source: folderOf({ "main.yaml": "- end:\n    return: other\n" }),
        env: { OTHER_TOKEN: "plain" },
        account,
        name: "other-name",
        alerts,
        insecure: true,
        crossProject,
    });
    regional();
}

/** In another region than that of the environment. */
function regional(): void {
    const { region } = place;
    new Workflow("regional-workflow", { source: folderOf({ "main.yaml": "- end:\n    return: 1\n" }), region });
}

const steps = folderOf({ "main.yaml": "- end:\n      return: 1\n" });

export const sampleCalls: SampleCalls = {
    "Workflow.invoker": {
        offer: () => new Workflow("offered", { source: steps }).invoker,
        source: "https://cloud.google.com/workflows/docs/access-control",
        calls: [
            call("ExecutionsClient.create_execution", "workflows.executions.create"),
            call("ExecutionsClient.get_execution", "workflows.executions.get"),
        ],
    },
};

export const longestNames: LongestNames = {
    "workflows/workflow:Workflow name": nameFormats.rows.workflow.max,
    "workflows/workflow:Workflow description": workflowsLimits.rows.description.max,
};
