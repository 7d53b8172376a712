import { existsSync } from "node:fs";
import { join } from "node:path";
import type * as check from "../../internal/check";
import { airflowProblems } from "./airflow";
import { alertProblem } from "./alerts";
import { type ComposerEnvironmentArgs, environmentName, nameRule } from "./arguments";
import { backendProblems } from "./backend";
import type { Decided } from "./decided";
import { maintenanceProblem } from "./maintenance";
import { networkProblems, rangeProblems } from "./network";
import { packageProblems } from "./packages";
import { pluginFiles } from "./plugin";
import { variableProblems } from "./variables";
import { workloadProblems } from "./workloadLimits";

/** What is wrong with arguments that are right each by itself. */
export function problemsTogether(all: Decided, given: ComposerEnvironmentArgs): (check.Problem | undefined)[] {
    const { image, region, resilience, uses, environment, network } = all;
    const { composer } = image;
    return [
        environmentName.test(all.name)
            ? undefined
            : {
                  path: "name",
                  reason: `is missing, as the component's name is none: it ${nameRule} (got "${all.name}").`,
              },
        composer === 2 && all.size === "extra-large"
            ? { path: "size", reason: 'is of Composer 3 alone (got "extra-large"). Take "large".' }
            : undefined,
        ...workloadProblems(given.workloads ?? {}, all.workloads, { ...image, resilient: resilience === "high" }),
        ...packageProblems(all.packages, image),
        composer === 2 && all.privateBuilds
            ? { path: "privateBuilds", reason: "is of Composer 3 alone. Leave it out." }
            : undefined,
        ...airflowProblems(all.airflow, image),
        ...variableProblems(environment, uses),
        ...backendProblems(all, all.airflow),
        ...networkProblems(network, uses, environment, region),
        ...rangeProblems(all.ranges, network, composer),
        maintenanceProblem(all.maintenance),
        all.alerts && alertProblem(all.alerts),
        ...(all.pools || all.alerts ? pluginFiles.map((file) => taken(all.plugins, file)) : []),
    ];
}

/** A plugin that has the name of one that the component makes. */
function taken(plugins: string | undefined, file: string): check.Problem | undefined {
    return plugins !== undefined && existsSync(join(plugins, file))
        ? { path: "plugins", reason: `has the file ${file}, which is made for pools and alerts. Name it otherwise.` }
        : undefined;
}
