import { getNetworks } from "@pulumi/gcp/compute/getNetworks";
import { getProject } from "@pulumi/gcp/organizations/getProject";
import * as pulumi from "@pulumi/pulumi";
import { deferredError } from "../../internal/arguments/argumentsError";
import * as check from "../../internal/arguments/check";

/** An existing project, which is not changed itself; the resources around it are created. */
export interface AdoptedProject {
    /** Uses the existing project. */
    adopt: true;
    /**
     * The billing account of the budget.
     * @default the project's billing account
     */
    billingAccount?: pulumi.Input<string>;
}

const untouched = check.refused("cannot be combined with adopt, which does not change the project itself");

/** Checks what only an adopted project has, and refuses what only a new one has. */
export const adoptedProjectChecks = {
    adopt: check.flag() as check.Check<true>,
    parent: untouched,
    displayName: untouched,
    labels: untouched,
};

/** Looks up the adopted project, which must exist and be active, at preview. */
export function lookUpProject(name: string, projectId: string, parent: pulumi.Resource) {
    warnOfDefaultNetwork(name, projectId, parent);
    const found = getProject({ projectId }, { parent }).catch((error: Error) => {
        const reason = `must be an existing, active project if adopt is set (got "${projectId}"). Remove adopt to create the project, or ask for a role on it. ${error.message}`;
        throw deferredError(`EnvironmentProject "${name}"`, [
            check.problem("projectId", "resourcemanager/adopted-project-missing", reason),
        ]);
    });
    const project = pulumi.output(found);
    return {
        projectId: project.apply(() => projectId),
        number: project.number,
        billingAccount: project.billingAccount,
    };
}

/** Warns of the default network; without Compute Engine networks cannot be listed, and there is none. */
function warnOfDefaultNetwork(name: string, projectId: string, parent: pulumi.Resource): void {
    getNetworks({ project: projectId }, { parent }).then(
        ({ networks = [] }) => {
            if (networks.includes("default")) {
                const what = `the project ${projectId} has a network "default", which allows SSH and RDP from everywhere.`;
                const how = `Delete it if it is unused: gcloud compute networks delete default --project ${projectId}`;
                pulumi.log.warn(`EnvironmentProject "${name}": ${what} ${how}`);
            }
        },
        () => undefined,
    );
}
