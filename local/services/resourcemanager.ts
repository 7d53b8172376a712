import { GoogleError } from "../cloud/errors";
import { projectName } from "../cloud/projects";
import { policyTypes } from "../rules/policy";
import { lastPart, type Service } from "../rules/rules";

const service: Service = {
    types: policyTypes({
        token: "gcp:projects/iAM",
        property: "project",
        api: ["cloudresourcemanager.googleapis.com", "Cloud Resource Manager API"],
        id: ({ project }) => lastPart(project),
        name: ({ project }) => projectName(lastPart(project)),
        described: ({ project }) => `project "${lastPart(project)}"`,
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
    functions: {
        "gcp:organizations/getProject:getProject": ({ projectId }, { cloud, project }) => {
            const id = projectId ?? project;
            if (!id) {
                throw new Error(
                    "no project value set. `project_id` must be set at the resource level, or a default `project` value must be specified on the provider",
                );
            }
            if (!cloud.projects.find(id)) {
                throw new Error(`the user does not have permission to access Project "${id}" or it may not exist`);
            }
            return {
                id: `projects/${id}`,
                projectId: id,
                name: id,
                number: cloud.projects.number(id),
                labels: {},
                effectiveLabels: {},
                pulumiLabels: {},
                tags: {},
                orgId: "",
                folderId: "",
                billingAccount: "",
                autoCreateNetwork: false,
                deletionPolicy: "PREVENT",
            };
        },
    },
};

export default service;
