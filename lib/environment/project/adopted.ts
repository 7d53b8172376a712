import { getNetworks } from "@pulumi/gcp/compute/getNetworks";
import { getProject } from "@pulumi/gcp/organizations/getProject";
import * as pulumi from "@pulumi/pulumi";
import { worded } from "../../internal/refusal";

/** The project that is adopted, which must be there and active, at preview already. */
export function adoptedProject(name: string, projectId: string, parent: pulumi.Resource) {
    warnOfDefaultNetwork(name, projectId, parent);
    const found = getProject({ projectId }, { parent }).catch((error: Error) => {
        const reason = `must be a project that is there and active, with adopt (got "${projectId}"). Leave adopt out to make it, or have yourself a role on it.`;
        throw refusal(name, "projectId", `${reason} ${error.message}`);
    });
    const project = pulumi.output(found);
    return {
        projectId: project.apply(() => projectId),
        number: project.number,
        billingAccount: project.billingAccount,
    };
}

/** The account that pays for an adopted project, where the program names none. */
export function accountOf(name: string, found: pulumi.Output<string | undefined>): pulumi.Output<string> {
    return found.apply((account) => {
        if (account) {
            return account;
        }
        const reason = "is missing, as no billing account is seen to pay for the project, and a budget belongs to one.";
        throw refusal(name, "billingAccount", `${reason} Give the account of the budget.`);
    });
}

function refusal(name: string, path: string, reason: string): pulumi.RunError {
    return new pulumi.RunError(worded(`EnvironmentProject "${name}"`, [{ path, reason }]));
}

/** Where networks cannot be listed, as without Compute Engine, there is nothing to warn of. */
function warnOfDefaultNetwork(name: string, projectId: string, parent: pulumi.Resource): void {
    getNetworks({ project: projectId }, { parent }).then(
        ({ networks = [] }) => {
            if (networks.includes("default")) {
                const what = `the project ${projectId} has a network "default", which lets SSH and RDP in from everywhere.`;
                const how = `Delete it when nothing uses it: gcloud compute networks delete default --project ${projectId}`;
                pulumi.log.warn(`EnvironmentProject "${name}": ${what} ${how}`);
            }
        },
        () => undefined,
    );
}
