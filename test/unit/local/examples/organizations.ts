import type { Inputs } from "../../../../local/rules/rules";

const billingAccount = "012345-6789AB-CDEF01";

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
    "gcp:resourcemanager/lien:Lien": [
        {
            parent: "projects/acme-dev",
            restrictions: ["resourcemanager.projects.delete"],
            origin: "slipway",
            reason: "It is production.",
        },
    ],
};
