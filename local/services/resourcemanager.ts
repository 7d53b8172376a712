import { GoogleError } from "../cloud/errors";
import { projectName } from "../cloud/projects";
import { policyTypes } from "../rules/policy";
import { lastPart, type Service } from "../rules/rules";
import { defaultServiceAccounts } from "./resourcemanager/accounts";
import { auditConfig } from "./resourcemanager/audit";
import { clientConfig } from "./resourcemanager/client";
import { folder } from "./resourcemanager/folder";
import { lien } from "./resourcemanager/lien";
import { getProject, project } from "./resourcemanager/project";

const service: Service = {
    types: {
        "gcp:organizations/folder:Folder": folder,
        "gcp:organizations/project:Project": project,
        "gcp:projects/defaultServiceAccounts:DefaultServiceAccounts": defaultServiceAccounts,
        "gcp:projects/iAMAuditConfig:IAMAuditConfig": auditConfig,
        "gcp:resourcemanager/lien:Lien": lien,
        ...policyTypes({
            token: "gcp:projects/iAM",
            property: "project",
            api: ["cloudresourcemanager.googleapis.com", "Cloud Resource Manager API"],
            id: ({ project }) => lastPart(project),
            name: ({ project }) => projectName(lastPart(project)),
            describe: ({ project }) => `project "${lastPart(project)}"`,
            project: ({ project }) => lastPart(project),
            missing: () => new GoogleError(403, "The caller does not have permission", { reason: "forbidden" }),
            reason: "badRequest",
            batched: true,
            verify: ({ member }) => {
                if (/^(all(Users|AuthenticatedUsers)|project(Owner|Editor|Viewer):.*)$/.test(member)) {
                    throw new GoogleError(400, `The member ${member} cannot be added to the project.`, {
                        reason: "badRequest",
                    });
                }
            },
        }),
    },
    functions: {
        "gcp:organizations/getClientConfig:getClientConfig": clientConfig,
        "gcp:organizations/getProject:getProject": getProject,
    },
};

export default service;
