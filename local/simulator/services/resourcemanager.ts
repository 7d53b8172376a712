import { GoogleError } from "../cloud/errors";
import type { Grant } from "../cloud/grants";
import { projectName } from "../cloud/projects";
import { policyTypes } from "../rules/policy";
import { type Context, type Inputs, lastPart, type Service } from "../rules/rules";
import { defaultServiceAccounts } from "./resourcemanager/accounts";
import { auditConfig } from "./resourcemanager/audit";
import { clientConfig } from "./resourcemanager/client";
import { folder } from "./resourcemanager/folder";
import { lien } from "./resourcemanager/lien";
import { getProject, project } from "./resourcemanager/project";

/** https://docs.cloud.google.com/resource-manager/reference/rest/v1/projects/setIamPolicy */
function verifyMember({ role, member }: Grant, _inputs: Inputs, { cloud }: Context): void {
    if (/^(all(Users|AuthenticatedUsers)|project(Owner|Editor|Viewer):.*)$/.test(member)) {
        throw new GoogleError(400, "Request contains an invalid argument.", { reason: "badRequest" }).recordedIn(
            "https://github.com/hashicorp/terraform-provider-google/pull/859",
        );
    }
    // Such a user is invited in the console, and must accept.
    if (role === "roles/owner" && cloud.organization.isExternal(member)) {
        throw new GoogleError(400, "Request contains an invalid argument.", { reason: "badRequest" }).recordedIn(
            "https://github.com/terraform-google-modules/terraform-google-iam/issues/120",
        );
    }
}

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
            methods: {
                get: "cloudresourcemanager.projects.getIamPolicy",
                set: "cloudresourcemanager.projects.setIamPolicy",
            },
            describe: ({ project }) => `project "${lastPart(project)}"`,
            project: ({ project }) => lastPart(project),
            missing: () => new GoogleError(403, "The caller does not have permission", { reason: "forbidden" }),
            reason: "badRequest",
            batched: true,
            verify: verifyMember,
        }),
    },
    functions: {
        "gcp:organizations/getClientConfig:getClientConfig": clientConfig,
        "gcp:organizations/getProject:getProject": getProject,
    },
    functionMethods: {
        "gcp:organizations/getClientConfig:getClientConfig": [],
        "gcp:organizations/getProject:getProject": ["cloudresourcemanager.projects.get"],
    },
};

export default service;
