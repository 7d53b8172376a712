import type { Inputs } from "../../../../local/simulator/rules/rules";

import type { World } from "../world";

const billingAccount = "012345-6789AB-CDEF01";

export function prepare(world: World): void {
    world.enable("compute");
    const created = { billingAccount, deletionPolicy: "DELETE", autoCreateNetwork: false };
    const service = { projectId: "acme-service", name: "Service", ...created };
    world.make("Project", service);
    world.make("Service", { project: "acme-service", service: "compute.googleapis.com" });
    world.make("Project", { ...service, projectId: "acme-host" });
    world.make("Service", { project: "acme-host", service: "compute.googleapis.com" });
    world.make("SharedVPCHostProject", { project: "acme-host" });
}

export const examples: Record<string, Inputs[]> = {
    "gcp:organizations/folder:Folder": [
        { displayName: "Environments", parent: "organizations/123456789012", deletionProtection: false },
    ],
    "gcp:organizations/project:Project": [
        { projectId: "acme-sales-dev", name: "Sales", deletionPolicy: "DELETE" },
        {
            projectId: "acme-sales-prod",
            name: "Sales",
            folderId: "folders/123456789012",
            billingAccount,
            labels: { team: "sales" },
            autoCreateNetwork: false,
            deletionPolicy: "DELETE",
        },
    ],
    "gcp:compute/sharedVPCHostProject:SharedVPCHostProject": [{ project: "acme-dev" }],
    "gcp:compute/sharedVPCServiceProject:SharedVPCServiceProject": [
        { hostProject: "acme-host", serviceProject: "acme-service" },
    ],
    "gcp:resourcemanager/lien:Lien": [
        {
            parent: "projects/acme-dev",
            restrictions: ["resourcemanager.projects.delete"],
            origin: "slipway",
            reason: "It is production.",
        },
    ],
};
